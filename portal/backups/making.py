"""Making a backup while everybody goes on working (docs/adr/0032).

Files, then the database, then the keys: every file that a row of the copy names was copied before the database was, and every key that
a row needs was there before the row. A backup has its name only when all of it is on disk.
"""
import datetime as dt
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import rmtree

from django.conf import settings
from django.utils import timezone

from foundation.vault import erased, seal
from foundation.vault.models import VaultKey
from media import files as media_files
from media.models import Blob
from people.circles.erasure import erased_list
from portal.backups import pools
from portal.backups.copies import file_of
from portal.backups.disk import held
from portal.backups.errors import Refused
from portal.backups.manifests import Manifest
from portal.backups.places import ASIDE, restoring_mark, secrets_here
from portal.backups.progress import Progress
from portal.backups.shelves import Shelf, apart, made_at, new_name
from portal.backups.snapshots import Snapshot, counted, migrations_of, snapshot

_TRIES = 5
_BLOBS = "SELECT id, size FROM media_blob"


@dataclass(frozen=True)
class Made:
    """A whole backup: its name, rows, files, and the names of files that the service itself has lost."""

    name: str
    rows: int
    files: int
    lost: list[str]


def make(main: Path, keys: Path, progress: Progress) -> Made:
    """A new backup in two targets. Raises Refused; whatever cuts it short, no target holds anything that looks like a backup."""
    apart(main, keys, settings.DATA, settings.MASTER_KEY_FILE)
    if restoring_mark().exists():
        raise Refused("A restoration was cut short here: run it again first.")
    with _alone(main, keys):
        name, shelf, beside = new_name(timezone.now()), Shelf(main), Shelf(keys)
        folder, keys_folder = shelf.begin(name), beside.begin(name)
        progress.say(f"backup {name}")
        made = _copy_main(name, folder, main, progress)
        _copy_keys(name, keys_folder, progress)  # after the rows: a key is there before the first row that needs it
        erased.merge_lists(keys / erased.NAME, erased_list())
        beside.finish(name)
        shelf.finish(name)
        return made


def drop_old(main: Path, keys: Path, *, both: bool) -> Iterator[str]:
    """Deletes the backups of the key store whose days are over, and with `both` the databases and files of these days; says which.

    What a replaced database left aside in the data folder goes after as many days.
    """
    today, days, shelf = timezone.now().date(), settings.KEY_BACKUP_DAYS, Shelf(main)
    with _alone(main, keys):
        for name in Shelf(keys).drop_old(today, days):
            yield f"keys of {name} deleted: {days} days are over"
        for left in settings.DATA.glob(f"{ASIDE}*"):
            if made_at(left.name.removeprefix(ASIDE)).date() <= today - dt.timedelta(days=days):
                rmtree(left)
                yield f"{left.name} deleted: {days} days are over"
        if both:
            for name in shelf.drop_old(today, days):
                yield f"backup {name} deleted: its keys are gone"
            count = pools.drop_unnamed(pools.pool(main), [shelf.of(name) / pools.LIST for name in shelf.names()])
            yield from [f"{count} files deleted that no backup names"] if count else []


@contextmanager
def _alone(*places: Path) -> Generator[None]:
    with ExitStack() as stack:
        for place in places:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            stack.enter_context(held(place / ".lock", f"Another backup is being made in {place}."))
        yield


def _copy_main(name: str, folder: Path, main: Path, progress: Progress) -> Made:
    pool = pools.pool(main)
    before = pools.at_rest(Blob.objects.values_list("id", "size").iterator())
    pools.copy(before, media_files.store(), pool, progress, "files")
    with ExitStack() as stack:
        moment, files, lost = _moment(stack, main, progress)
        file = file_of("default", moment.vendor)
        moment.dump(folder / file, lambda done, total: progress.at("database", done, total))
        counts, migrations = counted(moment), migrations_of(moment)
        vendor = moment.vendor
    pools.write_list(folder / pools.LIST, {name: size for name, size in files.items() if name not in lost})
    kept = len(files) - len(lost)
    Manifest(name, vendor, migrations, counts, media=kept, lost=sorted(lost)).write(folder, [file, pools.LIST])
    return Made(name, sum(counts.values()), kept, sorted(lost))


def _moment(stack: ExitStack, main: Path, progress: Progress) -> tuple[Snapshot, pools.Files, set[str]]:
    """A snapshot all of whose files are in the pool; with them, and those that the service itself has lost.

    A file that came since the last look and was opened and rewritten meanwhile is gone before it could be copied: then another moment
    is taken. What is absent twice, its row still there, is lost.
    """
    missed: set[str] = set()
    for _ in range(_TRIES):
        with ExitStack() as one:
            moment = one.enter_context(snapshot("default"))
            files = pools.at_rest(moment.rows(_BLOBS))
            gone = set(pools.copy(files, media_files.store(), pools.pool(main), progress, "newest files"))
            if gone <= missed:
                stack.push(one.pop_all())
                return moment, files, gone
            missed |= gone
    raise Refused("Files come and go faster than they can be copied: make the backup at a quieter hour.")


def _copy_keys(name: str, folder: Path, progress: Progress) -> None:
    with snapshot("keys") as moment:
        file = file_of("keys", moment.vendor)
        moment.dump(folder / file, lambda done, total: progress.at("keys", done, total))
        counts, migrations = counted(moment), migrations_of(moment)
        masters = [master for (master,) in moment.rows(f'SELECT DISTINCT master FROM "{VaultKey._meta.db_table}" ORDER BY master')]  # noqa: S608
    secrets = {what: seal.seal(seal.SITE, f"backup.secret:{what}", path.read_text()).hex() for what, path in secrets_here().items()}
    Manifest(name, moment.vendor, migrations, counts, secrets=secrets, masters=masters).write(folder, [file])

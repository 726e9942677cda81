"""Looking whether a backup is whole and opens, without restoring it."""
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db.migrations.loader import MigrationLoader

from foundation.vault import keyring, seal
from portal.backups import manifests, pools
from portal.backups.agreeing import disagreements
from portal.backups.copies import APPS, looking_into, rows_of
from portal.backups.errors import Refused
from portal.backups.manifests import Manifest
from portal.backups.progress import Progress
from portal.backups.shelves import Shelf


@dataclass(frozen=True)
class Backup:
    """A whole backup, its files as they were written, of this version or an older one, its keys this site's."""

    main: Path
    keys: Path
    folder: Path
    keys_folder: Path
    manifest: Manifest
    keys_manifest: Manifest
    older: bool

    @property
    def files(self) -> pools.Files:
        """What its rows name and the service had."""
        return pools.read_list(self.folder / pools.LIST)


def found(main: Path, keys: Path, name: str | None, progress: Progress) -> Backup:
    """The named backup, or the newest. Raises Refused with a sentence for whatever is wrong with it; its files' contents come later."""
    shelf = Shelf(main)
    name = name or next(reversed(shelf.names()), None)
    if name is None or name not in shelf.names():
        raise Refused(f"There is no whole backup{f' {name}' if name else ''} in {main}.")
    folder, keys_folder = shelf.of(name), Shelf(keys).of(name)
    if not keys_folder.is_dir():
        raise Refused(f"The keys of backup {name} are not in {keys}: they were deleted after their days, or lie elsewhere.")
    progress.say(f"backup {name}")
    (manifest, mac), (keys_manifest, keys_mac) = manifests.read(folder), manifests.read(keys_folder)
    older = any([_is_older("default", manifest), _is_older("keys", keys_manifest)])
    manifests.check_files(folder, manifest)
    manifests.check_files(keys_folder, keys_manifest)
    with looking_into({"keys": (keys_folder, keys_manifest)}):
        _open_keys(keys_manifest)
        manifests.check_seal(folder, manifest, mac)
        manifests.check_seal(keys_folder, keys_manifest, keys_mac)
    if name != manifest.name or name != keys_manifest.name:
        raise Refused(f"The folders of {name} are not those that were called so: database and keys are of different backups.")
    return Backup(main, keys, folder, keys_folder, manifest, keys_manifest, older)


def faults(backup: Backup, progress: Progress, *, sample: int | None) -> Iterator[str]:
    """A sentence for whatever does not agree in it."""
    pool = pools.pool(backup.main)
    if backup.older:
        progress.say("an older version made it: its files are counted now, and all of it is opened once it is restored")
        yield from (f"file {name}: missing, or not as long as it was written" for name in pools.absent(backup.files, pool))
        return
    with _inside(backup):
        for alias, manifest in (("default", backup.manifest), ("keys", backup.keys_manifest)):
            if manifest.vendor == "sqlite":
                yield from differences(alias, manifest)
        yield from disagreements(pool, progress, sample=sample, known_lost=frozenset(backup.manifest.lost))


def differences(alias: str, manifest: Manifest) -> Iterator[str]:
    """Tables of a database that Django is connected to which have more or fewer rows than the manifest says."""
    here = dict(rows_of(alias))
    for table, known in manifest.counts.items():
        if here.get(table, 0) != known:
            yield f"table {table}: {here.get(table, 0)} rows, {known} were copied"


@contextmanager
def _inside(backup: Backup) -> Generator[None]:
    with looking_into({"default": (backup.folder, backup.manifest), "keys": (backup.keys_folder, backup.keys_manifest)}):
        yield


def _open_keys(manifest: Manifest) -> None:
    try:
        ring = keyring.load()
        if unknown := set(manifest.masters) - ring.keys.keys():
            raise Refused(f"The backup's keys are wrapped by another master key: {', '.join(sorted(unknown))}, not {', '.join(ring.keys)}.")
        seal.derived_key("backup")
    except (keyring.KeyMissing, seal.SealBroken) as problem:
        raise Refused(f"The backup's keys do not open: {problem}.") from None


def _is_older(alias: str, manifest: Manifest) -> bool:
    """Whether migrations are to be applied to it. Raises Refused where it has some that this version does not know."""
    loader = MigrationLoader(None, load=False)  # without a look at any database
    loader.load_disk()
    ours = loader.disk_migrations
    known = set(ours) | {key for migration in ours.values() for key in migration.replaces}
    if newer := sorted(set(manifest.migrations) - {".".join(key) for key in known}):
        raise Refused(f"A newer version of Cercle made the backup (it knows {newer[0]}): restore it with that one.")
    wanted = {key for key, migration in ours.items() if not migration.replaces and (not APPS[alias] or key[0] in APPS[alias])}
    return bool({".".join(key) for key in wanted} - set(manifest.migrations))

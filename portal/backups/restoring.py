"""Restoring: into what is empty, or in the place of what then lies aside. Killed anywhere, it is run again (docs/adr/0032)."""
import os
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from foundation.vault import erased, keyring, seal
from media import files as media_files
from people.circles.erasure import erased_list
from portal.backups import marks, pools, stores
from portal.backups.agreeing import disagreements
from portal.backups.checking import Backup, differences
from portal.backups.copies import APPS, DATABASES, looking_into
from portal.backups.disk import held, sync
from portal.backups.errors import Refused
from portal.backups.manifests import Manifest
from portal.backups.marks import Mark
from portal.backups.places import ASIDE, secret_places
from portal.backups.progress import Progress
from portal.backups.settling import settle
from portal.backups.shelves import new_name


def restore(backup: Backup, progress: Progress, *, replace: bool, keep_sessions: bool, sample: int | None) -> list[str]:
    """Databases, files and keys of a backup become this site's; a sentence for whatever does not agree afterwards. Raises Refused."""
    for folder in (settings.DATA, settings.DATA / "keys", settings.DATA / "run"):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = {"default": (backup.folder, backup.manifest), "keys": (backup.keys_folder, backup.keys_manifest)}
    with held(settings.DATA / "run" / "supervisor.lock", f"Cercle runs on {settings.DATA}: stop it first."):
        for alias in DATABASES:
            stores.refuse_other_kind(alias, parts[alias][1])
            stores.refuse_in_use(alias)
        _clear(backup, replace=replace)
        faults = _fill(backup, parts, progress)
        settle(progress.say, keep_sessions=keep_sessions)
        faults += disagreements(media_files.store(), progress, sample=sample, known_lost=frozenset(backup.manifest.lost))
        marks.take_away()
    return faults


def _clear(backup: Backup, *, replace: bool) -> None:
    """Afterwards whatever is found here is this restoration's own."""
    mark = marks.present()
    if mark is None:
        full = [alias for alias in DATABASES if not stores.is_empty(alias)]
        if full and not replace:
            raise Refused(f"There is data here already ({', '.join(full)}). Add --replace to keep it aside and put the backup there.")
        mark = Mark(backup.manifest.name, ASIDE + new_name(timezone.now()) if full else "")
        mark.write()
    if mark.aside and not mark.cleared:
        folder: Path = settings.DATA / mark.aside
        folder.mkdir(mode=0o700, exist_ok=True)
        for alias in DATABASES:
            if not stores.is_empty(alias):
                stores.put_aside(alias, folder)
        if not settings.MEDIA_STORE and (settings.DATA / "media").is_dir():
            (settings.DATA / "media").rename(folder / "media")
        sync(folder)
    Mark(backup.manifest.name, mark.aside, cleared=True).write()


def _fill(backup: Backup, parts: dict[str, tuple[Path, Manifest]], progress: Progress) -> list[str]:
    """The list of the erased first: from then on no start forgets it. The main database last: before it nothing is there to serve."""
    erased.merge_lists(erased_list(), backup.keys / erased.NAME)
    _put_secrets(backup)
    gone = pools.copy(backup.files, pools.pool(backup.main), media_files.store(), progress, "restored files")
    if not settings.MEDIA_STORE:
        (settings.DATA / "media").mkdir(mode=0o700, exist_ok=True)
    for alias in ("keys", "default"):
        stores.fill(alias, *parts[alias], progress)
    seal.forget()
    faults = [f"file {name}: missing in the backup" for name in gone]
    for alias, (_, manifest) in parts.items():
        faults += differences(alias, manifest)
        if backup.older:
            progress.say(f"bringing database {alias!r} up to date")
            call_command("migrate", *APPS[alias], database=alias, interactive=False, verbosity=0)
    return faults


def _put_secrets(backup: Backup) -> None:
    """The site's secrets that are not here; those that are, and those of the environment, stay."""
    with looking_into({"keys": (backup.keys_folder, backup.keys_manifest)}):
        for name, path in secret_places().items():
            sealed = backup.keys_manifest.secrets.get(name)
            if sealed and not path.exists():
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                keyring.write_private(path, seal.unseal(seal.SITE, f"backup.secret:{name}", bytes.fromhex(sealed)), exclusive=True)
    if not os.environ.get("SECRET_KEY"):
        settings.SECRET_KEY = keyring.read_secret(secret_places()["secret.key"])

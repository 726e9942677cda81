"""`manage.py prepare`: what must be there before the service starts. Safe to repeat; a second time it changes nothing."""
import hashlib
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from foundation.vault import keyring, seal
from foundation.vault.models import VaultKey
from media.models import Blob
from messaging.feed.services import NEWEST, renew_if_restored
from notifications.transports import vapid
from people.accounts.models import Person
from people.circles.erasure import erase_again
from portal.backups.places import restoring_mark
from portal.demo.cast import read_cast


class Command(BaseCommand):
    """Data folder, keys, databases, static files, demo region; then the sentences that say where to go."""

    help = "Make the data folder, keys, databases, static files and the demo region, each only where it is missing."
    requires_system_checks: list[str] = []  # the keys that the checks ask for may have to be made first

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError with one sentence for each thing that forbids a start."""
        os.umask(0o077)  # by hand as under the supervisor: what is made here is for the service's own user alone
        for folder in (settings.DATA, settings.DATA / "keys", settings.DATA / "run", Path(settings.STATIC_ROOT)):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if restoring_mark().exists():
            raise CommandError("A restoration was cut short: run manage.py restore again, then start.")
        if not _database_exists():
            self._make_keys()
        self._make_push_key()
        self._refuse_unsafe()
        self._migrate()
        self._open_vault()
        if renew_if_restored(settings.DATA / "run" / NEWEST):
            self._say("The database is an older one than before, or of another place: every screen loads anew.\n")
        self._open_media()
        self._erase_again()
        self._collect_static()
        self._load_demo()
        self._write_welcome()

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _make_keys(self) -> None:
        """The site's secrets, for a data folder without a database only: a key made beside old data would be its loss."""
        if not _has_secret():
            secret = settings.DATA / "keys" / "secret.key"
            keyring.create(secret)
            settings.SECRET_KEY = keyring.read_secret(secret)
        if settings.MASTER_KEY or settings.MASTER_KEY_FILE.exists() or _lies_inside_in_production(settings.MASTER_KEY_FILE):
            return
        keyring.create(settings.MASTER_KEY_FILE)
        self._say(
            f"A master key was made: {settings.MASTER_KEY_FILE}\n"
            f"Whoever has it and the patients' keys ({settings.DATA / 'keys'}) can read what is written here, and without it nobody can.\n"
            "Keep a copy apart from the data and its backups."
        )

    def _make_push_key(self) -> None:
        """What push services know this site by. One that is lost reads nothing: devices subscribe anew at their next visit."""
        if not settings.VAPID_KEY and not settings.VAPID_KEY_FILE.exists():
            vapid.create(settings.VAPID_KEY_FILE)

    def _refuse_unsafe(self) -> None:
        problems = run_checks(tags=["cercle"], include_deployment_checks=True)
        if problems:
            raise CommandError("\n".join(str(problem.msg) for problem in problems))

    def _migrate(self) -> None:
        for alias, apps in (("default", ()), ("keys", ("vault",))):  # the store of keys has nothing but keys in it
            graph = MigrationExecutor(connections[alias])
            leaves = [leaf for leaf in graph.loader.graph.leaf_nodes() if not apps or leaf[0] in apps]
            if graph.migration_plan(leaves):
                self._say(f"Bringing database {alias!r} up to date …")
                call_command("migrate", *apps, database=alias, interactive=False, verbosity=0)

    def _open_vault(self) -> None:
        """The site's key, opened once: another site's master key, or a lost key store, is told now and not at the first post."""
        if not VaultKey.objects.exists() and Person.objects.exists():
            raise CommandError("The store of patients' keys is empty but the database is not: restore the key store from its own backup.")
        try:
            seal.create_vault(seal.SITE)
            seal.derived_key("start")
        except keyring.KeyMissing as problem:
            raise CommandError(f"The key store does not open: {problem}.") from None

    def _open_media(self) -> None:
        """The folder of sealed files; a lost one is told now and not at the first photo."""
        folder = settings.DATA / "media"
        if settings.MEDIA_STORE or folder.is_dir():
            return
        if Blob.objects.exists():
            raise CommandError(
                f"The database knows of files and {folder} is missing: put it back from its backup, or set CERCLE_MEDIA_URL. "
                "If the files are lost for good, make the folder by hand: the service then says so file by file."
            )
        folder.mkdir(mode=0o700)

    def _erase_again(self) -> None:
        """Who was erased stays erased, whatever backup was put back."""
        count = erase_again()
        if count:
            self._say(f"{count} erased patient{'s' if count > 1 else ''} came back with a backup, or were being erased: erased again.\n")

    def _collect_static(self) -> None:
        """In production files carry a fingerprint in their names and are gathered; else they are served from where they lie."""
        if settings.WHITENOISE_USE_FINDERS:
            return
        mark, state = Path(settings.STATIC_ROOT) / ".collected", _static_state()
        if not mark.exists() or mark.read_text() != state:
            self._say("Static files …")
            call_command("collectstatic", interactive=False, verbosity=0, clear=True)
            mark.write_text(state)

    def _load_demo(self) -> None:
        if settings.DEMO and not Person.objects.exists():
            call_command("load_demo", stdout=self.stdout)

    def _write_welcome(self) -> None:
        """The supervisor shows this file once the web process answers."""
        welcome = settings.DATA / "run" / "welcome.txt"
        if not settings.DEMO:
            welcome.unlink(missing_ok=True)
            return
        people = [person for person in read_cast().people.values() if person.host]
        lines = [f"  http://{person.host}.localhost:{settings.PORT}".ljust(42) + f"{person.name}, {person.trade}" for person in people]
        welcome.write_text("\n".join(["Open one of these, side by side if you like; everyone here is invented:", *lines]) + "\n")


def _database_exists() -> bool:
    """Whether anything was ever stored. A SQLite file is not opened before it is there: opening makes it."""
    for alias in settings.DATABASES:
        connection = connections[alias]
        if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
            continue
        if connection.introspection.table_names():
            return True
    return False


def _has_secret() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:  # Django's way of saying that it is empty
        return False


def _lies_inside_in_production(path: Path) -> bool:
    return settings.PRODUCTION and path.resolve().is_relative_to(settings.DATA)


def _static_state() -> str:
    """Changes whenever one of the files to gather does."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list(ignore_patterns=None):
            digest.update(f"{path}:{storage.size(path)}:{storage.get_modified_time(path)}\n".encode())
    return digest.hexdigest()

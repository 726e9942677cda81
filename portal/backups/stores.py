"""The databases of this site as what a restoration clears and fills."""
from pathlib import Path

from django.db import connections

from portal.backups import postgres
from portal.backups.copies import file_of
from portal.backups.disk import copy, sync
from portal.backups.errors import Refused
from portal.backups.manifests import Manifest
from portal.backups.progress import Progress

_PARTS = ("", "-wal", "-shm", "-journal")


def wait_patiently() -> None:
    """No statement of this process is ended for taking long."""
    for alias in connections:
        if connections[alias].vendor == "postgresql":
            connections[alias].settings_dict["OPTIONS"]["options"] = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"


def refuse_in_use(alias: str) -> None:
    """Raises Refused while somebody else is connected to a PostgreSQL: the processes of other machines are seen there only."""
    if connections[alias].vendor != "postgresql":
        return
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        others = cursor.fetchone()[0]
    if others:
        raise Refused(f"{others} others are connected to database {alias!r}: stop the service on every machine first.")


def is_empty(alias: str) -> bool:
    """Whether nothing was ever stored there. A SQLite file is not opened: opening makes it."""
    if connections[alias].vendor == "sqlite":
        path = _path(alias)
        return not path.exists() or not path.stat().st_size
    with connections[alias].cursor() as cursor:
        return not connections[alias].introspection.table_names(cursor)


def put_aside(alias: str, folder: Path) -> None:
    """What is there goes into `folder`, or into a schema of that name. Again after a kill: the rest goes there too."""
    connections[alias].close()
    if connections[alias].vendor == "sqlite":
        for part in _PARTS:
            path = Path(f"{_path(alias)}{part}")
            if path.exists():
                path.rename(folder / path.name)
        sync(_path(alias).parent)
        return
    schema = postgres.ASIDE + folder.name.rpartition("aside-")[2].replace("-", "_").lower()
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema])
        if cursor.fetchone() is None:  # both in one statement, so that a kill leaves neither or both
            cursor.execute(f'ALTER SCHEMA public RENAME TO "{schema}"; CREATE SCHEMA public')


def fill(alias: str, folder: Path, manifest: Manifest, progress: Progress) -> None:
    """The copy takes the place of whatever a cut-short restoration left. Raises Refused where it is another program's."""
    vendor, source = connections[alias].vendor, folder / file_of(alias, manifest.vendor)
    connections[alias].close()
    what = f"restored {'database' if alias == 'default' else 'keys'}"
    if vendor == "sqlite":
        for part in _PARTS[1:]:
            Path(f"{_path(alias)}{part}").unlink(missing_ok=True)
        copy(source, _path(alias), lambda done, total: progress.at(what, done, total))
        return
    with connections[alias].cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connections[alias].close()
    postgres.restore(alias, source, lambda _size, _total: None)
    with connections[alias].cursor() as cursor:
        cursor.execute("ANALYZE")
    progress.at(what, 1, 1)


def refuse_other_kind(alias: str, manifest: Manifest) -> None:
    """Raises Refused where the backup is of SQLite and this site on PostgreSQL, or the other way round."""
    if connections[alias].vendor != manifest.vendor:
        raise Refused(f"The backup is of {manifest.vendor} and database {alias!r} is {connections[alias].vendor}: set the same one here.")


def _path(alias: str) -> Path:
    return Path(connections[alias].settings_dict["NAME"])

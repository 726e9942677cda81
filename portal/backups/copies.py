"""Looking into a backup without restoring it: Django's connections lead to its copies for a while, which nothing can change."""
import sqlite3
import subprocess
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from foundation.vault import seal
from portal.backups.dumps import load_dump
from portal.backups.errors import Refused
from portal.backups.manifests import Manifest
from portal.backups.postgres import newest

DATABASES = {"default": "main", "keys": "keys"}  # Django's name → the file's, without its ending
APPS: dict[str, tuple[str, ...]] = {"default": (), "keys": ("vault",)}  # whose migrations each has; none: everybody's
_ENDINGS = {"sqlite": ".sqlite3", "postgresql": ".dump"}


def file_of(alias: str, vendor: str) -> str:
    """What the copy of a database is called."""
    return DATABASES[alias] + _ENDINGS[vendor]


@contextmanager
def looking_into(folders: dict[str, tuple[Path, Manifest]]) -> Generator[None]:
    """Django's databases of these names are those of the backup, read-only. Raises Refused where a dump can't be read."""
    before = {alias: connections.databases[alias] for alias in folders}
    with tempfile.TemporaryDirectory(prefix="cercle-backup-") as scratch:
        try:
            for alias, (folder, manifest) in folders.items():
                _lead(alias, _readable(alias, folder / file_of(alias, manifest.vendor), manifest, Path(scratch)))
            seal.forget()
            yield
        finally:
            for alias, config in before.items():
                _connect(alias, config)
            seal.forget()


def _readable(alias: str, path: Path, manifest: Manifest, scratch: Path) -> Path:
    """A SQLite file as it lies there; of a dump of PostgreSQL, what is looked at, in one of its own."""
    if manifest.vendor == "sqlite":
        return path
    copy = scratch / f"{alias}.sqlite3"
    command = [newest("pg_restore"), "--data-only", "--file=-", str(path)]
    with sqlite3.connect(copy) as target, tempfile.TemporaryFile("w+") as words:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=words, text=True, encoding="utf-8")  # noqa: S603
        assert process.stdout is not None
        counts = load_dump(process.stdout, target)
        if process.wait():
            words.seek(0)
            raise Refused(f"{path} can't be read: {' '.join(words.read().split())[-300:]}")
    target.close()
    _compare(path, counts, manifest)
    return copy


def _compare(path: Path, counts: dict[str, int], manifest: Manifest) -> None:
    for table, known in manifest.counts.items():
        if counts.get(table, 0) != known:
            raise Refused(f"{path} has {counts.get(table, 0)} rows of {table} and its manifest says {known}.")


def _lead(alias: str, path: Path) -> None:
    name = f"{path.resolve().as_uri()}?mode=ro&immutable=1"
    _connect(alias, {"ENGINE": "django.db.backends.sqlite3", "NAME": name, "OPTIONS": {}})


def _connect(alias: str, config: dict[str, Any]) -> None:
    connections[alias].close()
    connections.databases[alias] = connections.configure_settings({"default": {}, alias: config})[alias]
    del connections[alias]


def rows_of(alias: str) -> Iterator[tuple[str, int]]:
    """(table, rows) of a database that Django is connected to."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            yield table, cursor.fetchone()[0]

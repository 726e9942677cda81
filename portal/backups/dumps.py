"""A dump of PostgreSQL, as the text that pg_restore makes of it, into the tables of SQLite that a check looks at.

The rows are those that Django itself would have written there, so that one check reads both.
"""
import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator
from typing import IO
from uuid import UUID

from django.apps import apps
from django.db.models import Field

Value = str | int | bytes | None
_COPY = re.compile(r'COPY (?:\w+\.)?"?(\w+)"? \((.*)\) FROM stdin;')
_LOOKED_AT = {
    "vault_vaultkey", "circles_patient", "circles_circle", "journal_post", "media_medium", "media_upload", "media_blob", "exports_export",
    "audit_trailhead", "audit_trailline",
}  # fmt: skip
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_ESCAPE = re.compile(r"\\(.)")
_BATCH = 500


def load_dump(lines: IO[str], target: sqlite3.Connection) -> dict[str, int]:
    """Reads it to its end; the rows of each table. Those of the tables that a check looks at are in `target`, with the ids for indexes."""
    counts: dict[str, int] = {}
    for line in lines:
        if begun := _COPY.match(line):
            table, columns = begun[1], [name.strip().strip('"') for name in begun[2].split(",")]
            counts[table] = _load(table, columns, lines, target) if table in _LOOKED_AT else sum(1 for _ in _block(lines))
    for table in _LOOKED_AT & counts.keys():
        for column in ("id", "vault", "circle"):
            if column in {row[1] for row in target.execute(f"PRAGMA table_info({table})")}:
                target.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
    target.commit()
    return counts


def _load(table: str, columns: list[str], lines: IO[str], target: sqlite3.Connection) -> int:
    readers = _readers(table)
    kept = [(place, readers[name]) for place, name in enumerate(columns) if name in readers]
    names = ", ".join(f'"{columns[place]}"' for place, _ in kept)
    target.execute(f'CREATE TABLE "{table}" ({names})')
    into = f'INSERT INTO "{table}" VALUES ({", ".join("?" * len(kept))})'  # noqa: S608
    count, batch = 0, []
    for line in _block(lines):
        fields = line.split("\t")
        batch.append([None if fields[place] == "\\N" else read(_plain(fields[place])) for place, read in kept])
        count += 1
        if len(batch) == _BATCH:
            target.executemany(into, batch)
            batch.clear()
    target.executemany(into, batch)
    return count


def _block(lines: IO[str]) -> Iterator[str]:
    for line in lines:
        if line == "\\.\n":
            return
        yield line.rstrip("\n")


def _plain(text: str) -> str:
    return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text) if "\\" in text else text


def _readers(table: str) -> dict[str, Callable[[str], Value]]:
    """Column → what makes SQLite's value of PostgreSQL's text."""
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return {field.column: _KINDS.get(_kind(field), str) for field in model._meta.concrete_fields if field.column}


def _kind(field: "Field[object, object]") -> str:
    while field.is_relation:
        field = field.target_field  # type: ignore[attr-defined]
    return field.get_internal_type()


def _moment(text: str) -> str:
    return str(dt.datetime.fromisoformat(text).astimezone(dt.UTC).replace(tzinfo=None))


_KINDS: dict[str, Callable[[str], Value]] = {
    "UUIDField": lambda text: UUID(text).hex,
    "BooleanField": lambda text: int(text == "t"),
    "BinaryField": lambda text: bytes.fromhex(text.removeprefix("\\x")),
    "DateTimeField": _moment,
    **dict.fromkeys(("BigAutoField", "BigIntegerField", "IntegerField", "PositiveIntegerField", "PositiveSmallIntegerField",
                     "SmallIntegerField", "PositiveBigIntegerField", "AutoField"), int),
}  # fmt: skip

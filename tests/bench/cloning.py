"""The rest of a region: the real part again and again under other ids, made by PostgreSQL itself. Their seals do not open.

A clone keeps everything but ids, addresses and hashes; its circles may have lived several times as long, their numbers going on. All
rows of a table are laid down in the order of time, the real ones among them, as if they had been written as they came.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models

# Parents before children; what a clone multiplies by its length of life.
CLONED = [
    "accounts.Person", "feed.FeedHead", "circles.Patient", "circles.TraitHash", "circles.Circle", "circles.Consent", "circles.Membership",
    "circles.Grant", "live.ReadMark", "live.ReadMove", "feed.FeedLine", "journal.Post", "audit.TrailHead", "audit.TrailLine",
    "notifications.Notice", "notifications.Delivery",
]  # fmt: skip
_LASTING = {"feed.FeedLine", "journal.Post"}
_BY_TIME = {
    "feed.FeedLine": "at", "journal.Post": "received_at", "audit.TrailLine": "at", "live.ReadMove": "at", "notifications.Notice": "at",
}  # fmt: skip
_COUNTERS = ("care", "wider", "patient", "relatives")


def table(label: str) -> str:
    """The table of a model."""
    return str(apps.get_model(label)._meta.db_table)


@dataclass(frozen=True)
class Shape:
    """How many clones, and how often each lives as long as the real part did."""

    clones: int
    lives: int


def grow(shape: Shape) -> None:
    """Fills the present database. Durability is off meanwhile; the database is thrown away afterwards."""
    with connection.cursor() as cursor:
        for setting in ("statement_timeout = 0", "synchronous_commit = off", "session_replication_role = replica",
                        "maintenance_work_mem = '512MB'", "work_mem = '128MB'"):  # fmt: skip
            cursor.execute(f"SET {setting}")
        for label in CLONED:
            _multiply(cursor, label, shape)
        _key_posts(cursor)
        cursor.execute("RESET session_replication_role")
        cursor.execute("VACUUM (ANALYZE)")


def _multiply(cursor: Any, label: str, shape: Shape) -> None:
    """Rewrites one table: the real rows and their clones, with the indexes made afterwards."""
    name, model = table(label), apps.get_model(label)
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    cursor.execute(f"CREATE TEMP TABLE core AS SELECT * FROM {name}")
    cursor.execute(f"DELETE FROM {name}")
    indexes = _dropped_indexes(cursor, name)
    for life in range(shape.lives if label in _LASTING else 1):
        values = ", ".join(_value(label, field, life, shape.lives) for field in fields)
        order = f"ORDER BY c.{_BY_TIME[label]}" if label in _BY_TIME else ""
        head = f"LEFT JOIN {table('feed.FeedHead')} h ON h.feed = c.{'feed_id' if 'Line' in label else 'circle_id'}" if life else ""
        cursor.execute(
            f"INSERT INTO {name} ({columns}) SELECT {values} FROM core c {head} "
            f"CROSS JOIN generate_series({min(life, 1)}, {shape.clones}) n {order}"
        )
    cursor.execute("DROP TABLE core")
    for index in indexes:
        cursor.execute(index)
    print(f"  {name}", flush=True)


def _value(label: str, field: Any, life: int, lives: int) -> str:
    """A column's value in clone `n` (0: the real row), in its so-manieth life (0: the first)."""
    column = f'c."{field.column}"'
    related = field.related_model._meta.label if field.related_model else None
    if isinstance(field, models.UUIDField) or related in CLONED:
        own = life if field.primary_key or field.name == "subject" else 0
        return f"CASE WHEN n = 0 THEN {column} ELSE md5({column}::text || '/{own}/' || n)::uuid END"
    if label == "feed.FeedHead" and field.name in _COUNTERS:
        return f"CASE WHEN n = 0 THEN {column} ELSE {column} * {lives} END"
    if life and field.name.removesuffix("_seq") in _COUNTERS:
        return f"{column} + {life} * h.{field.name.removesuffix('_seq')}"
    if field.name == "email":
        return f"CASE WHEN n = 0 THEN {column} ELSE n || '.' || {column} END"
    if label == "circles.TraitHash" and field.name == "digest":
        return f"CASE WHEN n = 0 THEN {column} ELSE sha256({column} || n::text::bytea) END"
    return column


def _key_posts(cursor: Any) -> None:
    """Each post's idempotency key, as writing it over HTTP leaves one."""
    name = table("journal.PostKey")
    indexes = _dropped_indexes(cursor, name)
    cursor.execute(
        f"INSERT INTO {name} (person_id, key, digest, post_id) SELECT m.person_id, md5(p.id::text)::uuid, sha256(p.id::text::bytea), p.id "
        f"FROM {table('journal.Post')} p JOIN {table('circles.Membership')} m ON m.id = p.author_id"
    )
    for index in indexes:
        cursor.execute(index)


def _dropped_indexes(cursor: Any, name: str) -> list[str]:
    """Drops whatever of a table's indexes no other table leans on; the statements that make them again."""
    cursor.execute(
        "SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c WHERE c.conrelid = %s::regclass AND c.contype = 'u' "
        "AND NOT EXISTS (SELECT 1 FROM pg_constraint f WHERE f.conindid = c.conindid AND f.contype = 'f')",
        [name],
    )
    again = []
    for constraint, definition in cursor.fetchall():
        cursor.execute(f'ALTER TABLE {name} DROP CONSTRAINT "{constraint}"')
        again.append(f'ALTER TABLE {name} ADD CONSTRAINT "{constraint}" {definition}')
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = %s::regclass "
        "AND NOT i.indisprimary AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid)",
        [name],
    )
    for index, definition in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")
        again.append(definition)
    return again

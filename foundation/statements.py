"""How a statement that was compiled once reaches the driver: past the layers that build one, on PostgreSQL without being planned again.

A statement is bound by the server and prepared there, so that its plan is made once per connection (settings: `prepare_threshold`).
Whatever watches statements (tests that count them, a debugging cursor) sees these as well: then they go Django's way.
"""
from collections.abc import Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper


def database() -> BaseDatabaseWrapper:
    """The calling thread's connection, itself instead of its proxy."""
    wrapper: BaseDatabaseWrapper = connections[DEFAULT_DB_ALIAS]
    return wrapper


def rows_of(db: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Runs a statement (`%s` for values, as the driver takes them) and returns what it gives, [] for one that gives nothing.

    Raises django.db.DatabaseError as any other statement.
    """
    if db.execute_wrappers or db.queries_logged:
        with db.cursor() as cursor:
            cursor.execute(sql, params)
            return cursor.fetchall() if cursor.description else []
    db.close_if_health_check_failed()
    db.ensure_connection()
    db.validate_thread_sharing()
    db.validate_no_broken_transaction()
    with db.wrap_database_errors:
        cursor = _sqlite(db, sql, params) if db.vendor == "sqlite" else _postgres(db, sql, params)
        found: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
        cursor.close()
        return found


_marked: dict[str, str] = {}


def _sqlite(db: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> Any:
    marked = _marked.get(sql)
    if marked is None:
        marked = _marked[sql] = sql.replace("%s", "?").replace("%%", "%")
    return db.connection.execute(marked, params)


def _postgres(db: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> Any:
    from psycopg import Cursor  # late: an installation on SQLite need not have it

    return Cursor(db.connection).execute(sql, params, prepare=True)

"""How the database answers each statement of an act: caught as they run, explained afterwards, those that read too much told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

_MANY_ROWS = 2000  # read for one statement and thrown away again, or a table read from end to end


@dataclass
class Statements:
    """Statements by their text, with the values of the last."""

    caught: dict[str, tuple[str, Any]] = field(default_factory=dict)

    @contextmanager
    def listening(self, act: str) -> Iterator[None]:
        """Catches what runs within the block."""

        def catch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if not many and sql.lstrip()[:6].upper() in {"SELECT", "UPDATE", "DELETE"}:
                self.caught.setdefault(sql, (act, params))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(catch):
            yield

    def wasteful(self) -> list[str]:
        """A line for each statement that reads far more rows than it gives: act, rows, table, and how the statement begins."""
        told = []
        for sql, (act, params) in self.caught.items():
            for node in _nodes(_plan(sql, params)):
                read = _rows_read(node)
                if read > _MANY_ROWS:
                    via = node.get("Index Name", "from end to end")
                    told.append(f"{act}: {read:,} rows of {node.get('Relation Name', '?')} ({via}) for {sql[:300]}")
        return told


def _plan(sql: str, params: Any) -> dict[str, Any]:
    """The plan with what it really read; nothing of a change is kept."""
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {sql}", params)
            (raw,) = cursor.fetchone()
        finally:
            cursor.execute("ROLLBACK")
    found: dict[str, Any] = (json.loads(raw) if isinstance(raw, str) else raw)[0]["Plan"]
    return found


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def _rows_read(node: dict[str, Any]) -> int:
    """Rows that a scan threw away, and those that it gave where it read the whole table."""
    thrown = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    given = node["Actual Rows"] if node["Node Type"] == "Seq Scan" else 0
    return int((thrown + given) * node["Actual Loops"])

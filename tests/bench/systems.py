"""What the three have in common: started as processes of their own, sockets opened, posts sent, rows counted."""

import asyncio
import sqlite3
import time
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

from tests.bench import shape
from tests.bench.cast import Cast, Circle
from tests.bench.machine import Process, free_port
from tests.bench.screen import Board, Screen
from tests.bench.wire import handshake


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
        await asyncio.wait_for(screen.opened, 120)
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
        if hasattr(self, "process"):  # else it never came so far
            self.process.stop()


def count_rows(database: str, table: str) -> int:
    """Rows of `table` as another connection sees them: only what is committed."""
    if database.startswith("postgres"):
        import psycopg

        with psycopg.connect(database) as base:
            row = base.execute(f"SELECT count(*) FROM {table}").fetchone()
            return int(row[0]) if row else 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as base:
        return int(base.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

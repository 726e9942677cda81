"""The floor: bare asyncio `websockets`, one INSERT committed for each post, the same bytes broadcast to its circle.

No accounts, rights, encryption, trail or catching up. `python -m tests.bench.floor PORT DATABASE [REDIS_URL]`, DATABASE a
SQLite file (WAL, synchronous=FULL) or a postgresql:// URL, with which posts travel through Redis to the sockets.
"""

import asyncio
import json
import sqlite3
import sys
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

import psycopg
import redis.asyncio
from websockets.asyncio.server import ServerConnection, broadcast, serve

from tests.bench import shape

INSERT = "INSERT INTO post (id, circle, seq, body) VALUES ({0}, {0}, {0}, {0})"
TABLE = "CREATE TABLE IF NOT EXISTS post (id text PRIMARY KEY, circle text NOT NULL, seq integer NOT NULL, body text NOT NULL)"
Row = tuple[str, str, int, str]


class Store(Protocol):
    async def insert(self, row: Row) -> None: ...


class SqliteStore:
    """One connection in one thread, so that the flush to disk overlaps with the sending."""

    def __init__(self, path: str) -> None:
        self.thread = ThreadPoolExecutor(1)
        self.base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self.base.execute("PRAGMA journal_mode=WAL")
        self.base.execute("PRAGMA synchronous=FULL")
        self.base.execute(TABLE)

    async def insert(self, row: Row) -> None:
        await asyncio.get_running_loop().run_in_executor(self.thread, self.base.execute, INSERT.format("?"), row)


class PostgresStore:
    """One autocommit connection."""

    def __init__(self, base: "psycopg.AsyncConnection[Any]") -> None:
        self.base, self.turn = base, asyncio.Lock()

    @classmethod
    async def connected(cls, url: str) -> "PostgresStore":
        base = await psycopg.AsyncConnection.connect(url, autocommit=True)
        await base.execute(TABLE)
        return cls(base)

    async def insert(self, row: Row) -> None:
        async with self.turn:
            await self.base.execute(INSERT.format("%s"), row)


class Floor:
    """Sockets by circle."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.circles: defaultdict[str, set[ServerConnection]] = defaultdict(set)
        self.heads: defaultdict[str, int] = defaultdict(int)
        self.redis: Any = None

    async def serve_socket(self, socket: ServerConnection) -> None:
        watched: set[str] = set()
        try:
            async for message in socket:
                frame = json.loads(message)
                if frame["op"] == "post":
                    await self.take(frame)
                elif frame["op"] == "watch":
                    watched.add(frame["circle"])
                    self.circles[frame["circle"]].add(socket)
                    await socket.send(json.dumps({"re": frame["ref"], "ok": True, "head": self.heads[frame["circle"]], "from": 1}))
                elif frame["op"] == "ping":
                    await socket.send(json.dumps({"re": frame["ref"], "ok": True}))
        finally:
            for circle in watched:
                self.circles[circle].discard(socket)

    async def take(self, frame: dict[str, Any]) -> None:
        circle = frame["circle"]
        self.heads[circle] = seq = self.heads[circle] + 1
        post = shape.post(frame["id"], seq, circle, str(uuid.uuid4()), frame["text"])
        await self.store.insert((post["id"], circle, seq, post["text"]))
        text = json.dumps(shape.items(circle, seq, post), ensure_ascii=False)
        if self.redis is None:
            broadcast(self.circles[circle], text)
        else:
            await self.redis.publish("floor", circle + text)

    async def relay(self, url: str) -> None:
        """With Redis: what any process published goes to the sockets of this one."""
        self.redis = redis.asyncio.Redis.from_url(url, decode_responses=True)
        subscription = self.redis.pubsub()
        await subscription.subscribe("floor")
        async for message in subscription.listen():
            if message["type"] == "message":
                circle, text = message["data"][:36], message["data"][36:]
                broadcast(self.circles[circle], text)


async def main(port: int, database: str, redis_url: str | None = None) -> None:
    store: Store = await PostgresStore.connected(database) if database.startswith("postgres") else SqliteStore(database)
    floor = Floor(store)
    async with serve(floor.serve_socket, "127.0.0.1", port, compression=None, ping_interval=None, subprotocols=["circle.v1"]):  # type: ignore[list-item]
        await (floor.relay(redis_url) if redis_url else asyncio.Event().wait())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), *sys.argv[2:]))

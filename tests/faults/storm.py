"""Thousands of sockets are dropped at once and come back; Redis is gone for a while. Every screen is complete afterwards."""
import asyncio
import random
import resource
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import aiohttp
import psycopg

from tests.bench.screen import Board, Screen
from tests.bench.wire import handshake
from tests.contract.cast import scenario
from tests.faults.calling import Caller
from tests.faults.history import History
from tests.faults.house import WEBS, House, Stores

_MEMBERS, _DEVICES = 20, 10  # of a circle, of a person
_FIRST_S, _SLOWEST_S = 0.5, 15.0  # full jitter, as the page does it: twice as much each time
_PATIENCE_S = 300.0
_AT_ONCE = 40  # sockets that are opened together before the storm
REQUEST_THREADS, LIVE_THREADS = 8, 3  # of a web process, each with a connection; `docs/operating.md`


@dataclass
class Weathered:
    """What came of it; times in seconds."""

    sockets: int = 0
    dropped: int = 0  # by the storm
    handshakes: int = 0  # tried while they came back
    back_s: float = 0.0  # from the kill to the last socket that watches again
    complete_s: float = 0.0  # to the last screen that has everything
    connections: int = 0  # to the database, of the web processes, at most
    pool: int = 0
    posted: int = 0  # while Redis was gone
    slowest_post_s: float = 0.0
    healed_s: float = 0.0  # from the return of Redis to the last screen that has everything
    faults: list[str] = field(default_factory=list)


class Device:
    """One socket that comes back; `cursor` is all that it takes along."""

    def __init__(self, board: Board, urls: Sequence[str], headers: dict[str, str], circle: str, number: int) -> None:
        self.board, self.circle, self.cursor, self._headers = board, circle, 0, headers
        self.hosts = [url.removeprefix("http://") for url in urls]
        self._turn = number  # half of them at each web process to begin with
        self.screen: Screen | None = None
        self.tries = 0

    async def open(self) -> None:
        """Raises OSError (also ConnectionError, TimeoutError) where it does not come to a watch."""
        host, port = self.hosts[self._turn % len(self.hosts)].split(":")
        request = handshake(f"{host}:{port}", "/ws/v1/", self._headers)
        self.tries += 1
        _, screen = await asyncio.get_running_loop().create_connection(lambda: Screen(self.board, request), host, int(port))
        try:
            await asyncio.wait_for(screen.opened, 20)
            await screen.watch(self.circle, self.cursor)
        except (OSError, TimeoutError):
            screen.transport.abort()
            raise
        self.screen = screen

    async def come_back(self) -> None:
        """Until it watches again: after a random part of a time that doubles, now at one process, now at the other."""
        if self.screen is not None:
            self.cursor, self.screen = max(self.cursor, self.screen.cursor.get(self.circle, 0)), None
        longest = _FIRST_S
        while self.screen is None:
            await asyncio.sleep(random.uniform(0, longest))
            longest, self._turn = min(_SLOWEST_S, 2 * longest), self._turn + 1
            with suppress(OSError, TimeoutError):
                await self.open()

    @property
    def has(self) -> int:
        """The number up to which it has everything."""
        return max(self.cursor, self.screen.cursor.get(self.circle, 0)) if self.screen else self.cursor

    @property
    def is_cut(self) -> bool:
        """Whether its socket has ended."""
        return self.screen is None or self.screen.transport.is_closing()


class Storm:
    """People of circles of twenty with ten devices each, in front of a house."""

    def __init__(self, house: House, stores: Stores, http: aiohttp.ClientSession, history: History, sockets: int) -> None:
        self.house, self.stores, self.http, self.history = house, stores, http, history
        self.told = Weathered(sockets, pool=len(WEBS) * 2 * (REQUEST_THREADS + LIVE_THREADS))  # two databases: everything, and the keys
        self.board = Board()
        self.devices: list[Device] = []
        self.writers: list[tuple[Caller, str]] = []

    async def gather(self) -> None:
        """Signs the people in and opens their sockets."""
        people = max(2, self.told.sockets // _DEVICES)
        circles = {f"circle{start}": [(f"p{one}", "nurse") for one in range(start, min(people, start + _MEMBERS))]
                   for start in range(0, people, _MEMBERS)}  # fmt: skip
        cast = scenario({f"p{one}": "nurse" for one in range(people)}, circles)
        ids = await asyncio.to_thread(self.house.load, cast)
        turns = asyncio.Semaphore(4)
        callers = await asyncio.gather(*[self._sign_in(f"p{one}", turns) for one in range(people)])
        for number in range(self.told.sockets):
            caller = callers[number % people]
            circle = ids[f"circle{number % people // _MEMBERS * _MEMBERS}"]
            self.devices.append(Device(self.board, self.house.urls, caller.headers, circle, number))
        self.writers = [(callers[start], ids[f"circle{start}"]) for start in range(0, people, _MEMBERS)]
        doors = asyncio.Semaphore(_AT_ONCE)
        await asyncio.gather(*[self._enter(device, doors) for device in self.devices])

    async def _sign_in(self, who: str, turns: asyncio.Semaphore) -> Caller:
        async with turns:
            return await Caller(self.http, self.house.urls, self.history, who, "storm").sign_in()

    async def _enter(self, device: Device, doors: asyncio.Semaphore) -> None:
        async with doors:
            await device.come_back()

    async def strike(self) -> None:
        """Both web processes are killed, every circle is written into meanwhile, and all come back."""
        watching = asyncio.create_task(self._count_connections())
        confirming = asyncio.create_task(self.board.confirm())
        before = sum(device.tries for device in self.devices)
        began = time.monotonic()
        for name in WEBS:
            self.house.send(name, signal.SIGKILL)
        await self._until(lambda: all(device.is_cut for device in self.devices), "a socket outlived its process")
        self.told.dropped = sum(device.is_cut for device in self.devices)
        returning = asyncio.gather(*[device.come_back() for device in self.devices])
        writing = asyncio.gather(*[self._write(caller, circle) for caller, circle in self.writers])
        await asyncio.wait_for(returning, _PATIENCE_S)
        self.told.back_s = time.monotonic() - began
        await writing
        await self._complete()
        self.told.complete_s = time.monotonic() - began
        self.told.handshakes = sum(device.tries for device in self.devices) - before
        for task in (watching, confirming):
            task.cancel()
        if self.told.connections > self.told.pool:
            self.told.faults.append(f"{self.told.connections} connections to the database, and {self.told.pool} in the pools")

    async def lose_redis(self, seconds: float) -> None:
        """Redis is killed, comes back empty after so long; posting goes on, and then every screen has everything."""
        confirming = asyncio.create_task(self.board.confirm())
        self.stores.broker.kill()
        until = time.monotonic() + seconds
        while time.monotonic() < until or not self.told.posted:
            for caller, circle in self.writers:
                began = time.monotonic()
                await self._write(caller, circle, tries=1)
                self.told.posted, self.told.slowest_post_s = self.told.posted + 1, max(self.told.slowest_post_s, time.monotonic() - began)
        await asyncio.to_thread(self.stores.broker.start)
        began = time.monotonic()
        await self._complete()
        self.told.healed_s = time.monotonic() - began
        confirming.cancel()

    async def _write(self, caller: Caller, circle: str, tries: int = 0) -> None:
        """With `tries` one must be enough."""
        body = {"text": "au retour", "audience": "circle", "urgency": "info"}
        answer = await caller.call("POST", f"/api/v1/circles/{circle}/posts", headers={"Idempotency-Key": str(uuid4())}, json=body)
        if answer.status != 201 and not answer.again:
            self.told.faults.append(f"a post was answered {answer.status}")
        if tries and answer.again:
            self.told.faults.append("a post had to be sent again")

    async def _complete(self) -> None:
        heads = {circle: int((await caller.get(circle)).body["head"]) for caller, circle in self.writers}
        await self._until(lambda: all(one.has >= heads[one.circle] for one in self.devices), "a screen is not complete")
        if self.board.gaps or self.board.twice:
            self.told.faults.append(f"{self.board.gaps} gaps, {self.board.twice} items twice")

    async def _until(self, done: Any, otherwise: str) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while not done():
            if time.monotonic() > deadline:
                self.told.faults.append(otherwise)
                return
            await asyncio.sleep(0.05)

    async def _count_connections(self) -> None:
        pids = "SELECT count(*) FROM pg_stat_activity WHERE datname IN ('cercle', 'keys') AND application_name = 'web'"
        async with await psycopg.AsyncConnection.connect(self.stores.postgres.urls["cercle"], autocommit=True) as base:
            while True:
                row = await (await base.execute(pids)).fetchone()
                self.told.connections = max(self.told.connections, row[0] if row else 0)
                await asyncio.sleep(0.2)


def weathered(house: House, stores: Stores, history: History, *, sockets: int, without_redis_s: float) -> Weathered:
    """A storm over so many sockets, then an outage of Redis for so long."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return asyncio.run(_weathered(house, stores, history, sockets, without_redis_s))


async def _weathered(house: House, stores: Stores, history: History, sockets: int, without_redis_s: float) -> Weathered:
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as http:
        storm = Storm(house, stores, http, history, sockets)
        await storm.gather()
        await storm.strike()
        await storm.lose_redis(without_redis_s)
        for device in storm.devices:
            if device.screen is not None:
                device.screen.transport.abort()
        return storm.told

"""One round of each figure for one system. Every round counts rows afterwards: nothing is fast because it was lost."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace

from tests.bench.cast import Circle
from tests.bench.product import Cercle
from tests.bench.screen import Board, Screen
from tests.bench.systems import Sent, System

Seats = dict[tuple[str, int], Screen]
WRITERS, STORM_S = 20, 4.0


@dataclass(frozen=True)
class Scale:
    """How much is done; `--quick` divides it by twenty."""

    burst: int = 1200  # posts in a round of deliveries
    posts: int = 300  # posts in a round of acceptance
    singles: int = 100  # posts with one in flight
    paced: int = 1000  # posts at 50 a second
    handshakes: int = 400
    rounds: int = 3

    def quick(self) -> "Scale":
        return replace(
            self,
            **{name: max(10, getattr(self, name) // 20) for name in ("burst", "posts", "singles", "paced", "handshakes")},
            rounds=1,
        )


@dataclass
class Outcome:
    """Numbers of one round by name, and what went wrong in it."""

    numbers: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


@contextlib.asynccontextmanager
async def audience(system: System, circles: list[Circle], board: Board | None = None) -> AsyncIterator[tuple[Board, Seats]]:
    """A socket for each member of each circle, watching that circle only."""
    board, seats, turns = board or Board(), {}, asyncio.Semaphore(16)

    async def sit(circle: Circle, person: int) -> None:
        async with turns:
            screen = await system.open(board, person)
            await screen.watch(system.ids[circle.key])
            seats[circle.key, person] = screen

    confirming = asyncio.create_task(board.confirm())
    try:
        await asyncio.gather(*[sit(circle, person) for circle in circles for person in circle.members])
        await asyncio.sleep(0.5)
        yield board, seats
    finally:
        confirming.cancel()
        for screen in seats.values():
            screen.transport.close()
        await asyncio.sleep(0.5)


def check(system: System, board: Board, expected: dict[str, int], rows: int, outcome: Outcome) -> None:
    """Each post on every screen, once and in order, and in the database."""
    missing = sum(max(0, want - board.seen[post]) for post, want in expected.items())
    if missing:
        outcome.faults.append(f"{system.name}: {missing} deliveries missing")
    if rows != len(expected):
        outcome.faults.append(f"{system.name}: {rows} rows for {len(expected)} posts")
    if isinstance(system, Cercle) and (board.gaps or board.twice):
        outcome.faults.append(f"{system.name}: {board.gaps} gaps, {board.twice} repeated")
    outcome.faults += [f"{system.name}: {reason}" for reason in board.closed[:1]]


async def storm(system: System, seats: Seats, circles: list[Circle], posts: int, writers: int) -> list[Sent]:
    """Up to `posts` posts by `writers` members, each with one in flight, for `STORM_S` at most."""
    sent: list[Sent] = []
    left, end = iter(range(posts)), time.perf_counter() + STORM_S

    async def write(n: int) -> None:
        circle = circles[n % len(circles)]
        person = circle.members[n // len(circles) % len(circle.members)]
        for _ in left:
            if time.perf_counter() > end:
                break
            sent.append(await system.post(circle, person, seats[circle.key, person]))

    await asyncio.gather(*[write(n) for n in range(writers)])
    return sent


async def deliveries(system: System, size: int, scale: Scale) -> Outcome:
    """Deliveries per second. Ours come through the feed from the writer's process; the references are posted to."""
    circles, outcome = system.cast.circles[size], Outcome()
    rows = system.rows()
    async with audience(system, circles) as (board, seats):
        cpu, own_cpu = system.process.cpu_seconds(), time.process_time()
        each = max(1, scale.burst // len(circles))
        posts = each * len(circles)
        if isinstance(system, Cercle):
            began = await system.write(circles, each)
        else:
            began = time.perf_counter()
            posts = len(await storm(system, seats, circles, posts, WRITERS))
        await board.wait_for(posts * size)
        took = board.finished_at - began
        outcome.numbers["rate"] = board.deliveries / took
        outcome.numbers["cpu"] = (system.process.cpu_seconds() - cpu) / board.deliveries * 1_000_000  # ms per 1,000
        outcome.numbers["load"] = (time.process_time() - own_cpu) / took
        expected = dict.fromkeys(board.seen, size)
        check(system, board, expected, system.rows() - rows, outcome)
    return outcome


async def accepted(system: System, writers: int, scale: Scale) -> Outcome:
    """Posts accepted per second in one circle of 50 whose members all look on."""
    circles, outcome = system.cast.circles[50][:1], Outcome()
    rows = system.rows()
    async with audience(system, circles) as (board, seats):
        cpu, began = system.process.cpu_seconds(), time.perf_counter()
        sent = await storm(system, seats, circles, scale.posts, writers)
        outcome.numbers["rate"] = len(sent) / (max(s.answered for s in sent) - began)
        await board.wait_for(len(sent) * 50)
        outcome.numbers["cpu"] = (system.process.cpu_seconds() - cpu) / len(sent) * 1000
        check(system, board, {s.post: 50 for s in sent}, system.rows() - rows, outcome)
    return outcome


def percentiles(seconds: list[float], outcome: Outcome, prefix: str = "") -> None:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(seconds)
    for p in (50, 95, 99):
        outcome.numbers[f"{prefix}p{p}"] = ordered[min(len(ordered) - 1, len(ordered) * p // 100)] * 1000


async def one_in_flight(system: System, scale: Scale) -> Outcome:
    """From sending a post to the last of 50 screens, one post at a time."""
    circle, outcome = system.cast.circles[50][0], Outcome()
    rows, sent = system.rows(), []
    async with audience(system, [circle]) as (board, seats):
        for n in range(scale.singles):
            person = circle.members[n % 50]
            sent.append(await system.post(circle, person, seats[circle.key, person]))
            await board.wait_for(len(sent) * 50)
            await asyncio.sleep(random.uniform(0.01, 0.06))  # out of step with any polling
        percentiles([board.last_at[s.post] - s.at for s in sent if s.post in board.last_at], outcome)
        check(system, board, {s.post: 50 for s in sent}, system.rows() - rows, outcome)
    return outcome


async def paced(system: System, scale: Scale) -> Outcome:
    """50 posts a second over a socket for everybody, in circles of 20; from sending, and from the answer, to the last of 20 screens."""
    circles, outcome = system.cast.first_layer(), Outcome()
    rows = system.rows()
    async with audience(system, circles) as (board, seats):
        cpu, began, tasks = system.process.cpu_seconds(), time.perf_counter(), []
        for n in range(scale.paced):
            await asyncio.sleep(max(0.0, began + n / 50 - time.perf_counter()))
            circle = circles[n * 7 % len(circles)]
            # A reference's socket has one post in flight: take another member at every turn.
            person = circle.members[n // len(circles) % 20]
            tasks.append(asyncio.create_task(system.post(circle, person, seats[circle.key, person])))
        sent = await asyncio.gather(*tasks)
        await board.wait_for(len(sent) * 20)
        outcome.numbers["cpu"] = (system.process.cpu_seconds() - cpu) / (time.perf_counter() - began)
        percentiles([board.last_at[s.post] - s.at for s in sent if s.post in board.last_at], outcome)
        percentiles([max(0.0, board.last_at[s.post] - s.answered) for s in sent if s.post in board.last_at], outcome, "answered ")
        check(system, board, {s.post: 20 for s in sent}, system.rows() - rows, outcome)
    return outcome


async def open_many(system: System, board: Board, count: int, at_once: int, then: Callable[[Screen, int], Awaitable[None]]) -> list[Screen]:
    """`count` sockets of people in turn, each doing `then` before it counts as open."""
    turns = asyncio.Semaphore(at_once)

    async def one(n: int) -> Screen:
        async with turns:
            screen = await system.open(board, n % system.cast.people)
            await then(screen, n % system.cast.people)
            return screen

    return await asyncio.gather(*[one(n) for n in range(count)])


async def handshakes(system: System, scale: Scale) -> Outcome:
    """Sockets opened per second, twenty at a time, each proved to be signed in by an answered ping."""

    async def ping(screen: Screen, person: int) -> None:
        answer = await screen.ask({"op": "ping"})
        if not answer.get("ok", "error" not in answer):
            raise ConnectionError(str(answer))

    board, began = Board(), time.perf_counter()
    screens = await open_many(system, board, scale.handshakes, 20, ping)
    outcome = Outcome({"rate": scale.handshakes / (time.perf_counter() - began)}, list(board.closed))
    for screen in screens:
        screen.transport.close()
    await asyncio.sleep(1)
    return outcome


async def memory(system: System) -> Outcome:
    """KiB (proportional set size) per idle socket that watches five circles; and such sockets opened per second."""
    board, outcome = Board(), Outcome()
    mine: dict[int, list[Circle]] = {}
    for circle in system.cast.circles[20]:
        for person in circle.members:
            mine.setdefault(person, []).append(circle)

    async def watch(screen: Screen, person: int) -> None:
        for circle in mine[person]:
            await screen.watch(system.ids[circle.key])

    confirming = asyncio.create_task(board.confirm())
    warm = await open_many(system, board, 40, 10, watch)
    for screen in warm:
        screen.transport.close()
    await asyncio.sleep(2)
    before, began, count = system.memory_kib(), time.perf_counter(), system.cast.people
    screens = await open_many(system, board, count, 20, watch)
    outcome.numbers["rate"] = count / (time.perf_counter() - began)
    await asyncio.sleep(3)
    outcome.numbers["kib"] = (system.memory_kib() - before) / count
    outcome.faults += board.closed[:1]
    confirming.cancel()
    for screen in screens:
        screen.transport.close()
    await asyncio.sleep(1)
    return outcome

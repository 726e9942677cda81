"""`python -m tests.bench.hostile [--quick]`: what slow and hostile clients cost the server, and their neighbours.

A circle of 50 gets a post every fiftieth of a minute's turn and every delivery is timed, first in peace, then beside twenty clients of one
kind, by turns several times: readers who ask for all of a busy circle and stop reading, and flooders who send operations as fast as the
line takes them and come back when they are cut off. What the process grows by meanwhile is theirs.
"""

import argparse
import asyncio
import contextlib
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from statistics import median

from tests.bench.alone import alone, heading, verdict
from tests.bench.cast import Cast, Circle
from tests.bench.product import Cercle
from tests.bench.rounds import Seats, audience
from tests.bench.screen import Board, Screen
from tests.bench.wire import encode, handshake

OTHERS = 20  # hostile clients at once
PEOPLE = 120
BUSY = 400  # posts in the circle that slow readers ask for
MIB, SLOWER = 1.0, 1.10
PAUSE_S = 0.05


@dataclass
class Turn:
    """Milliseconds from the call to each of 50 screens, and KiB by which the process had grown at most."""

    delays: list[float] = field(default_factory=list)
    grown: float = 0.0

    @property
    def p99(self) -> float:
        """The 99th percentile in milliseconds."""
        ordered = sorted(self.delays)
        return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


class Timed(Board):
    """A board that notes when each delivery came."""

    def __init__(self) -> None:
        super().__init__()
        self.at: list[tuple[str, float]] = []

    def count(self, screen: Screen, post: str, at: float) -> None:
        """As any board, and its moment."""
        self.at.append((post, at))
        super().count(screen, post, at)


async def neighbours(cercle: Cercle, board: Timed, seats: Seats, circle: Circle, posts: int, before: int) -> Turn:
    """One turn: posts at an even pace, every delivery timed."""
    turn, sent = Turn(), {}
    board.at.clear()
    seen = board.deliveries
    for number in range(posts):
        person = circle.members[number % 50]
        done = await cercle.post(circle, person, seats[circle.key, person])
        sent[done.post] = done.at
        if number % 10 == 0:
            turn.grown = max(turn.grown, cercle.memory_kib() - before)
        await asyncio.sleep(PAUSE_S)
    await board.wait_for(seen + posts * 50)
    turn.delays = [1000 * (at - sent[post]) for post, at in board.at if post in sent]
    turn.grown = max(turn.grown, cercle.memory_kib() - before)
    return turn


def small_window() -> socket.socket:
    """A socket that takes little before it is read: what is not read must wait at the server's side."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    made.setblocking(False)
    return made


async def slow_reader(cercle: Cercle, person: int) -> None:
    """Watches the busy circle from its beginning and reads nothing any more; its operations go on."""
    busy = cercle.ids[cercle.cast.circles[50][1].key]
    loop = asyncio.get_running_loop()
    made = small_window()
    await loop.sock_connect(made, ("127.0.0.1", cercle.port))
    request = handshake(f"127.0.0.1:{cercle.port}", "/ws/v1/", cercle.headers(person))
    transport, screen = await loop.create_connection(lambda: Screen(Board(), request), sock=made)
    await asyncio.wait_for(screen.opened, 60)
    transport.pause_reading()
    try:
        while not transport.is_closing():
            for ref in range(10):
                screen.send({"ref": ref, "op": "watch", "circle": busy, "after": 0})
            await asyncio.sleep(1)
    finally:
        transport.abort()


async def flooder(cercle: Cercle, person: int) -> None:
    """Operations without end, each of several KiB, and again after it was cut off."""
    loop, noise = asyncio.get_running_loop(), encode(b'{"ref":1,"op":"ping","more":"' + b"x" * 4000 + b'"}') * 10
    request = handshake(f"127.0.0.1:{cercle.port}", "/ws/v1/", cercle.headers(person))
    while True:
        transport = None
        with contextlib.suppress(OSError, TimeoutError):
            transport, screen = await loop.create_connection(lambda: Screen(Board(), request), "127.0.0.1", cercle.port)
            await asyncio.wait_for(screen.opened, 60)
            while not transport.is_closing():
                if transport.get_write_buffer_size() < 200_000:
                    transport.write(noise)
                await asyncio.sleep(0.02)
        if transport:
            transport.abort()
        await asyncio.sleep(1)


async def beside(cercle: Cercle, act: Callable[[Cercle, int], Awaitable[None]], turn: Callable[[], Awaitable[Turn]]) -> Turn:
    """A turn beside twenty of a kind."""
    others = [asyncio.create_task(_act(act, cercle, 60 + number)) for number in range(OTHERS)]
    await asyncio.sleep(2)
    try:
        return await turn()
    finally:
        for other in others:
            other.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(2)


async def _act(act: Callable[[Cercle, int], Awaitable[None]], cercle: Cercle, person: int) -> None:
    await act(cercle, person)


async def measured(turns: int, posts: int) -> bool:
    """Prints the figures; whether they hold."""
    async with alone(Cast(PEOPLE), postgres=False) as cercle:
        quiet, busy = cercle.cast.circles[50][0], cercle.cast.circles[50][1]
        await cercle.write([busy], BUSY)
        kept = []
        async with audience(cercle, [quiet], Timed()) as (board, seats):
            assert isinstance(board, Timed)
            await neighbours(cercle, board, seats, quiet, posts, 0)  # warm
            before = cercle.memory_kib()
            found: dict[str, list[Turn]] = {"peace": [], "slow reader": [], "flooder": []}
            for _ in range(turns):
                found["peace"].append(await neighbours(cercle, board, seats, quiet, posts, before))
                for name, act in (("slow reader", slow_reader), ("flooder", flooder)):
                    found[name].append(
                        await beside(cercle, act, lambda: neighbours(cercle, board, seats, quiet, posts, before))
                    )
        print(heading(f"{OTHERS} of a kind, {turns} turns of {posts} posts to 50"))
        peace = median(turn.p99 for turn in found["peace"])
        verdict("neighbours in peace: p99", f"{peace:.1f} ms", "", None)
        for name in ("slow reader", "flooder"):
            each = max(turn.grown for turn in found[name]) / OTHERS / 1024
            p99 = median(turn.p99 for turn in found[name])
            kept.append(verdict(f"{name}: MiB of server memory each", f"{each:.2f}", f"<= {MIB}", each <= MIB))
            kept.append(verdict(f"{name}: neighbours' p99", f"{p99:.1f} ms", "<= +10 %", p99 <= SLOWER * peace))
    return all(kept)


def main() -> int:
    """Measures; 1 where a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.hostile", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one turn of ten posts")
    options = parser.parse_args()
    began = time.monotonic()
    kept = asyncio.run(measured(*((1, 10) if options.quick else (5, 200))))
    print(f"took {time.monotonic() - began:.0f} s")
    return 0 if kept or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.bench.spread [--quick]`: deliveries of two web processes, sockets hashed to them by patient, beside those of one.

PostgreSQL and Redis; four circles of 50 get the same bursts, committed by another process. With one web process all sockets are its; with
two each has every other circle whole, as the proxy would send them. On two cores the database, the load and both processes share what
there is, so what decides there is processor time: two processes deliver as many times more as twice what one spends on a delivery
goes into what a delivery costs both. Where there are cores for it (four), each has its own and the clock decides.
"""

import argparse
import asyncio
import os
import sys
from dataclasses import dataclass
from statistics import median

from tests.bench.alone import alone, heading, verdict, web_seconds
from tests.bench.cast import Cast, Circle
from tests.bench.machine import Process, free_port
from tests.bench.product import Cercle
from tests.bench.screen import Board, Screen
from tests.bench.wire import handshake

PEOPLE, BURST = 200, 1200
LEAST = 1.7


@dataclass(frozen=True)
class Turn:
    """Deliveries a second by the clock, and milliseconds of the web processes' time for 1,000, the busier one's alone and all."""

    rate: float
    busier: float
    all: float


async def seated(cercle: Cercle, board: Board, circles: list[Circle], ports: list[int]) -> list[Screen]:
    """A socket for each member, at the process to which the circle belongs."""
    turns, loop = asyncio.Semaphore(16), asyncio.get_running_loop()

    async def sit(place: int, circle: Circle, person: int) -> Screen:
        port = ports[place % len(ports)]
        request = handshake(f"127.0.0.1:{port}", "/ws/v1/", cercle.headers(person))
        async with turns:
            _, screen = await loop.create_connection(lambda: Screen(board, request), "127.0.0.1", port)
            await asyncio.wait_for(screen.opened, 60)
            await screen.watch(cercle.ids[circle.key])
            return screen

    return await asyncio.gather(*[sit(place, circle, person) for place, circle in enumerate(circles) for person in circle.members])


async def turn(cercle: Cercle, ports: list[int], pids: list[int], posts: int) -> Turn:
    """One burst."""
    board, circles = Board(), cercle.cast.circles[50]
    confirming = asyncio.create_task(board.confirm())
    screens = await seated(cercle, board, circles, ports)
    await asyncio.sleep(0.5)
    before = [web_seconds(pid) for pid in pids]
    each = max(1, posts // len(circles))
    began = await cercle.write(circles, each)
    whole = await board.wait_for(each * len(circles) * 50, quiet=30)
    spent = [1_000_000 * (web_seconds(pid) - was) / board.deliveries for pid, was in zip(pids, before, strict=True)]
    confirming.cancel()
    for screen in screens:
        screen.transport.close()
    await asyncio.sleep(0.5)
    if not whole or board.gaps or board.twice or board.closed:
        raise SystemExit(f"lost or doubled: {board.deliveries} deliveries, {board.gaps} gaps, {board.twice} twice, {board.closed[:1]}")
    return Turn(board.deliveries / (board.finished_at - began), max(spent), sum(spent))


async def measured(turns: int, posts: int) -> bool:
    """Prints the figures; whether the promise holds."""
    async with alone(Cast(PEOPLE), postgres=True) as cercle:
        cores = sorted(os.sched_getaffinity(cercle.process.child.pid) | os.sched_getaffinity(1))
        port = free_port()
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        second = Process("second", command, cercle.folder / "second.log", core=cores[-2 if len(cores) > 3 else -1], env=cercle.env)
        try:
            second.wait_for_port(port, 300)
            pids = [int((cercle.folder / "cercle" / "run" / "web.pid").read_text()), second.child.pid]
            ones, twos = [], []
            for _ in range(turns + 1):
                ones.append(await turn(cercle, [cercle.port], pids, posts))
                twos.append(await turn(cercle, [cercle.port, port], pids, posts))
        finally:
            second.stop()
    return told(ones[1:], twos[1:], clocked=len(cores) > 3, posts=posts)


def told(ones: list[Turn], twos: list[Turn], *, clocked: bool, posts: int) -> bool:
    """Prints the medians."""
    print(heading(f"bursts of {posts} posts to circles of 50"))
    one, two = median(each.rate for each in ones), median(each.rate for each in twos)
    spent, shared = median(each.all for each in ones), median(each.all for each in twos)
    by_time = spent / median(each.busier for each in twos)
    verdict("deliveries/s, one process", f"{one:,.0f}", "", None)
    verdict("deliveries/s, two processes", f"{two:,.0f}", "", None)
    verdict("web CPU ms per 1,000 deliveries, one process", f"{spent:.2f}", "", None)
    verdict("web CPU ms per 1,000 deliveries, both of two", f"{shared:.2f}", "", None)
    promise, held = f">= {LEAST}", (two / one if clocked else by_time) >= LEAST
    verdict("two beside one by the clock", f"{two / one:.2f}", promise if clocked else "", held if clocked else None)
    verdict("two beside one by processor time, with a core each", f"{by_time:.2f}", "" if clocked else promise, None if clocked else held)
    return held


def main() -> int:
    """Measures; 1 where the promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.spread", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one burst of 60 posts each")
    options = parser.parse_args()
    kept = asyncio.run(measured(*((1, 60) if options.quick else (7, BURST))))
    return 0 if kept or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())

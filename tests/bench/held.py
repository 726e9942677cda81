"""`python -m tests.bench.held [--quick] [--sockets N]`: idle sockets held by one process, what each costs, how fast they come.

Signed-in sockets come a hundred at a time, each through its own handshake with a session that is looked up, and stay; every fiftieth is
asked at the end whether it still answers. Clients come from several addresses of the loopback where one has not ports enough.
"""

import argparse
import asyncio
import sys
import time

from tests.bench.alone import alone, heading, more_files, verdict, web_seconds
from tests.bench.cast import Cast
from tests.bench.product import Cercle
from tests.bench.screen import Board, Screen
from tests.bench.wire import handshake

SOCKETS, AT_ONCE = 15_000, 100
PEOPLE = 200
PORTS_EACH = 20_000  # connections from one address; the system has 28,000 ports
KIB, RATE = 32, 400


async def come(cercle: Cercle, board: Board, count: int) -> list[Screen]:
    """So many sockets of the people in turn, open when this returns."""
    turns, loop = asyncio.Semaphore(AT_ONCE), asyncio.get_running_loop()

    async def one(number: int) -> Screen:
        request = handshake(f"127.0.0.1:{cercle.port}", "/ws/v1/", cercle.headers(number % PEOPLE))
        source = f"127.0.0.{2 + number // PORTS_EACH}", 0
        async with turns:
            _, screen = await loop.create_connection(lambda: Screen(board, request), "127.0.0.1", cercle.port, local_addr=source)
            await asyncio.wait_for(screen.opened, 300)
            return screen

    return await asyncio.gather(*[one(number) for number in range(count)])


async def measured(count: int) -> bool:
    """Prints the figures; whether they hold."""
    async with alone(Cast(PEOPLE), postgres=False) as cercle:
        board, pid = Board(), int((cercle.folder / "cercle" / "run" / "web.pid").read_text())
        for screen in await come(cercle, board, PEOPLE):  # what the process does once it does before
            screen.transport.close()
        await asyncio.sleep(2)
        before, cpu, began = cercle.memory_kib(), web_seconds(pid), time.perf_counter()
        screens = await come(cercle, board, count)
        took, spent = time.perf_counter() - began, web_seconds(pid) - cpu
        await asyncio.sleep(5)
        kib = (cercle.memory_kib() - before) / count
        asked = await asyncio.gather(*[screen.ask({"op": "ping"}, 300) for screen in screens[::50]])
        quiet = web_seconds(pid)
        await asyncio.sleep(10)
        quiet = (web_seconds(pid) - quiet) / 10
        alive = count - len(board.closed) if all("error" not in answer for answer in asked) else 0
        print(heading(f"{count:,} sockets"))
        kept = [
            verdict("sockets held by one process", f"{alive:,}", f"{count:,}", alive == count),
            verdict("KiB per idle signed-in socket", f"{kib:.1f}", f"<= {KIB}", kib <= KIB),
            verdict("handshakes a second", f"{count / took:,.0f}", f">= {RATE}", count / took >= RATE),
            verdict("  in a second of the server's processor time", f"{count / spent:,.0f}", "", None),
            verdict("core busy with all of them idle", f"{quiet:.1%}", "", None),
        ]
        for screen in screens:
            screen.transport.close()
        await asyncio.sleep(1)
    return all(kept)


def main() -> int:
    """Measures; 1 where a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.held", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="750 sockets")
    parser.add_argument("--sockets", type=int, default=SOCKETS)
    options = parser.parse_args()
    count = 750 if options.quick else options.sockets
    more_files(count + 4096)
    return 0 if asyncio.run(measured(count)) or options.quick else 1


if __name__ == "__main__":
    sys.exit(main())

"""`python -m tests.bench [--quick] [--postgres] [--only NAME ...] [--systems NAME ...]`: measure, print the table, say what held."""

import argparse
import asyncio
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from tests.bench import rounds
from tests.bench.cast import Cast
from tests.bench.desk import whole_desk
from tests.bench.machine import LOAD_CORE, SERVER_CORE, describe
from tests.bench.postgres import own_postgres
from tests.bench.product import Cercle
from tests.bench.references import Floor, Tutorial, start_redis
from tests.bench.report import Results, faults, table
from tests.bench.rounds import Outcome, Scale
from tests.bench.systems import System

Round = Callable[[System], Awaitable[Outcome]]
KINDS: dict[str, type[System]] = {"floor": Floor, "tutorial": Tutorial, "cercle": Cercle}


def programme(scale: Scale, people: int) -> dict[str, Round]:
    """What is measured, by name, in order."""
    return {
        "memory": rounds.memory,
        **{f"deliveries {size}": partial(rounds.deliveries, size=size, scale=scale) for size in (10, 50, 200) if size <= people},
        **{f"accepted {writers}": partial(rounds.accepted, writers=writers, scale=scale) for writers in (1, 8)},
        "one in flight": partial(rounds.one_in_flight, scale=scale),
        "paced": partial(rounds.paced, scale=scale),
        "handshakes": partial(rounds.handshakes, scale=scale),
        "600 circles": whole_desk,
    }


async def measure(systems: list[System], scale: Scale, people: int, only: list[str]) -> Results:
    """Rounds interleaved: each figure goes round the systems, then round again."""
    results: Results = {}
    for name, play in programme(scale, people).items():
        if only and not any(name.startswith(wanted) for wanted in only):
            continue
        for turn in range(1 if name in ("memory", "paced", "600 circles") else scale.rounds):
            for system in systems:
                gc.collect()
                outcome = await play(system)
                results.setdefault(name, {}).setdefault(system.name, []).append(outcome)
                told = "  ".join(f"{key} {value:,.1f}" for key, value in outcome.numbers.items())
                print(f"{name:15} round {turn + 1}  {system.name:9} {told}", *outcome.faults, file=sys.stderr, flush=True)
    return results


async def run(options: argparse.Namespace, folder: Path) -> int:
    if not options.postgres:
        return await compare(options, folder, {})
    with own_postgres(folder, options.systems) as databases:
        return await compare(options, folder, databases)


async def compare(options: argparse.Namespace, folder: Path, databases: dict[str, str]) -> int:
    """Start everything, measure, print. 1 where something was lost or a promise missed."""
    scale, people = (Scale().quick(), 60) if options.quick else (Scale(), 1000)
    cast = Cast(people)
    redis, redis_url = start_redis(folder)
    systems: list[System] = []
    try:
        for name in options.systems:
            system = KINDS[name](folder, cast, databases.get(name), redis_url)
            systems.append(system)
            await system.start()
        results = await measure(systems, scale, people, options.only)
    finally:
        for system in systems:
            await system.stop()
        redis.stop()
    lines, missed = table(results)
    database = "PostgreSQL and Redis" if options.postgres else "SQLite"
    print(f"\n{datetime.now(UTC):%Y-%m-%d}  {describe()}; servers on core {SERVER_CORE}, load on core {LOAD_CORE}; {database}")
    print("Medians of interleaved rounds.", *lines, sep="\n")
    print(*(f"note {fault}" for fault in faults(results, ours=False)), sep="\n")
    broken = faults(results, ours=True)
    print(*(f"FAULT {fault}" for fault in broken), sep="\n")
    # A twentieth of the load is for seeing that everything runs: its figures are noise, its faults are not.
    return 1 if broken or (missed and not options.quick) else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the load, one round")
    parser.add_argument("--postgres", action="store_true", help="PostgreSQL and Redis instead of SQLite")
    parser.add_argument("--only", nargs="*", default=[], help="figures by the beginning of their name")
    parser.add_argument("--systems", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and databases")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    folder = Path(tempfile.mkdtemp(prefix="cercle-bench-"))
    try:
        return asyncio.run(run(options, folder))
    finally:
        print(f"kept {folder}") if options.keep else shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

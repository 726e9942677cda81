"""`python -m tests.bench.peers [--quick]`: ours beside Prosody and ejabberd, the floor and the tutorial, all on one PostgreSQL.

A circle of 50, everybody connected and receiving, every archive on and counted; servers, database and Redis share one core, the load
has the other. Rounds go by turns, medians are told. `scripts/setup peers` installs the two.
"""

import argparse
import asyncio
import gc
import os
import shutil
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.bench import rounds
from tests.bench.cast import Cast
from tests.bench.machine import LOAD_CORE, SERVER_CORE, describe
from tests.bench.postgres import own_postgres
from tests.bench.product import Cercle
from tests.bench.references import Floor, Tutorial, start_redis
from tests.bench.rounds import Outcome, Scale
from tests.bench.systems import System
from tests.bench.xmpp_servers import Ejabberd, Prosody

KINDS: dict[str, type[System]] = {"floor": Floor, "prosody": Prosody, "ejabberd": Ejabberd, "tutorial": Tutorial, "cercle": Cercle}
# Figure → by how much ours is at least the others'.
PROMISES = {
    "deliveries": {"floor": 1.0, "ejabberd": 2.0, "prosody": 4.0, "tutorial": 12.0},
    "posts": {"prosody": 0.6, "tutorial": 2.0},
}
Told = dict[str, dict[str, list[Outcome]]]


async def measure(systems: list[System], scale: Scale) -> Told:
    """Rounds interleaved."""
    told: Told = {"deliveries": {}, "posts": {}}
    for turn in range(scale.rounds):
        for figure, found in told.items():
            for system in systems:
                gc.collect()
                outcome = await (rounds.deliveries(system, 50, scale) if figure == "deliveries" else rounds.accepted(system, 8, scale))
                found.setdefault(system.name, []).append(outcome)
                numbers = "  ".join(f"{key} {value:,.2f}" for key, value in outcome.numbers.items())
                print(f"{figure:10} round {turn + 1}  {system.name:9} {numbers}", *outcome.faults, file=sys.stderr, flush=True)
    return told


def lines(told: Told) -> tuple[list[str], bool]:
    """(the table, whether every promise holds)."""
    out, kept = [f"{'a second, circle of 50':22}" + "".join(f"{name:>11}" for name in KINDS)], True
    for figure, found in told.items():
        rates = {name: median(one.numbers["rate"] for one in outcomes) for name, outcomes in found.items()}
        out.append(f"{figure:22}" + "".join(f"{rates[name]:>11,.0f}" if name in rates else f"{'':11}" for name in KINDS))
        cpu = {name: median(one.numbers["cpu"] for one in outcomes) for name, outcomes in found.items()}
        unit = "ms per 1,000" if figure == "deliveries" else "ms per post"
        out.append(f"{'  CPU, ' + unit:22}" + "".join(f"{cpu[name]:>11,.1f}" if name in cpu else f"{'':11}" for name in KINDS))
        for name, least in PROMISES[figure].items():
            if name in rates and "cercle" in rates:
                ratio = rates["cercle"] / rates[name]
                kept &= ratio >= least
                out.append(f"  x {name:9} {ratio:8.2f}   >= {least}: {'held' if ratio >= least else 'MISSED'}")
    return out, kept


async def run(options: argparse.Namespace, folder: Path) -> int:
    """Starts all, measures, prints. 1 where something of ours was lost or a promise missed."""
    scale = Scale(rounds=options.rounds)
    scale, cast = (scale.quick(), Cast(60)) if options.quick else (scale, Cast(200))
    with own_postgres(folder, options.systems, tcp=True) as databases:
        redis, redis_url = start_redis(folder)
        systems: list[System] = []
        try:
            for name in options.systems:
                systems.append(KINDS[name](folder, cast, databases[name], redis_url))
                await systems[-1].start()
            load = os.getloadavg()[0]
            told = await measure(systems, scale)
        finally:
            for system in systems:
                await system.stop()
            redis.stop()
    table, kept = lines(told)
    print(f"\n{datetime.now(UTC):%Y-%m-%d}  {describe()}; servers on core {SERVER_CORE}, load on core {LOAD_CORE}; load before {load:.1f}")
    print(*table, sep="\n")
    faults = [fault for found in told.values() for outcomes in found.values() for one in outcomes for fault in one.faults]
    print(*(f"note {fault}" for fault in faults), sep="\n")
    broken = any(fault.startswith("cercle") for fault in faults)
    return 1 if broken or not (kept or options.quick) else 0


def main() -> int:
    """Measures in a folder of its own."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.peers", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a twentieth of the load, one round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--systems", nargs="*", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and databases")
    options = parser.parse_args()
    os.sched_setaffinity(0, {LOAD_CORE})
    folder = Path(tempfile.mkdtemp(prefix="cercle-peers-"))
    folder.chmod(0o755)
    try:
        return asyncio.run(run(options, folder))
    finally:
        print(f"kept {folder}") if options.keep else shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())

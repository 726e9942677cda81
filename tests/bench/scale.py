"""`python -m tests.bench.scale [--quick] [--lines N] [--circles N]`: what a thread, a list of patients and a post cost in a full database.

A PostgreSQL of its own holds two databases: one with 1,300 real circles and 108,000 lines of the feed, and a copy of it that is filled
with clones up to 60,000 circles and 10 million lines. The same acts of the same people go to both by turns, through Django with its
middlewares, without a socket; what is compared is processor time, Django's and that of the database's process together. Then the
statements' plans of the full one are read: what reads many rows to give few is told, also of the rounds that nobody waits for.
"""

import argparse
import datetime as dt
import json
import os
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from tests import environment
from tests.bench.machine import describe
from tests.stores import own_postgres

LINES, CIRCLES, LIVES = 10_000_000, 1300, 2
LINES_EACH = 83
BOUND = 1.5
BLOCKS, RUNS = 8, 5
SMALL, FULL = "cercle", "region"
Ask = Callable[[int], Any]


@dataclass
class Costs:
    """Milliseconds of one act: processor time, and time of the clock."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)


def made_ready() -> None:
    """Tables as the models say them, and the site's keys."""
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    for alias in ("default", "keys"):
        call_command("migrate", database=alias, interactive=False, verbosity=0, run_syncdb=True)
    call_command("createcachetable", verbosity=0)
    from foundation.vault import seal

    seal.create_vault(seal.SITE)


def turn_to(database: str) -> None:
    """The next statement goes to this database, over a new connection."""
    from django.db import connection

    connection.close()
    connection.settings_dict["NAME"] = database


def filled(lines: int, circles: int) -> Any:
    """Both databases; the region that is in both."""
    from django.db import connection

    from tests.bench.cloning import Shape, grow
    from tests.bench.region import founded

    began = time.monotonic()
    region = founded(circles)
    print(f"{circles:,} circles after {time.monotonic() - began:.0f} s", flush=True)
    with connection.cursor() as cursor:
        for setting in ("fsync = off", "max_wal_size = '8GB'", "autovacuum = off"):  # thrown away afterwards
            cursor.execute(f"ALTER SYSTEM SET {setting}")
        cursor.execute("SELECT pg_reload_conf()")
        cursor.execute("VACUUM (ANALYZE)")
    turn_to("postgres")
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute(f"CREATE DATABASE {FULL} TEMPLATE {SMALL}")
    turn_to(FULL)
    grow(Shape(max(1, round(lines / (circles * LINES_EACH * LIVES))), LIVES))
    turn_to(FULL)
    for name in (SMALL, FULL):
        turn_to(name)
        print(f"{name}: {told_size()}, after {time.monotonic() - began:.0f} s", flush=True)
    return region


def told_size() -> str:
    """How much the present database holds."""
    from django.db import connection

    from journal.models import Post
    from messaging.feed.models import FeedLine
    from people.circles.models import Circle

    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        cursor.execute("SELECT pg_database_size(current_database()) >> 20")
        (size,) = cursor.fetchone()
    counts = [model.objects.count() for model in (Circle, FeedLine, Post)]
    return "{:,} circles, {:,} lines, {:,} posts, {:,} MiB".format(*counts, size)


def acts(region: Any) -> dict[str, Ask]:
    """What is promised, by name; each takes the number of its turn."""
    nurse, desk = signed_in(region.nurse), signed_in(region.coordinator)
    nursed, circles = region.nursed, region.circles

    def post(client: Any, circle: Any) -> None:
        body = json.dumps({"text": "Passage du matin, tout va bien.", "audience": "circle", "urgency": "info", "media": []})
        answer = client.post(
            f"/api/v1/circles/{circle}/posts", body, content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
        )
        assert answer.status_code == 201, (answer.status_code, answer.content[:500])

    return {
        "opening a thread (page)": lambda n: get(nurse, f"/circles/{nursed[n % len(nursed)]}"),
        "opening a thread (API)": lambda n: get(nurse, f"/api/v1/circles/{nursed[n % len(nursed)]}/posts"),
        "a circle of the coordinator's (page)": lambda n: get(desk, f"/circles/{circles[n * 31 % len(circles)]}"),
        "my patients, a nurse in 40": lambda _: get(nurse, "/"),
        "my patients, a coordinator in all": lambda _: get(desk, "/"),
        "my circles (API), a nurse in 40": lambda _: get(nurse, "/api/v1/circles"),
        "a post by the nurse": lambda n: post(nurse, nursed[n % len(nursed)]),
        "a post by the coordinator": lambda n: post(desk, circles[n * 31 % len(circles)]),
    }


def rounds() -> dict[str, Ask]:
    """What the processes do again and again though nothing happened; told, and promised nothing."""
    from care.tasks.reminding import free_lost_tasks, stir_tasks
    from foundation import clock
    from journal.alerts import free_lost_alerts
    from messaging.feed.queries import newest_line, touched_within
    from notifications.climbing import climb_due
    from notifications.digests import send_due
    from notifications.hearing import Ear
    from notifications.outbox import sweep
    from people.accounts.sessions import end_idle_ward_sessions
    from people.circles.joining import match_askings
    from people.circles.letters import send_due_invitations
    from people.circles.queries import lapsed_between

    quiet = {
        "worker: lost alerts": free_lost_alerts, "worker: invitations": send_due_invitations, "worker: requests": match_askings,
        "worker: wards": end_idle_ward_sessions, "worker: newest line": newest_line, "alerts: hear": Ear().hear, "alerts: climb": climb_due,
        "alerts: sweep": sweep, "alerts: digests": lambda: send_due(clock.now()), "care: tasks": stir_tasks,
        "care: lost tasks": free_lost_tasks, "hub: heartbeat": lambda: touched_within(60.0),
        "hub: lapsed": lambda: lapsed_between(clock.now() - dt.timedelta(seconds=1), clock.now()),
    }  # fmt: skip
    return {name: lambda _, do=do: do() for name, do in quiet.items()}  # type: ignore[misc]


def signed_in(person: Any) -> Any:
    """A browser of somebody's."""
    from django.test import Client

    from people.accounts.models import Person

    client = Client(headers={"accept": "text/html"})
    client.force_login(Person.objects.get(pk=person), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client: Any, address: str) -> None:
    """Raises where the answer is not 200."""
    status = client.get(address).status_code
    assert status == 200, (address, status)


def base_seconds() -> float:
    """Processor time of the database's process that serves this connection."""
    from django.db import connection

    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


def cost(ask: Ask, turns: range, found: Costs) -> None:
    """What some turns cost, after one that does not count."""
    ask(turns.start)
    for turn in turns:
        base, cpu, wall = base_seconds(), time.process_time(), time.perf_counter()
        ask(turn)
        found.cpu.append(1000 * (time.process_time() - cpu + base_seconds() - base))
        found.wall.append(1000 * (time.perf_counter() - wall))


def compared(region: Any, blocks: int) -> bool:
    """Prints the table, blocks interleaved; whether every promise holds."""
    asked: dict[str, dict[str, Ask]] = {}
    for base in (SMALL, FULL):
        turn_to(base)
        asked[base] = {**acts(region), **rounds()}
    promised = len(acts(region))
    print(f"\n{'milliseconds of processor time, medians':42} {'1 %':>9} {'full':>9} {'ratio':>6}   {'wall 1 %':>9} {'full':>9}")
    kept = True
    for place, name in enumerate(asked[FULL]):
        costs = {base: Costs() for base in asked}
        for block in range(blocks):
            for base, found in costs.items():
                turn_to(base)
                cost(asked[base][name], range(block * RUNS, (block + 1) * RUNS), found)
        small, full = (median(costs[base].cpu) for base in (SMALL, FULL))
        ratio, verdict = full / small, ""
        if place < promised:
            verdict = f"<= {BOUND}: {'held' if ratio <= BOUND else 'MISSED'}"
            kept &= ratio <= BOUND
        walls = "{:>9.1f} {:>9.1f}".format(*(median(costs[base].wall) for base in (SMALL, FULL)))
        print(f"{name:42} {small:>9.1f} {full:>9.1f} {ratio:>6.2f}   {walls}  {verdict}", flush=True)
    return kept


def explained(region: Any) -> None:
    """Prints what reads too much in the full database."""
    from tests.bench.plans import Statements

    turn_to(FULL)
    statements = Statements()
    for name, ask in {**acts(region), **rounds()}.items():
        with statements.listening(name):
            ask(3)
    told = statements.wasteful()
    print(f"\n{len(statements.caught)} statements explained; those that read over 2,000 rows in vain:", *(told or ["none"]), sep="\n  ")


def main() -> int:
    """Fills, measures and prints; 1 where a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="100,000 lines beside 5,000: shows that everything runs")
    parser.add_argument("--lines", type=int, default=LINES, help="of the full database")
    parser.add_argument("--circles", type=int, default=CIRCLES, help="of the small one, in all of which the coordinator is")
    options = parser.parse_args()
    lines, circles, blocks = (100_000, 65, 2) if options.quick else (options.lines, options.circles, BLOCKS)
    with own_postgres() as url:
        os.environ["DATABASE_URL"] = url
        made_ready()
        region = filled(lines, circles)
        print(f"{describe()}; load {os.getloadavg()[0]:.1f}", flush=True)
        kept = compared(region, blocks)
        explained(region)
        from django.db import connections

        connections.close_all()
    return 0 if kept or options.quick else 1


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["CERCLE_LIMITS"] = "off"
    assert environment.DATA.is_dir()
    sys.exit(main())

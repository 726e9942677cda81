"""`python -m tests.bench.rooms [--quick] [--profile ADDRESS]`: server time of a full circle's pages, beside an empty circle's thread.

A circle of 20 with 5,000 posts and the rooms around them full. Requests go through Django with its middlewares, in this process, without a
socket; each page is asked once before it is measured, as by somebody whose session is open. Milliseconds of processor time say what a page
costs, those of the clock what it took on this machine now.
"""
import argparse
import cProfile
import datetime as dt
import pstats
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from tests import environment
from tests.bench.cast import Cast
from tests.bench.machine import describe

RUNS = 20
WRITTEN = 60  # of posts, measures and sheets by their services; the rest are twins of these
AMOUNTS = {"posts": 5000, "tasks": 300, "appointments": 200, "measures": 1000, "plan": 60, "summary": 60, "sheets": 1000}
PAGE_MS, SERIES_MS = 400, 300  # what is promised of a page, and of a thousand answers to a form


@dataclass(frozen=True)
class Times:
    """Milliseconds of some runs."""

    cpu: list[float]
    wall: list[float]

    @property
    def told(self) -> str:
        """Median and worst of both."""
        return f"{median(self.cpu):8.1f} {max(self.cpu):8.1f} {median(self.wall):8.1f} {max(self.wall):8.1f}"


def made_ready(folder: Path) -> dict[str, str]:
    """A database with twenty people and some circles of theirs: key → id."""
    import json
    from io import StringIO

    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.test.utils import setup_test_environment

    django.setup()
    setup_test_environment()
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}  # tables as models say them, in a moment
    for alias in ("default", "keys"):
        call_command("migrate", database=alias, interactive=False, verbosity=0, run_syncdb=True)
    call_command("createcachetable", verbosity=0)
    from foundation.vault import seal

    seal.create_vault(seal.SITE)
    scenario, out = folder / "scenario.json", StringIO()
    scenario.write_text(json.dumps(Cast(20).scenario()))
    call_command("load_scenario", str(scenario), stdout=out)
    ids: dict[str, str] = json.loads(out.getvalue())
    return ids


def filled(circle: str, share: int) -> str:
    """Fills a circle with one in `share` of the amounts; the id of the form of its sheets."""
    from people.circles.models import Membership
    from tests.bench.twins import multiplied
    from tests.care.filling import drawn_form, fill

    inside = Membership.objects.filter(circle=UUID(circle), standing="care_team").select_related("circle__patient", "person")
    writers = [one for one in inside if one.role != "patient"]
    wanted = drawn_form()
    wished = {name: amount // share for name, amount in AMOUNTS.items()}
    written = {name: min(amount, WRITTEN) if name in {"posts", "measures", "sheets"} else amount for name, amount in wished.items()}
    fill(writers, written, wanted)
    for name, amount in wished.items():
        multiplied(UUID(circle), name, amount - written[name])
    return str(wanted)


def addresses(circle: str, form: str) -> dict[str, str]:
    """Title → address."""
    now = dt.datetime.now(dt.UTC)
    window = f"from={now - dt.timedelta(days=7):%Y-%m-%dT%H:%M:%SZ}&to={now + dt.timedelta(days=60):%Y-%m-%dT%H:%M:%SZ}"
    pages = {f"page {room or '(thread)'}": f"/circles/{circle}{room}" for room in ("", "/summary", "/tasks", "/agenda", "/plan", "/sheets")}
    lists = ("", "/summary", "/tasks", f"/appointments?{window}", "/measures", "/measures?days=90", "/plan", "/sheets")
    pages |= {f"GET {room.partition('&')[0][:18] or 'the circle'}": f"/api/v1/circles/{circle}{room}" for room in lists}
    return {**pages, "GET /sheets/series": f"/api/v1/circles/{circle}/sheets/series?form={form}"}


def times(get: Callable[[], Any], runs: int) -> Times:
    """How long some runs take, after one that does not count."""
    get()
    found = Times([], [])
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        get()
        found.cpu.append(1000 * (time.process_time() - cpu))
        found.wall.append(1000 * (time.perf_counter() - wall))
    return found


def measured(ids: dict[str, str], form: str, runs: int) -> bool:
    """Prints the table; whether every promise holds, in processor time."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    get = asking(ids["p0"])
    floor = times(lambda: get(f"/circles/{ids['c20x1x0']}"), runs)
    print(f"{'':24} {'CPU ms':>8} {'worst':>8} {'wall ms':>8} {'worst':>8}  x floor  statements")
    print(f"{'floor: empty thread':24} {floor.told}")
    kept = True
    for title, address in addresses(ids["c20x0x0"], form).items():
        found = times(lambda address=address: get(address), runs)  # type: ignore[misc]
        with CaptureQueriesContext(connection) as statements:
            get(address)
        bound = SERIES_MS if "series" in title else PAGE_MS
        holds = median(found.cpu) <= bound
        kept &= holds
        ratio = median(found.cpu) / median(floor.cpu)
        print(f"{title:24} {found.told} {ratio:8.1f} {len(statements):8} {'' if holds else f'  MISSED: {bound} ms'}", flush=True)
    return kept


def asking(person: str) -> Callable[[str], Any]:
    """GETs by somebody signed in; they must succeed."""
    from django.test import Client

    from people.accounts.models import Person

    client = Client(headers={"accept": "text/html"})
    client.force_login(Person.objects.get(pk=person), backend="allauth.account.auth_backends.AuthenticationBackend")

    def get(address: str) -> None:
        status = client.get(address).status_code
        assert status == 200, (address, status)

    return get


def profiled(ids: dict[str, str], form: str, title: str) -> None:
    """Prints where the time of one page goes."""
    get, address = asking(ids["p0"]), addresses(ids["c20x0x0"], form)[title]
    get(address)
    profile = cProfile.Profile()
    profile.runcall(get, address)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(60)


def main() -> int:
    """Measures and prints; 1 where a promise is missed."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.rooms", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--profile", action="append", default=[], metavar="TITLE", help="also where the time of a line of the table goes")
    options = parser.parse_args()
    began, share = time.process_time(), 10 if options.quick else 1
    ids = made_ready(environment.DATA)
    form = filled(ids["c20x0x0"], share)
    print(f"{describe()}; filled in {time.process_time() - began:.0f} s of processor time; one in {share} of {AMOUNTS}", flush=True)
    kept = measured(ids, form, options.runs)
    for title in options.profile:
        profiled(ids, form, title)
    return 0 if kept else 1


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ["CERCLE_LIMITS"] = "off"
    sys.exit(main())

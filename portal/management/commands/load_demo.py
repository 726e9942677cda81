"""`manage.py load_demo`: the fictive region, into an empty database. `make run` calls it at the first start."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from foundation import clock
from people.circles.bulk import any_circle
from portal.demo.region import build_region
from portal.demo.storing import load_region

BAR = 30


class Command(BaseCommand):
    """Says how far it is. Where to go and as whom is said at every start (`prepare`)."""

    help = "Load forty people, twenty-five patients and their journals, all invented, into an empty database."
    requires_system_checks: list[str] = []  # the service checks itself at its start

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo region is refused in production.")
        if any_circle():
            self.stdout.write("There are circles already: the demo region is left out.")
            return
        region = build_region(clock.now())
        self.total, self.shown = 2 * region.post_count, -1
        load_region(region, self._progress)

    def _progress(self, done: int) -> None:
        """A bar on a terminal, else a line for each percent that was reached."""
        percent = 100 * done // self.total
        if percent == self.shown:
            return
        self.shown = percent
        if self.stdout.isatty():
            filled = BAR * percent // 100
            ending = "\n" if percent == 100 else ""
            self.stdout.write(f"\rDemo region  {'━' * filled}{'┄' * (BAR - filled)} {percent:3d} %", ending=ending)
        else:
            self.stdout.write(f"Demo region {percent} %")
        self.stdout.flush()

"""`manage.py erase_due`: lists the circles whose time of keeping is over; `--do` erases them."""
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from foundation import clock
from people.circles.enums import Cause
from people.circles.erasure import erase, unreadable_everywhere
from people.circles.retention import due_circles


class Command(BaseCommand):
    """One line a circle: its id, state, last entry, since when it is due. No names."""

    help = "List the circles whose time of keeping is over (settings CERCLE_KEEP_…_YEARS); with --do, erase them for ever."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """`--do`."""
        parser.add_argument("--do", action="store_true", help="erase them: their keys are destroyed, which nothing undoes")

    def handle(self, *args: Any, **options: Any) -> None:
        """Lists, or erases and says so. Cut short, it is finished by running it again, and by the next start."""
        found = due_circles(clock.now())
        for due in found:
            if options["do"]:
                erase(due.vault, cause=Cause.RETENTION)
            self.stdout.write(f"{due.circle} {due.state} last {due.last.date()} due {due.since.date()}{' erased' if options['do'] else ''}")
        if found and options["do"]:
            self.stdout.write(f"Unreadable here from now on, and in every backup from {unreadable_everywhere()} (CERCLE_KEY_BACKUP_DAYS).")
        self.stdout.write(f"{len(found)} {'erased' if options['do'] else 'due'}.")

"""`manage.py erase_circle ID`: erases one patient for ever, at the request of whoever is responsible for the data."""
from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from foundation import ids
from people.circles.enums import Cause
from people.circles.erasure import erase, unreadable_everywhere
from people.circles.models import Circle, Union


class Command(BaseCommand):
    """Every circle of the patient goes with the key."""

    help = "Erase the patient of a circle, with all their circles: the key is destroyed, which nothing undoes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The circle, and `--do`."""
        parser.add_argument("circle")
        parser.add_argument("--do", action="store_true", help="do it; without, what would go is shown")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where there is no such circle."""
        circle = Circle.objects.filter(pk=ids.parse(options["circle"])).select_related("patient").first()
        if circle is None:
            raise CommandError("There is no such circle.")
        for one in Circle.objects.filter(patient=circle.patient).select_related("head").order_by("opened_at"):
            self.stdout.write(f"{one.id} {one.state} opened {one.opened_at.date()}, {one.head.care} changes")
        for other in _joined(circle):
            self.stdout.write(f"{other} is joined with it: another record of the same person, with a key of its own, which stays.")
        if options["do"]:
            erase(circle.patient.vault, cause=Cause.REQUEST)
            self.stdout.write(f"Unreadable here from now on, and in every backup from {unreadable_everywhere()} (CERCLE_KEY_BACKUP_DAYS).")
        self.stdout.write("Erased." if options["do"] else "Nothing was done: add --do to erase this for ever.")


def _joined(circle: Circle) -> set[UUID]:
    """Circles with which it is joined now."""
    made = Union.objects.filter(Q(kept=circle) | Q(joined=circle), accepted=True, undone_at=None)
    return {one for pair in made.values_list("kept", "joined") for one in pair} - {circle.id}

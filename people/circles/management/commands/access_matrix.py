"""`manage.py access_matrix`: prints the policy as a table, or writes it to docs/access-matrix.md."""
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from people.circles.matrix import access_matrix

PLACE = Path(settings.BASE_DIR) / "docs" / "access-matrix.md"


class Command(BaseCommand):
    """The access matrix."""

    help = "Prints who may do what, from the policy; with --write into docs/access-matrix.md."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: Any) -> None:
        """Whether to write it."""
        parser.add_argument("--write", action="store_true", help=f"write {PLACE.name} instead of printing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints or writes."""
        text = "\n".join(access_matrix())
        if options["write"]:
            PLACE.write_text(text)
        else:
            self.stdout.write(text, ending="")

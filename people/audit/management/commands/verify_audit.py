"""`manage.py verify_audit`: recomputes every circle's chain; exit code 1 where a line was altered or is missing."""
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from people.audit.queries import broken_chains


class Command(BaseCommand):
    """Says which trails are broken, and how."""

    help = "Verifies the hash chain of every circle's access trail."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints a sentence per broken chain."""
        broken = list(broken_chains())
        for sentence in broken:
            self.stdout.write(sentence)
        if broken:
            raise CommandError(f"{len(broken)} trail(s) broken")
        self.stdout.write("every trail is whole")

"""`manage.py care`: what is done at its time by nobody. Rows are its queue, so killing it at any time loses nothing."""
from typing import Any

from django.core.management.base import BaseCommand

from care.records.rounds import run
from foundation.ending import told_by_signal


class Command(BaseCommand):
    """Reminds, says what is late, makes exports."""

    help = "Runs what is due around patients, and exports, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Goes its rounds until it is told to end."""
        run(told_by_signal())

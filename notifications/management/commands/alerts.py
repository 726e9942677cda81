"""`manage.py alerts`: tells people outside the page."""
import signal
import threading
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Hears the feed, climbs ladders, sends what is due."""

    help = "Sends alerts, notifications and digests until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end."""
        end = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            end.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        end.wait()

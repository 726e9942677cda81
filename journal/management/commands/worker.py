"""`manage.py worker`: the work that nobody asks for. Rows are its queue, so killing it at any time loses nothing."""
import logging
import signal
import threading
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from journal.alerts import free_lost_alerts
from messaging.feed.keys import KeyWatch
from messaging.feed.services import NEWEST, note_newest
from people.circles.joining import match_askings
from people.circles.letters import send_due_invitations

log = logging.getLogger("cercle.worker")
_EVERY_S = 1.0


class Command(BaseCommand):
    """Within a second: opens again what somebody has whose term was reached or whose account was disabled,
    sends e-mails, passes requests on."""

    help = "Runs the background work of Cercle until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end."""
        end = threading.Event()

        def stop(number: int, frame: FrameType | None) -> None:
            end.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        keys = KeyWatch()
        while not end.wait(_EVERY_S):
            close_old_connections()
            try:
                keys.look()
                free_lost_alerts()
                send_due_invitations()
                match_askings()
                note_newest(settings.DATA / "run" / NEWEST)
            except (DatabaseError, OSError) as error:
                log.error("worker could not do its round: %s", type(error).__name__)

"""`manage.py worker`: the work that nobody asks for. Rows are its queue, so killing it at any time loses nothing."""
import logging
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from foundation.clock import Seconds
from foundation.ending import told_by_signal
from foundation.pulse.beats import Beats
from journal.alerts import free_lost_alerts
from messaging.feed.keys import KeyWatch
from messaging.feed.services import NEWEST, note_newest
from people.accounts.sessions import end_idle_ward_sessions
from people.circles.joining import match_askings
from people.circles.letters import send_due_invitations

log = logging.getLogger("cercle.worker")
_EVERY_S: Seconds = 1.0
_SHARE = 20  # the look for lost alerts asks about each that is taken: it rests so many times as long as it took


class Command(BaseCommand):
    """Within a second: opens again what somebody has whose term was reached or whose account was disabled (later where thousands are
    taken), sends e-mails, passes requests on, ends what lies open on a ward's computer."""

    help = "Runs the background work of Cercle until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end."""
        end = told_by_signal()
        keys, pulse, rested = KeyWatch(), Beats("worker"), 0.0
        while not end.wait(_EVERY_S):
            close_old_connections()
            try:
                keys.look()
                if (began := time.monotonic()) >= rested:
                    free_lost_alerts()
                    rested = time.monotonic() + _SHARE * (time.monotonic() - began) - _EVERY_S
                send_due_invitations()
                match_askings()
                end_idle_ward_sessions()
                note_newest(settings.DATA / "run" / NEWEST)
                pulse.beat()
            except (DatabaseError, OSError) as error:
                log.error("worker.failed error=%s", type(error).__name__)

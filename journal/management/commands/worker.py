"""`manage.py worker`: the work that nobody asks for. Rows are its queue, so killing it at any time loses nothing."""
import logging
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections

from foundation.ending import told_by_signal
from foundation.pulse.beats import Beats
from journal.alerts import free_lost_alerts
from messaging.feed.keys import KeyWatch
from messaging.feed.services import NEWEST, note_newest
from people.accounts.sessions import end_idle_ward_sessions
from people.circles.joining import match_askings
from people.circles.letters import send_due_invitations

log = logging.getLogger("cercle.worker")
_EVERY_S = 1.0


class Command(BaseCommand):
    """Within a second: opens again what somebody has whose term was reached or whose account was disabled,
    sends e-mails, passes requests on, ends what lies open on a ward's computer."""

    help = "Runs the background work of Cercle until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end."""
        end = told_by_signal()
        keys, pulse = KeyWatch(), Beats("worker")
        while not end.wait(_EVERY_S):
            close_old_connections()
            try:
                keys.look()
                free_lost_alerts()
                send_due_invitations()
                match_askings()
                end_idle_ward_sessions()
                note_newest(settings.DATA / "run" / NEWEST)
                pulse.beat()
            except (DatabaseError, OSError) as error:
                log.error("worker.failed error=%s", type(error).__name__)

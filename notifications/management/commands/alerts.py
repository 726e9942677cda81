"""`manage.py alerts`: tells people outside the page."""
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections

from foundation import clock
from foundation.ending import told_by_signal
from foundation.http import log_unexpected
from foundation.pulse.beats import Beats
from foundation.watching import Watch
from messaging.feed.keys import KeyWatch
from notifications.climbing import climb_due
from notifications.digests import send_due
from notifications.enums import Lane
from notifications.hearing import SOON, Ear
from notifications.outbox import sweep
from notifications.worker import LaneSender

log = logging.getLogger("cercle.alerts")
_ASIDE_S = 1.0  # between two looks for what nobody waits for
_SWEEP_S = 600.0


class Command(BaseCommand):
    """Hears the feed, climbs ladders, sends what is due."""

    help = "Sends alerts, notifications and digests until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end; what is in flight then is waited for, or left to its lease.

        Raises SystemCheckError, with a sentence a line, for what forbids the service to start (docs/operating.md).
        """
        self.check(tags=["cercle"], include_deployment_checks=True)
        end = told_by_signal()
        threads = [threading.Thread(target=LaneSender(lane).run, args=[end], name=lane.name.lower()) for lane in Lane]
        threads.append(threading.Thread(target=_aside, args=[end], name="aside"))
        for thread in threads:
            thread.start()
        ear, watch, pulse = Ear(), Watch(SOON, clock.now, more=True), Beats("alerts")

        def look() -> None:
            if watch.stirred():
                ear.hear(between=climb_due)
            pulse.beat()
            if not end.is_set() and not all(thread.is_alive() for thread in threads):  # never with half of its hands: it is started anew
                log.error("alerts.lost_thread")
                end.set()

        _rounds(end, watch.pause_s, look)
        watch.close()
        for thread in threads:
            thread.join()


def _aside(end: threading.Event) -> None:
    """What nobody waits for, in a thread of its own."""
    swept, keys = 0.0, None

    def look() -> None:
        nonlocal swept, keys
        keys = keys or KeyWatch()
        keys.look()
        send_due(clock.now())
        if time.monotonic() - swept > _SWEEP_S and not sweep():
            swept = time.monotonic()

    try:
        _rounds(end, _ASIDE_S, look)
    finally:
        connections.close_all()


def _rounds(end: threading.Event, pause_s: float, look: Callable[[], object]) -> None:
    """Looks until `end`. What goes wrong is told, and costs that round."""
    while not end.wait(pause_s):
        close_old_connections()
        try:
            look()
        except DatabaseError as error:
            log.error("alerts.failed error=%s", type(error).__name__)
            end.wait(1.0)
        except Exception as error:
            log_unexpected(error)
            end.wait(1.0)

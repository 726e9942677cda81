"""The process `hospital:`: the listener for HL7 v2, and what works its messages out."""
import asyncio
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections

from foundation.clock import Seconds
from foundation.ending import told_by_signal
from foundation.http import log_unexpected
from foundation.pulse.beats import Beats
from hospital.gateway import wire
from hospital.gateway.cleaning import clean
from hospital.gateway.counter import Counter
from hospital.gateway.hooks import deliver_due
from hospital.gateway.listener import Listener
from hospital.gateway.working_out import Hand
from hospital.stays.letters import send_due_letters
from messaging.feed.keys import KeyWatch

log = logging.getLogger("cercle.hospital")
_ASIDE_S: Seconds = 1.0
_CLEAN_S: Seconds = 600.0
_LETTERS_S: Seconds = 3.0
_LOOK_S: Seconds = 0.5  # for what another process stored, or what is due again; what is stored here wakes at once
_RELOAD_S: Seconds = 60.0


class Command(BaseCommand):
    """Listens where CERCLE_MLLP_PORT says; works out what was received, whether it listens or not."""

    help = "Listens for hospitals' messages (HL7 v2 over MLLP) and works them out, until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Runs until it is told to end; what was received and not yet worked out waits for the next start.

        Raises SystemCheckError, with a sentence a line, for what forbids the service to start (docs/operating.md).
        """
        self.check(tags=["cercle"], include_deployment_checks=True)
        news = threading.Event()
        end = told_by_signal(news)
        works: list[Callable[[], None]] = [lambda: _work(end, news), lambda: _aside(end), lambda: _tell(end)]
        if settings.MLLP_PORT:
            works.append(lambda: asyncio.run(_listen(end, news)))
        threads = [threading.Thread(target=_until_it_fails, args=[work, end, news]) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


def _until_it_fails(work: Callable[[], None], end: threading.Event, news: threading.Event) -> None:
    """A process with half of its hands is none: it ends, and is started anew."""
    try:
        work()
    except Exception as error:
        log_unexpected(error)
        if isinstance(error, OSError):  # the port is taken, or a certificate can't be read
            log.error("hospital.no_port port=%s error=%s", settings.MLLP_PORT, type(error).__name__)
    finally:
        connections.close_all()
        end.set()
        news.set()


async def _listen(end: threading.Event, news: threading.Event) -> None:
    """The listener, until `end`."""
    certificates = wire.server_context() if wire.wants_tls() else None
    counter = Counter(news.set)
    listener = Listener(counter, certificates=certificates)
    server = await listener.start(settings.MLLP_HOST, settings.MLLP_PORT)
    log.info("hospital.listens port=%s kind=%s", settings.MLLP_PORT, "tls" if certificates else "plain")
    loaded = time.monotonic()
    while not end.is_set():  # a signal sets it, in another thread
        await asyncio.sleep(0.1)
        if certificates and time.monotonic() - loaded > _RELOAD_S:
            loaded = time.monotonic()
            _reload(certificates)
    await listener.end(server)
    counter.close()


def _reload(certificates: Any) -> None:
    try:
        wire.load_own(certificates)
    except OSError as error:  # half-written: the former one still holds
        log.error("hospital.no_certificate error=%s", type(error).__name__)


def _work(end: threading.Event, news: threading.Event) -> None:
    """Works messages out as they come."""
    hand, pulse = Hand(), Beats("hospital")

    def look() -> None:
        news.clear()
        while not end.is_set() and hand.look():
            pulse.beat()
            close_old_connections()
        pulse.beat()

    _rounds(end, lambda: news.wait(_LOOK_S), look)
    hand.leave()


def _aside(end: threading.Event) -> None:
    """Destroyed keys, letters about broken glasses, and what is over."""
    keys, cleaned, written = KeyWatch(), 0.0, 0.0

    def look() -> None:
        nonlocal cleaned, written
        keys.look()
        if time.monotonic() - written > _LETTERS_S:
            written = time.monotonic()
            send_due_letters()
        if time.monotonic() - cleaned > _CLEAN_S and not clean():
            cleaned = time.monotonic()

    _rounds(end, lambda: end.wait(_ASIDE_S), look)


def _tell(end: threading.Event) -> None:
    """Tells subscribers, who may be slow, beside everything else."""

    def look() -> None:
        while not end.is_set() and deliver_due():
            close_old_connections()

    _rounds(end, lambda: end.wait(_ASIDE_S), look)


def _rounds(end: threading.Event, pause: Callable[[], object], look: Callable[[], None]) -> None:
    """Looks until `end`. What goes wrong is told, and costs that round."""
    while not end.is_set():
        pause()
        if end.is_set():
            return
        close_old_connections()
        try:
            look()
        except DatabaseError as error:
            log.error("hospital.failed error=%s", type(error).__name__)
            end.wait(1.0)
        except Exception as error:
            log_unexpected(error)
            end.wait(1.0)

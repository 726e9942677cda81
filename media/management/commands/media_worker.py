"""`manage.py media_worker`: the process that opens strangers' files, through children that shut themselves in."""
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connections
from django.utils import timezone

from foundation.ending import told_by_signal
from foundation.http import log_unexpected
from foundation.pulse.beats import Beats
from foundation.watching import Watch
from media.collecting import collect_orphans
from media.processing import warm
from media.sandbox import seccomp
from media.worker import DUE, Claim, claim_due, renew, work_on
from messaging.feed.keys import KeyWatch

log = logging.getLogger("cercle.media")
_LOOK_S = 0.08  # between two looks at what is in hand, at the end
_KEYS_S = 1.0
_RENEW_S = 5.0
_COLLECT_S = 600.0
_DRAIN_S = 15.0  # for what is under way when the end comes


class Command(BaseCommand):
    """Two files at a time, each in a child that was made ready beforehand."""

    help = "Opens, checks and rewrites uploaded files until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        """Loops until it is told to end; what is under way then is finished, or left to its lease.

        Raises SystemCheckError, with a sentence a line, for what forbids the service to start (docs/operating.md).
        """
        self.check(tags=["cercle", "decoders"], include_deployment_checks=True)
        end = told_by_signal()
        if not seccomp.available():
            log.warning("media.no_sandbox")  # this kernel can't shut decoders in; production refuses to start here
        with warm(settings.MEDIA_DECODERS):
            Rounds().run(end)


class Rounds:
    """What the worker has in hand."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(settings.MEDIA_DECODERS, "media")
        self._quiet = ThreadPoolExecutor(1, "speech")  # may take minutes, and nothing waits for it
        self._broom = ThreadPoolExecutor(1, "collecting")  # so that a sweep keeps no file waiting, and files no sweep
        self._sweeping: Future[None] | None = None
        self._works: dict[Future[None], Claim] = {}
        self._renewed = self._collected = self._heard = time.monotonic()
        self._keys, self._watch = KeyWatch(), Watch(DUE)
        self._more = True  # there may be files that wait and were not claimed

    def run(self, end: threading.Event) -> None:
        """Until `end`."""
        pulse = Beats("media")
        while not end.wait(self._watch.pause_s):
            close_old_connections()
            try:
                self.look()
                pulse.beat()
            except DatabaseError as error:
                log.error("media.failed error=%s", type(error).__name__)
                end.wait(1.0)
        self._watch.close()
        for aside in (self._quiet, self._broom):
            aside.shutdown(wait=False, cancel_futures=True)
        deadline = time.monotonic() + _DRAIN_S
        while self.busy() and time.monotonic() < deadline:
            time.sleep(_LOOK_S)
        self._pool.shutdown(wait=False, cancel_futures=True)

    def look(self) -> None:
        """One round: new files for whoever is free, leases of those under way, keys to forget, and now and then what nobody needs."""
        free = settings.MEDIA_DECODERS - self.busy()
        self._more = self._watch.stirred() or self._more
        claims = claim_due(free) if free and self._more else []
        self._more = self._more and len(claims) == free
        for claim in claims:
            self._works[self._pool.submit(self._work, claim)] = claim
        now = time.monotonic()
        if now - self._renewed > _RENEW_S:
            self._renewed = now
            for claim in self._works.values():
                renew(claim)
        if now - self._heard > _KEYS_S:
            self._heard = now
            self._keys.look()
        if now - self._collected > _COLLECT_S and (self._sweeping is None or self._sweeping.done()):
            self._collected = now
            self._sweeping = self._broom.submit(_guarded, lambda: collect_orphans(timezone.now()))

    def busy(self) -> int:
        """How many files are in hand."""
        self._works = {work: claim for work, claim in self._works.items() if not work.done()}
        return len(self._works)

    def _work(self, claim: Claim) -> None:
        try:
            later = work_on(claim)
            if later is not None:
                self._quiet.submit(_guarded, later)
        except Exception as error:  # whatever it is, the lease runs out and the file is taken up again
            log_unexpected(error)
        finally:
            connections.close_all()


def _guarded(work: Callable[[], object]) -> None:
    """In a thread of its own with its own connections; what goes wrong is told, and costs nothing else."""
    try:
        work()
    except Exception as error:
        log_unexpected(error)
    finally:
        connections.close_all()

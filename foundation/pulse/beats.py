"""Signs of life, so that a web process can tell in what state the others are, on whatever machine they run."""
import datetime as dt
import threading
import time

from django.db.models import Count, Max
from django.utils import timezone

from foundation import ids
from foundation.clock import Seconds
from foundation.pulse.models import Pulse

_EVERY_S: Seconds = 10.0
_LIVES = dt.timedelta(minutes=1)
_FORGOTTEN = dt.timedelta(days=1)  # a sort of process that was taken out of service is nobody's trouble after a day


class Beats:
    """One process's beats. `beat` is called in each round of the loop that does the work, so that a loop that hangs is seen."""

    def __init__(self, kind: str) -> None:
        self._kind, self._id, self._at = kind, ids.new(), float("-inf")
        self._lock = threading.Lock()

    def beat(self) -> None:
        """Says that the process lives, every ten seconds at most. Raises DatabaseError."""
        if time.monotonic() - self._at < _EVERY_S or not self._lock.acquire(blocking=False):
            return
        try:
            self._note(timezone.now())
            self._at = time.monotonic()
        finally:
            self._lock.release()

    def _note(self, now: dt.datetime) -> None:
        if not Pulse.objects.filter(pk=self._id).update(at=now):
            Pulse.objects.filter(at__lt=now - _FORGOTTEN).delete()
            Pulse.objects.create(pk=self._id, kind=self._kind, at=now)


def ages() -> dict[str, Seconds]:
    """By sort of process the time since any of it went a round; sorts that were never there, or not for a day, are left out."""
    now = timezone.now()
    newest = Pulse.objects.filter(at__gte=now - _FORGOTTEN).values_list("kind").annotate(newest=Max("at")).order_by("kind")
    return {kind: max((now - at).total_seconds(), 0.0) for kind, at in newest}


def living() -> dict[str, int]:
    """By sort of process how many went a round within the last minute."""
    there = Pulse.objects.filter(at__gte=timezone.now() - _LIVES)
    return dict(there.values_list("kind").annotate(n=Count("pk")).order_by("kind"))

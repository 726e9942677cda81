"""How often somebody may ask: token buckets in this process's memory. Nothing here asks a database or Redis (ADR 33)."""
import time
from collections.abc import Hashable
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from foundation.clock import Seconds
from foundation.errors import TooFast

_SWEEP_AT = 50_000  # keys
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class Bucket:
    """A token bucket per key: `burst` at once, then `per_minute`."""

    def __init__(self, per_minute: float, burst: float) -> None:
        self._rate, self._burst = per_minute / 60, burst
        self._levels: dict[Hashable, tuple[float, float]] = {}
        self._sweep_at = _SWEEP_AT

    def wait(self, key: Hashable) -> Seconds:
        """0 where the key may go on, else the seconds until it may; nothing is counted."""
        level, _ = self._level(key)
        return 0.0 if level >= 1 else (1 - level) / self._rate

    def take(self, key: Hashable) -> Seconds:
        """0 where the key may go on, which is counted; else the seconds to wait."""
        level, now = self._level(key)
        if level < 1:
            return (1 - level) / self._rate
        if len(self._levels) > self._sweep_at:
            self._sweep(now)
        self._levels[key] = (level - 1, now)
        return 0.0

    def forget(self, key: Hashable) -> None:
        """Whoever has this key next begins anew: for keys that are used again, as an object's place in memory is."""
        self._levels.pop(key, None)

    def _level(self, key: Hashable) -> tuple[float, float]:
        """How many are left, and by which clock."""
        now = time.monotonic()
        level, at = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - at) * self._rate), now

    def _sweep(self, now: float) -> None:
        """Full buckets need no memory. Looked for again when there are twice as many as are left."""
        kept = list(self._levels.items())  # other threads go on counting
        self._levels = {key: kept for key, kept in kept if kept[0] + (now - kept[1]) * self._rate < self._burst}
        self._sweep_at = max(_SWEEP_AT, 2 * len(self._levels))


@dataclass(frozen=True)
class Budget:
    """What one payer may ask for over HTTP: reads, writes, and the pieces of uploads, of which one file may have hundreds."""

    reads: Bucket
    writes: Bucket
    pieces: Bucket

    @classmethod
    def of(cls, times: float) -> "Budget":
        """So many times what the contract lets no limit bite below, with half as much again of each."""
        return cls(Bucket(900 * times, 300 * times), Bucket(240 * times, 120 * times), Bucket(3000 * times, 600 * times))

    def bucket(self, method: str | None) -> Bucket:
        """The one that pays for a request."""
        return self.reads if method in _SAFE else self.pieces if method == "PATCH" else self.writes


def seconds_over(request: HttpRequest, *payers: tuple[Budget, Hashable]) -> Seconds:
    """0 where every payer can pay for a request, and has; else the seconds until all can, and none has paid."""
    if not settings.LIMITS:
        return 0.0
    asked = [(budget.bucket(request.method), key) for budget, key in payers]
    over = max(bucket.wait(key) for bucket, key in asked)
    if not over:
        for bucket, key in asked:
            bucket.take(key)
    return over


def limit(request: HttpRequest, *payers: tuple[Budget, Hashable]) -> None:
    """Counts a request against all its payers. Raises TooFast."""
    require_room(seconds_over(request, *payers))


def require_room(over: Seconds) -> None:
    """Raises TooFast where there are seconds to wait."""
    if over:
        raise TooFast(over)

"""What a process counts of itself for its operator: numbers and fixed codes, never whom or what they are about.

Counting costs an addition. What hangs on a socket or a post is counted once for each ring, not for each frame.
"""
import threading
from bisect import bisect_left
from collections.abc import Sequence

from foundation.clock import Seconds


class Count:
    """A number that grows, of one thread: `n` is added to in place."""

    __slots__ = ("n",)

    def __init__(self) -> None:
        self.n = 0


class Tally:
    """Numbers by a code out of the program's own text; any thread may add."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}

    def add(self, code: str) -> None:
        """One more of these."""
        with self._lock:
            self._counts[code] = self._counts.get(code, 0) + 1

    def counts(self) -> dict[str, int]:
        """All so far, by code in order."""
        with self._lock:
            return dict(sorted(self._counts.items()))


class Histogram:
    """How long something took, in buckets; of one thread."""

    def __init__(self, bounds: Sequence[Seconds]) -> None:
        self.bounds, self.counts, self.sum = tuple(bounds), [0] * (len(bounds) + 1), 0.0

    def observe(self, seconds: Seconds) -> None:
        """One more, which took so long."""
        self.counts[bisect_left(self.bounds, seconds)] += 1
        self.sum += seconds


ring_to_screen = Histogram((0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 30.0))
healed = Count()
refused = Tally()

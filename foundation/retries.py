"""What could not be done is kept and done again a little later, each time a little later still, and keeps nothing else waiting."""
import time
from collections.abc import Hashable
from typing import Generic, TypeVar

from django.db import InterfaceError, OperationalError

from foundation.clock import Seconds

PASSING = (OperationalError, InterfaceError)  # the database's own fault: no reason to go on with this round
_FORGOTTEN_S: Seconds = 600.0  # whatever has not failed again since then was done, perhaps by another process
K = TypeVar("K", bound=Hashable)


class Retries(Generic[K]):
    """Keys that failed a moment ago, for one thread: tried again `first_s` after they did, twice that, four times that … `longest_s`.

    By a clock that only runs on.
    """

    def __init__(self, *, first_s: Seconds = 1.0, longest_s: Seconds) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self._failed: dict[K, tuple[int, float]] = {}  # how often in a row, and when it may be tried again

    def failed(self, key: K) -> None:
        """It has failed once more."""
        times = self._failed.get(key, (0, 0.0))[0]
        self._failed[key] = times + 1, time.monotonic() + min(self._longest_s, self._first_s * 2.0 ** min(times, 16))

    def done(self, key: K) -> None:
        """It failed before and is done."""
        self._failed.pop(key, None)

    def resting(self) -> list[K]:
        """Those that are not to be tried yet."""
        now = time.monotonic()
        self._failed = {key: (times, at) for key, (times, at) in self._failed.items() if now - at < _FORGOTTEN_S}
        return [key for key, (_, at) in self._failed.items() if at > now]

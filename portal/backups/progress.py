"""How far long work has come, in a line now and then."""
import time
from collections.abc import Callable

_EVERY_S = 2.0
Say = Callable[[str], object]


class Progress:
    """Says "files 1200 of 56000" at most every two seconds, and at the end of each piece of work."""

    def __init__(self, say: Say) -> None:
        self.say = say
        self._last = 0.0

    def at(self, what: str, done: int, total: int) -> None:
        """So much of it is done; a total of 0 is not known yet."""
        now = time.monotonic()
        if 0 < total <= done or now - self._last >= _EVERY_S:
            self._last = now
            self.say(f"{what} {done} of {total}" if total else f"{what} {done}")

"""Looking for work without asking the database each time: a service in which nothing happens costs next to nothing."""
import datetime as dt
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from foundation.clock import Seconds

_AT_LEAST_S: Seconds = 0.5  # what comes due by the clock stirs nothing


class Watch:
    """Whether somebody may have written since one looked last. For one thread, the one that makes it.

    On SQLite its data version tells (microseconds a call), and `asks` whether it was of one's own: the look-up of an index, with `?`
    wherever the present moment stands, that gives a row where there is something to do. Elsewhere every look asks, four times a second.
    `now`: the clock that the moment is told by. `more`: there is more to do than it asks for, which can wait half a second.
    """

    def __init__(self, asks: str, now: Callable[[], dt.datetime] = timezone.now, *, more: bool = False) -> None:
        self._asks, self._now, self._more = asks, now, more
        database = settings.DATABASES["default"]
        path = Path(str(database["NAME"])).absolute()
        there = str(database["ENGINE"]).endswith("sqlite3") and path.is_file()
        self._eye = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None) if there else None
        self._seen, self._looked = -1, 0.0
        self.pause_s: Seconds = 0.05 if self._eye else 0.25  # between two looks

    def stirred(self) -> bool:
        """Whether to look now. The version is read before one looks: what is written meanwhile stirs the next look."""
        if self._eye is None:
            return True
        version, ripe = self._eye.execute("PRAGMA data_version").fetchone()[0], time.monotonic() - self._looked >= _AT_LEAST_S
        if version == self._seen and not ripe:
            return False
        self._seen = version
        if ripe:
            self._looked = time.monotonic()
        return (ripe and self._more) or self._is_asked(self._eye)

    def _is_asked(self, eye: sqlite3.Connection) -> bool:
        moment = str(connection.ops.adapt_datetimefield_value(self._now()))
        return eye.execute(self._asks, [moment] * self._asks.count("?")).fetchone() is not None

    def close(self) -> None:
        """Closes the eye."""
        if self._eye:
            self._eye.close()

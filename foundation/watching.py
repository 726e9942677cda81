"""Looking for work without asking the database each time: a service in which nothing happens costs next to nothing."""
import sqlite3
import time
from pathlib import Path

from django.conf import settings

from foundation.clock import Seconds

_AT_LEAST_S: Seconds = 0.5  # what comes due by the clock stirs nothing


class Watch:
    """Whether somebody may have written since one looked last. For one thread, the one that makes it.

    On SQLite its data version tells (microseconds a call); elsewhere every look asks, four times a second.
    """

    def __init__(self) -> None:
        database = settings.DATABASES["default"]
        path = Path(str(database["NAME"])).absolute()
        there = str(database["ENGINE"]).endswith("sqlite3") and path.is_file()
        self._eye = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None) if there else None
        self._seen, self._looked = -1, 0.0
        self.pause_s: Seconds = 0.05 if self._eye else 0.25  # between two looks

    def stirred(self) -> bool:
        """Whether to look now. The version is read before one looks: what is written meanwhile stirs the next look."""
        version = self._eye.execute("PRAGMA data_version").fetchone()[0] if self._eye else -1
        if self._eye and version == self._seen and time.monotonic() - self._looked < _AT_LEAST_S:
            return False
        self._seen, self._looked = version, time.monotonic()
        return True

    def close(self) -> None:
        """Closes the eye."""
        if self._eye:
            self._eye.close()

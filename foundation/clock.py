"""The service's clock: the one place that says what time it is for rights, terms, stays, ladders and posts.

Leases, sessions and tokens use `time.time()` and Django's own clock: a tester who moves this one must not end them.
"""
import datetime as dt
import os
import time
from collections.abc import Iterable
from pathlib import Path

Seconds = float

_RECHECK_S = 0.25
_offset = (0.0, 0.0)  # (read at, on the monotonic clock; seconds to add)


def now() -> dt.datetime:
    """The present moment in UTC, with the offset of `CERCLE_CLOCK_OFFSET_FILE` added (contract, checks from outside)."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=_offset_seconds())


def _offset_seconds() -> Seconds:
    """Seconds to add, read again from the file at most four times a second; 0 where there is none or it is malformed."""
    global _offset
    path = os.environ.get("CERCLE_CLOCK_OFFSET_FILE")
    if not path:
        return 0.0
    read_at, seconds = _offset
    if time.monotonic() - read_at > _RECHECK_S:
        try:
            seconds = float(Path(path).read_text().strip() or 0)
        except (OSError, ValueError):
            seconds = 0.0
        _offset = (time.monotonic(), seconds)
    return seconds


def rfc3339(moment: dt.datetime | None) -> str | None:
    """A moment as the contract writes it: RFC 3339 in UTC with milliseconds, or None."""
    if moment is None:
        return None
    return moment.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def longest(terms: Iterable[dt.datetime | None]) -> dt.datetime | None:
    """The last of some terms; None where one of them has no end, or there is none."""
    ends = list(terms)
    return None if None in ends else max((end for end in ends if end), default=None)

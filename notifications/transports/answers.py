"""What the answer of a push service means."""
import datetime as dt
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from notifications.transports.outcome import Outcome

_GONE = {404, 410}
_LATER = {408, 425, 429}
_LONGEST_WAIT_S = 3600.0


def outcome_of(status: int, headers: Mapping[str, str]) -> Outcome:
    """What an answer means: 2xx, 404 and 410, 408, 425, 429 and 5xx, all else."""
    if 200 <= status < 300:
        return Outcome(str(status), "accepted", ttl_s=_whole(headers.get("TTL")))
    if status in _GONE:
        return Outcome(str(status), "gone")
    if status in _LATER or status >= 500:
        return Outcome(str(status), "later", retry_after=_wait(headers.get("Retry-After")))
    return Outcome(str(status), "refused")


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None


def _wait(text: str | None) -> float | None:
    """Seconds out of `Retry-After`, a number or a date (RFC 9110, 10.2.3); an hour at most, whatever it says."""
    if not text:
        return None
    seconds = _whole(text.strip())
    if seconds is not None:
        return min(float(seconds), _LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, min((moment - dt.datetime.now(dt.UTC)).total_seconds(), _LONGEST_WAIT_S))

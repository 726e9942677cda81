"""HL7's times (TS, DTM). Hospitals write local ones without an offset."""
import datetime as dt
import re
from zoneinfo import ZoneInfo

from django.conf import settings

_SHAPE = re.compile(r"(\d{8})(\d{2})?(\d{2})?(\d{2})?(?:[.,]\d+)?([+-]\d{4})?")


def local_time(said: str, *, reference: dt.datetime) -> dt.datetime | None:
    """`YYYYMMDD[HH[MM[SS]]][.S][±ZZZZ]` as a moment in UTC; None where it is none.

    Without an offset it is local. Of the hour that comes twice in October it is the later one that is not after `reference`, the moment
    of reception: what is told at once is told in the same hour. The hour that March has not is an hour later.
    """
    found = _SHAPE.fullmatch(said.strip())
    if found is None:
        return None
    day, hour, minute, second, offset = found.groups()
    try:
        bare = dt.datetime.strptime(day + (hour or "00") + (minute or "00") + (second or "00"), "%Y%m%d%H%M%S")  # noqa: DTZ007
        if offset:
            return bare.replace(tzinfo=dt.datetime.strptime(offset, "%z").tzinfo).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    if not 1850 <= bare.year <= 2200:
        return None
    zone = ZoneInfo(settings.CIRCLE_TIME_ZONE)
    first, later = (bare.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))
    return max(first, later) if first < later <= reference else first


def calendar_date(said: str) -> str:
    """The ISO date of a TS; "" where it is none, or is not known to the day."""
    try:
        return dt.datetime.strptime(said.strip()[:8], "%Y%m%d").date().isoformat()  # noqa: DTZ007
    except ValueError:
        return ""

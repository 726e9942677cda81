"""Which zone a calendar file means: by name, by Windows' name, or by what it says of its offsets. No zone of a stranger is worked out."""
import re
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

_NAMES = frozenset(available_timezones()) - {"localtime", "Factory"}
_BY_CASE = {name.lower(): name for name in _NAMES}
_OFFSET = re.compile(r"([+-])(\d{2})(\d{2})(?:\d{2})?", re.ASCII)
# Where only offsets are said, the zone that most people of these offsets live in.
_LIKELY = (
    "Europe/Paris", "Europe/London", "Europe/Athens", "America/New_York", "America/Chicago", "America/Los_Angeles", "America/Martinique",
    "America/Cayenne", "Indian/Reunion", "Pacific/Noumea", "Pacific/Tahiti", "UTC",
)  # fmt: skip


def named_zone(name: str) -> str | None:
    """A zone's present name: "Europe/Paris", "Romance Standard Time", "/mozilla.org/20070129_1/Europe/Paris"."""
    name = name.strip().strip('"')
    if name in WINDOWS_TO_OLSON:
        return str(WINDOWS_TO_OLSON[name])
    parts = name.split("/")
    tails = ["/".join(parts[-count:]) for count in (len(parts), 3, 2, 1) if count <= len(parts)]
    return next((_BY_CASE[tail.lower()] for tail in tails if tail.lower() in _BY_CASE), None)


def zone_of_block(lines: list[str]) -> str | None:
    """The zone that a VTIMEZONE describes: by the names in it, else by its present offsets."""
    for line in lines:
        field, _colon, value = line.partition(":")
        if field.upper() in {"X-LIC-LOCATION", "TZID"} and (found := named_zone(value)):
            return found
    offsets: dict[str, int] = {}
    part = ""
    for line in lines:
        upper = line.upper()
        if upper in {"BEGIN:STANDARD", "BEGIN:DAYLIGHT"}:
            part = upper[6:]
        elif upper.startswith("TZOFFSETTO:") and (said := _OFFSET.fullmatch(line.partition(":")[2].strip())):
            sign = -1 if said[1] == "-" else 1
            offsets[part] = sign * (int(said[2]) * 60 + int(said[3]))
    standard = offsets.get("STANDARD")
    return None if standard is None else _by_offsets(standard, offsets.get("DAYLIGHT", standard))


@lru_cache(maxsize=64)
def _by_offsets(winter: int, summer: int) -> str | None:
    year = datetime.now(UTC).year
    wanted = (winter, summer)
    for name in (*_LIKELY, *sorted(_NAMES)):
        zone = ZoneInfo(name)
        moments = [datetime(year, month, 15, 12, tzinfo=zone).utcoffset() for month in (1, 7)]
        minutes = sorted(int(one.total_seconds()) // 60 for one in moments if one is not None)
        if (minutes[0], minutes[-1]) == wanted:
            return name
    return None

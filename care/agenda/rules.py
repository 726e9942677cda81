"""When something takes place again: rules after RFC 5545, 3.3.10, checked before they are kept and followed by recurring-ical-events.

What repeats does so in the wall time of its zone. A wall time that is skipped when clocks go forward is read with the offset
before (RFC 5545, 3.3.5), one that comes twice is the first. Pure, but for the clock that says how far it is followed.
"""
import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr
from django.utils.translation import gettext as _
from recurring_ical_events.adapters.event import EventAdapter
from recurring_ical_events.series import Series

from care.agenda import errors
from foundation import clock

MOST_A_YEAR = 1000
MOST_COUNTED = 1000
LONGEST_RULE = 500
_YEAR = dt.timedelta(days=366)
_LOOK_AHEAD = 8 * _YEAR  # within which a rule must come true: the 29th of February skips a century's end
_COUNTED_WITHIN = 30 * _YEAR
_REMEMBERED = 20 * _YEAR  # what lies further from the first one is worked out anew: a walk of centuries is not kept
_DAY = r"(?:MO|TU|WE|TH|FR|SA|SU)"
_PARTS = {
    "FREQ": r"[A-Z]+", "INTERVAL": r"[1-9]\d{0,2}", "COUNT": r"[1-9]\d{0,3}", "UNTIL": r"\d{8}(?:T\d{6}Z?)?", "WKST": _DAY,
    "BYDAY": rf"(?:[+-]?[1-9]\d?)?{_DAY}", "BYMONTH": r"\d{1,2}", "BYMONTHDAY": r"[+-]?\d{1,2}", "BYYEARDAY": r"[+-]?\d{1,3}",
    "BYWEEKNO": r"[+-]?\d{1,2}", "BYSETPOS": r"[+-]?\d{1,3}", "BYHOUR": r"\d{1,2}", "BYMINUTE": r"\d{1,2}", "BYSECOND": r"0{1,2}",
}  # fmt: skip
_LISTS = {"BYMONTH": (1, 12), "BYMONTHDAY": (1, 31), "BYYEARDAY": (1, 366), "BYWEEKNO": (1, 53), "BYSETPOS": (1, 366), "BYHOUR": (0, 23),
          "BYMINUTE": (0, 59)}
_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
Parts = dict[str, str]
Span = tuple[dt.datetime, dt.datetime]
_EARLIEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC)
_YEARS = range(1990, 2200)  # beyond the years 1 and 9999 there are no dates: nothing is worked out near them
_FURTHEST = dt.timedelta(days=3660)  # what repeats for ever is followed for ten years ahead
Day = TypeVar("Day", bound=dt.date)


def on_calendar(at: dt.date) -> bool:
    """Whether a date or a moment, as it was said, is of the years that the agenda has: from there no zone leads out of the calendar."""
    return at.year in _YEARS


def bounded(at: Day, field: str) -> Day:
    """The same. Raises Invalid `agenda.bad_times` for what is far away."""
    if not on_calendar(at):
        raise errors.bad_times(field, _("A day of this century."))
    return at


def reaches(at: dt.datetime) -> bool:
    """Whether an aware moment is one that the agenda shows: from 1990 to ten years from now."""
    return on_calendar(at) and _EARLIEST <= at <= clock.now() + _FURTHEST


@dataclass(frozen=True)
class Repeating:
    """Times as an `Appointment` keeps them: wall time of a zone, dates for whole days; `rule` "" for what takes place once."""

    wall_start: str
    wall_end: str
    zone: str
    rule: str = ""

    @property
    def all_day(self) -> bool:
        """Whether it is of whole days."""
        return len(self.wall_start) == 10

    @property
    def first(self) -> Span:
        """Beginning and end of the first one."""
        return self.moment(self.wall_start), self.moment(self.wall_end)

    def moment(self, wall: str) -> dt.datetime:
        """A wall time as a moment in UTC; of a date its midnight."""
        return dt.datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(self.zone)).astimezone(dt.UTC)


def spans(when: Repeating, since: dt.datetime, until: dt.datetime) -> list[Span]:
    """Every time it takes place by its rule that touches [since, until), in order; ends are after the last moment."""
    if not when.rule:
        first = when.first
        return [first] if first[0] < until and (first[1] > since or first[0] >= since) else []
    zone = ZoneInfo(when.zone)
    series = _series(when) if until - when.first[0] < _REMEMBERED else _series.__wrapped__(when)
    found = series.between(since.astimezone(zone), until.astimezone(zone))
    return sorted(_span(_moment(one.start, zone), _moment(one.end, zone), one.end - one.start) for one in found)


def starts_of(when: Repeating, since: dt.datetime, until: dt.datetime) -> list[dt.datetime]:
    """When those begin by the rule that begin in [since, until), in order."""
    return [start for start, _end in spans(when, since, until) if since <= start < until]


def _span(start: dt.datetime, end: dt.datetime, length: dt.timedelta) -> Span:
    """What would end before it begins, because clocks go forward meanwhile, lasts as long as ever."""
    return (start, end) if end > start else (start, start + length)


def _moment(at: dt.date, zone: ZoneInfo) -> dt.datetime:
    """A date's midnight, or the moment itself, in UTC."""
    local = at if isinstance(at, dt.datetime) else dt.datetime(at.year, at.month, at.day, tzinfo=zone)
    return local.astimezone(dt.UTC)


@lru_cache(maxsize=512)
def _series(when: Repeating) -> Any:
    """The library's series, which remembers what it has worked out. Holds times and nothing of a patient."""
    event = icalendar.Event()
    event.add("UID", "series")
    for name, wall in (("DTSTART", when.wall_start), ("DTEND", when.wall_end)):
        event.add(name, dt.date.fromisoformat(wall) if when.all_day else _in_zone(wall, when.zone))
    event.add("RRULE", icalendar.vRecur.from_ical(when.rule))
    return Series([EventAdapter(event)])


def _in_zone(wall: str, zone: str) -> dt.datetime:
    return dt.datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone))


@dataclass(frozen=True)
class Checked:
    """A rule as it is kept, and when its last occurrence ends; None: it has no end."""

    rule: str
    over_at: dt.datetime | None


@lru_cache(maxsize=512)
def checked(when: Repeating) -> Checked:
    """The rule in one spelling, its end in UTC. Raises Invalid `agenda.bad_rule`, `agenda.rule_too_often`.

    Refused: more than 1,000 occurrences a year, every minute or second, rules that never come true.
    """
    if not when.rule:
        return Checked("", when.first[1])
    parts = _parsed(when.rule)
    start = dt.datetime.fromisoformat(when.wall_start)
    if "UNTIL" in parts:
        parts["UNTIL"] = _until(parts["UNTIL"], when)
        if _until_wall(parts["UNTIL"], when.zone) < start:
            raise errors.bad_rule(_("It ends before it begins."))
    last = _walked(parts, start, when.zone)
    rule = ";".join(f"{name}={value}" for name, value in parts.items())
    if last is None:
        return Checked(rule, None)
    length = dt.datetime.fromisoformat(when.wall_end) - start
    return Checked(rule, when.moment((max(last, start) + length).isoformat()))


def _parsed(rule: str) -> Parts:
    text = rule.strip().upper().removeprefix("RRULE:")
    parts: Parts = {}
    for piece in text.split(";") if len(text) <= LONGEST_RULE else [""]:
        name, _equals, value = piece.partition("=")
        values = value.split(",")
        if name in parts or name not in _PARTS or not all(re.fullmatch(_PARTS[name], one, re.ASCII) for one in values):
            raise errors.bad_rule(_("This rule of repeating is not one that the service can follow."))
        if len(values) > 1 and not name.startswith("BY"):
            raise errors.bad_rule(_("This rule of repeating is not one that the service can follow."))
        parts[name] = value
    _check(parts)
    return parts


def _check(parts: Parts) -> None:
    """What RFC 5545 says goes together, and which numbers there are."""
    frequency = parts.get("FREQ")
    if frequency in {"SECONDLY", "MINUTELY"}:
        raise errors.too_often()
    numbered = any(day[:1] in "+-0123456789" for day in parts.get("BYDAY", "MO").split(","))
    wrong = [
        frequency not in _FREQUENCIES,
        "COUNT" in parts and ("UNTIL" in parts or int(parts["COUNT"]) > MOST_COUNTED),
        "BYWEEKNO" in parts and frequency != "YEARLY",
        "BYYEARDAY" in parts and frequency in {"DAILY", "WEEKLY", "MONTHLY"},
        "BYMONTHDAY" in parts and frequency == "WEEKLY",
        numbered and (frequency not in {"MONTHLY", "YEARLY"} or "BYWEEKNO" in parts),
        "BYSETPOS" in parts and not any(name.startswith("BY") and name != "BYSETPOS" for name in parts),
        *(not low <= abs(int(value)) <= high for name, (low, high) in _LISTS.items() for value in parts.get(name, str(low)).split(",")),
    ]
    if any(wrong):
        raise errors.bad_rule(_("This rule of repeating is not one that the service can follow."))


def _until(text: str, when: Repeating) -> str:
    """The end of a rule as RFC 5545 wants it: a date for whole days, else in UTC; a bare date is the whole of that day."""
    try:
        if len(text) == 8:
            day = dt.datetime.fromisoformat(text)
            local = day if when.all_day else day + dt.timedelta(days=1, seconds=-1)
        elif text.endswith("Z"):
            aware = dt.datetime.fromisoformat(text)
            local = aware.astimezone(ZoneInfo(when.zone)).replace(tzinfo=None)
        else:
            local = dt.datetime.fromisoformat(text)
        if not on_calendar(local):
            raise OverflowError
        if when.all_day:
            return local.strftime("%Y%m%d")
        return local.replace(tzinfo=ZoneInfo(when.zone)).astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    except (ValueError, OverflowError):
        raise errors.bad_rule(_("The end of the rule is not a date.")) from None


def _until_wall(text: str, zone: str) -> dt.datetime:
    if len(text) == 8:
        return dt.datetime.fromisoformat(text)
    aware = dt.datetime.fromisoformat(text)
    return aware.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def _walked(parts: Parts, start: dt.datetime, zone: str) -> dt.datetime | None:
    """The wall time of the last occurrence, None where there is no end; walks no further than it must to know that the rule is sane."""
    count = int(parts["COUNT"]) if "COUNT" in parts else None
    horizon = start + (_COUNTED_WITHIN if count else _LOOK_AHEAD)
    until = _until_wall(parts["UNTIL"], zone) if "UNTIL" in parts else None
    bare = ";".join(f"{name}={value}" for name, value in parts.items() if name not in {"COUNT", "UNTIL"})
    try:
        rule = rrulestr(f"{bare};UNTIL={min(until or horizon, horizon):%Y%m%dT%H%M%S}", dtstart=start)
        found: list[dt.datetime] = []
        for moment in islice(rule, count):
            found.append(moment)
            if len(found) > MOST_A_YEAR and moment - found[-1 - MOST_A_YEAR] < _YEAR:
                raise errors.too_often()
    except (ValueError, OverflowError):
        raise errors.bad_rule(_("This rule of repeating is not one that the service can follow.")) from None
    if not found or (count is not None and len(found) < count):
        raise errors.bad_rule(_("This rule of repeating never comes true, or not often enough."))
    if count is None and until is None:
        return None
    return until if until and until > horizon else found[-1]

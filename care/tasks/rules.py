"""When something that repeats is due next: recurrence rules after RFC 5545, in the local time of the circle.

Of RFC 5545 3.3.10 the parts that a person may mean: FREQ from DAILY to YEARLY, INTERVAL, BYDAY, BYMONTHDAY, BYMONTH and UNTIL as a date.
"""
import datetime as dt
import re
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rrulestr

LONGEST = 200
_SOME_DAY = dt.datetime.combine(dt.date(2026, 1, 1), dt.time())  # local times have no zone here
_LOOKED_AHEAD = dt.timedelta(days=3660)
_DAY = r"(?:[+-]?[1-5])?(?:MO|TU|WE|TH|FR|SA|SU)"
_MONTHDAY = r"-?(?:[1-9]|[12][0-9]|3[01])"
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY", "INTERVAL": r"[1-9][0-9]?", "BYDAY": rf"{_DAY}(?:,{_DAY}){{0,6}}",
    "BYMONTHDAY": rf"{_MONTHDAY}(?:,{_MONTHDAY}){{0,30}}", "BYMONTH": r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2])){0,11}", "UNTIL": r"[0-9]{8}",
}  # fmt: skip
_ORDINAL = re.compile(r"[0-9](?:MO|TU|WE|TH|FR|SA|SU)")


class BadRule(ValueError):
    """A rule that is not kept here."""


def check_rule(rule: str) -> None:
    """Raises BadRule for what is no rule of RFC 5545 of the parts named above, or can't be counted."""
    parts = [part.partition("=")[::2] for part in rule.split(";")]
    names = [name for name, _ in parts]
    if len(rule) > LONGEST or len(set(names)) != len(names) or names[:1] != ["FREQ"]:
        raise BadRule
    if any(name not in _PARTS or re.fullmatch(_PARTS[name], value) is None for name, value in parts):
        raise BadRule
    said = dict(parts)
    if _ORDINAL.search(said.get("BYDAY", "")) and said["FREQ"] in {"DAILY", "WEEKLY"}:  # RFC 5545: only within months and years
        raise BadRule
    try:
        _rule(rule, _SOME_DAY, _SOME_DAY)
    except (ValueError, OverflowError):
        raise BadRule from None


def next_due(rule: str, *, begins: dt.datetime, after: dt.datetime, zone: str) -> dt.datetime | None:
    """The first moment of a rule strictly after another one, None where it has ended. `begins`: its first moment.

    Counted in local time: every Monday at eight stays at eight when clocks change; an hour that a change leaves out is counted by the
    offset before it (RFC 5545 3.3.5).
    """
    here = ZoneInfo(zone)
    local = after.astimezone(here).replace(tzinfo=None)
    found = _rule(rule, begins.astimezone(here).replace(tzinfo=None), local).after(local)
    return found.replace(tzinfo=here).astimezone(dt.UTC) if found else None


def days_after(done: dt.datetime, days: int, *, like: dt.datetime | None, zone: str) -> dt.datetime:
    """So many days after a moment, at the local time of day of another one where there is one."""
    here = ZoneInfo(zone)
    local = done.astimezone(here)
    hour = like.astimezone(here).time() if like else local.time()
    return dt.datetime.combine(local.date() + dt.timedelta(days=days), hour, tzinfo=here).astimezone(dt.UTC)


def _rule(rule: str, begins: dt.datetime, after: dt.datetime) -> rrule:
    """The rule as it is counted, no further than ten years: one that never comes (30 February) ends there."""
    said = dict(part.split("=") for part in rule.split(";"))
    last = max(begins, after) + _LOOKED_AHEAD
    if until := said.pop("UNTIL", None):
        last = min(last, dt.datetime.combine(dt.date(int(until[:4]), int(until[4:6]), int(until[6:])), dt.time(23, 59, 59)))
    found: rrule = rrulestr(";".join(f"{name}={value}" for name, value in said.items()), dtstart=begins)
    return found.replace(until=last)

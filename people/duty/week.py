"""When the hours of a week begin and end: pure arithmetic over intervals of UTC, whatever the clocks on the wall do.

An interval belongs to the day on which it begins, also where it ends after midnight: a holiday spares the night that begins on it, not
the one that ends on it. Where clocks change it lasts from the first moment at which they show or pass its beginning to the last one at
which they show or pass its end, so that nobody goes off duty in an hour that comes twice.
"""
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AHEAD = dt.timedelta(days=40)  # holidays never put one weekday off for longer; who is on for longer has no end worth telling
_ALWAYS = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
# Parts of France with holidays of their own, by the time zone that only they have. Alsace and Moselle share theirs with Paris.
_PARTS = {
    "America/Guadeloupe": "971", "America/Martinique": "972", "America/Cayenne": "973", "Indian/Reunion": "974", "Indian/Mayotte": "976",
    "America/St_Barthelemy": "BL", "America/Marigot": "MF", "America/Miquelon": "PM", "Pacific/Noumea": "NC", "Pacific/Wallis": "WF",
    "Pacific/Tahiti": "PF", "Pacific/Marquesas": "PF", "Pacific/Gambier": "PF", "Indian/Kerguelen": "TF",
}  # fmt: skip


class Span(NamedTuple):
    """From a moment to another one, the end not included. In UTC."""

    since: dt.datetime
    until: dt.datetime


@dataclass(frozen=True)
class Duty:
    """Whether somebody is on duty, and when that changes next; None: never, or not within `AHEAD`."""

    on: bool
    until: dt.datetime | None = None


@dataclass(frozen=True)
class Week:
    """Hours of a week in local time, as `Hours.weekly` keeps them. Without any interval: never on duty."""

    zone: str
    weekly: Mapping[str, Sequence[Sequence[str]]]
    on_holidays: bool = False


def duty_at(week: Week | None, absences: Iterable[Span], at: dt.datetime) -> Duty:
    """Whether on duty at a moment. Without a week: always, but for absences."""
    away = [span for span in _joined(sorted(absences)) if span.until > at]
    gone = bool(away) and away[0].since <= at
    start = away[0].until if gone else at
    for span in _without(_working(week, start), away):
        if span.until <= start:
            continue
        if gone or span.since > start:
            return Duty(on=False, until=max(span.since, start))
        return Duty(on=True, until=span.until if span.until < start + AHEAD else None)
    return Duty(on=False)


def _working(week: Week | None, start: dt.datetime) -> Iterator[Span]:
    """Spans of work that end after a moment or thereabouts, in order, those that touch made one."""
    if week is None:
        yield Span(*_ALWAYS)
        return
    if not any(week.weekly.values()):
        return
    zone = ZoneInfo(week.zone)
    first = start.astimezone(zone).date() - dt.timedelta(days=2)
    days = (first + dt.timedelta(days=n) for n in range(AHEAD.days + 4))
    yield from _joined(span for day in days for span in _of_day(week, zone, day))


def _of_day(week: Week, zone: ZoneInfo, day: dt.date) -> Iterator[Span]:
    if not week.on_holidays and is_holiday(day, week.zone):
        return
    for begins, ends in sorted(week.weekly.get(DAYS[day.weekday()], ()), key=tuple):
        last = day if ends > begins else day + dt.timedelta(days=1)
        since, until = moments(day, begins, zone)[0], moments(last, ends, zone)[1]
        if since < until:
            yield Span(since, until)


def is_holiday(day: dt.date, zone: str) -> bool:
    """Whether a day is a public holiday in France, in the part of it that has this time zone."""
    return day in _holidays(_PARTS.get(zone), day.year)


@lru_cache(maxsize=64)
def _holidays(part: str | None, year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("FR", subdiv=part, years=year))


def moments(day: dt.date, clock: str, zone: ZoneInfo) -> tuple[dt.datetime, dt.datetime]:
    """The first and the last moment at which a clock on the wall shows this, or passes it; on most days they are one."""
    local = dt.datetime.combine(day, dt.time.fromisoformat(clock), zone)
    before, after = local.astimezone(dt.UTC), local.replace(fold=1).astimezone(dt.UTC)
    if before <= after:  # shown once, or twice: the offsets before and after the change give both
        return before, after
    jump = _jump(zone, after, before)  # never shown: clocks jump over it
    return jump, jump


def _jump(zone: ZoneInfo, low: dt.datetime, high: dt.datetime) -> dt.datetime:
    """The second at which a zone's offset changes, somewhere in (low, high]."""
    old = low.astimezone(zone).utcoffset()
    while high - low > dt.timedelta(seconds=1):
        middle = low + (high - low) // 2
        low, high = (middle, high) if middle.astimezone(zone).utcoffset() == old else (low, middle)
    return high.replace(microsecond=0)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans in order of their beginnings, those that overlap or touch made one."""
    last: Span | None = None
    for span in spans:
        if last is not None and span.since <= last.until:
            last = Span(last.since, max(last.until, span.until))
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last


def _without(spans: Iterable[Span], away: Sequence[Span]) -> Iterator[Span]:
    """What is left of spans outside others; both in order and joined."""
    for span in spans:
        since = span.since
        for gap in away:
            if gap.until <= since or gap.since >= span.until:
                continue
            if gap.since > since:
                yield Span(since, gap.since)
            since = gap.until
        if since < span.until:
            yield Span(since, span.until)

"""What takes place when: appointments followed through a time, exceptions and reports included. No words here, and no database."""
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from care.agenda.enums import Source, State, Why
from care.agenda.models import Appointment, Report, occurrence_key
from care.agenda.rules import Repeating, on_calendar, reaches, spans, starts_of


@dataclass(frozen=True)
class Expected:
    """Somebody who is expected, or who is away."""

    member: UUID
    person: UUID
    name: str
    role: str
    profession: str = ""
    gender: str = ""


@dataclass(frozen=True)
class Clash:
    """Why an occurrence does not go together with another one that this reader sees: `other` is its `ref`, `member` who is meant."""

    why: Why
    other: str
    member: UUID | None = None


@dataclass(frozen=True)
class Occurrence:
    """One time, as one reader may see it. `end` is exclusive, and None for a stay that runs; `occurrence` names it in addresses."""

    circle: UUID
    source: Source
    id: str  # of the appointment; of a stay and an absence an opaque one
    occurrence: str
    kind: str  # "visit", "appointment", "other", "stay", "absence"
    start: dt.datetime
    end: dt.datetime | None
    all_day: bool = False
    zone: str = "UTC"
    audience: str = ""
    title: str = ""
    place: str = ""
    note: str = ""
    with_name: str = ""
    attendees: tuple[Expected, ...] = ()
    repeats: bool = False
    moved: bool = False
    state: State = State.PLANNED
    report: Report | None = None
    author: UUID | None = None  # a person
    conflicts: tuple[Clash, ...] = field(default=())

    @property
    def ref(self) -> str:
        """Names it among all that a reader sees."""
        return f"{self.source}:{self.id}:{self.occurrence}"

    @property
    def first_day(self) -> dt.date:
        """The day on which it begins, in its zone."""
        return self.start.astimezone(ZoneInfo(self.zone)).date()

    @property
    def last_day(self) -> dt.date:
        """The last day that it touches, in its zone; of what has no end the first."""
        end = self.end if self.end is not None and self.end > self.start else self.start + dt.timedelta(microseconds=1)
        return (end - dt.timedelta(microseconds=1)).astimezone(ZoneInfo(self.zone)).date()

    def touches(self, since: dt.datetime, until: dt.datetime) -> bool:
        """Whether any of it lies in [since, until)."""
        return self.start < until and (self.end is None or self.end > since or self.start >= since)


@dataclass(frozen=True)
class Time:
    """One time of an appointment: `original` is when it would begin by its rule."""

    original: dt.datetime
    start: dt.datetime
    end: dt.datetime
    attendees: tuple[str, ...]
    moved: bool = False
    report: Report | None = None

    @property
    def key(self) -> str:
        """Its name in exceptions and addresses."""
        return occurrence_key(self.original)


def repeating(appointment: Appointment) -> Repeating:
    """An appointment's times, for arithmetic."""
    return Repeating(appointment.wall_start, appointment.wall_end, appointment.zone, appointment.rrule)


def times(appointment: Appointment, since: dt.datetime, until: dt.datetime, reports: Iterable[Report] = ()) -> list[Time]:
    """Every time of an appointment that touches [since, until), in order, without those that were cancelled.

    What was reported stays where it was, whatever the rule says since.
    """
    when, exceptions = repeating(appointment), appointment.exceptions
    said = {occurrence_key(one.occurrence): one for one in reports}
    found = {}
    # a single one is at its moment: a wall time that comes twice is no riddle
    by_rule = spans(when, since, until) if when.rule else [(appointment.start, appointment.end)]
    for start, end in by_rule:
        key = occurrence_key(start)
        if key not in exceptions and key not in said:
            found[key] = Time(start, start, end, tuple(appointment.attendees))
    for key, exception in exceptions.items():
        if not exception.get("cancelled") and key not in said:
            found[key] = _moved(appointment, key, exception)
    for key, report in said.items():
        expected = exceptions.get(key, {}).get("attendees") or appointment.attendees
        found[key] = Time(report.occurrence, report.start, report.end, tuple(expected), False, report)
    touching = [one for one in found.values() if one.start < until and (one.end > since or one.start >= since)]
    return sorted(touching, key=lambda one: (one.start, one.end))


def _moved(appointment: Appointment, key: str, exception: dict[str, Any]) -> Time:
    original = dt.datetime.fromisoformat(key)
    start = dt.datetime.fromisoformat(exception["start"])
    end = dt.datetime.fromisoformat(exception["end"])
    expected = exception.get("attendees")
    moved = start != original or end - start != appointment.end - appointment.start
    return Time(original, start, end, tuple(appointment.attendees if expected is None else expected), moved)


def time_at(appointment: Appointment, moment: dt.datetime, reports: Sequence[Report] = ()) -> Time | None:
    """The time that would begin at a moment by its rule, wherever it was moved to; None where there is none or it was cancelled."""
    if not on_calendar(moment):
        return None
    key = occurrence_key(moment)
    for report in reports:
        if occurrence_key(report.occurrence) == key:
            return Time(report.occurrence, report.start, report.end, tuple(appointment.attendees), False, report)
    exception = appointment.exceptions.get(key)
    if exception is not None:
        return None if exception.get("cancelled") else _moved(appointment, key, exception)
    return by_rule_at(appointment, moment)


def by_rule_at(appointment: Appointment, moment: dt.datetime) -> Time | None:
    """The same as the rule alone says, exceptions or not."""
    if not on_calendar(moment):
        return None
    key, expected = occurrence_key(moment), tuple(appointment.attendees)
    if not appointment.rrule:
        found = occurrence_key(appointment.start) == key
        return Time(appointment.start, appointment.start, appointment.end, expected) if found else None
    over = appointment.over_at is not None and moment >= appointment.over_at
    if over or moment < appointment.start or not reaches(moment):
        return None
    near = spans(repeating(appointment), moment, moment + dt.timedelta(seconds=1))
    return next((Time(start, start, end, expected) for start, end in near if occurrence_key(start) == key), None)


def keys_by_rule(appointment: Appointment, keys: Collection[str]) -> set[str]:
    """Those of some names of occurrences that the rule alone has; walks once."""
    if not appointment.rrule:
        return {occurrence_key(appointment.start)} & set(keys)
    moments = [moment for key in keys if on_calendar(moment := dt.datetime.fromisoformat(key))]
    if not moments:
        return set()
    starts = starts_of(repeating(appointment), min(moments), max(moments) + dt.timedelta(seconds=1))
    return {occurrence_key(start) for start in starts} & set(keys)

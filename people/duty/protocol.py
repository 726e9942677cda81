"""What `PUT me/hours` takes, checked field by field, and what `GET me/hours` answers."""
import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Literal
from uuid import UUID
from zoneinfo import available_timezones

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from ninja import Schema
from pydantic import AwareDatetime, Field

from foundation import clock
from foundation.clock import rfc3339
from foundation.errors import Invalid
from people.duty.models import Absence, Hours
from people.duty.week import DAYS, Duty

MOST_A_DAY = 4
MOST_ABSENCES = 50
FURTHEST = dt.timedelta(days=5 * 366)
FIRST = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)  # the ends of time have no moment in UTC, and databases write early years each in its way
_CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_DAY = 24 * 60
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Errors = dict[str, str | Promise]


class WeekBody(Schema):
    """Hours of a week: the beginning and the end of each interval by day, "HH:MM"."""

    weekly: dict[Day, list[tuple[str, str]]] = Field(default_factory=dict)
    on_holidays: bool = False


class PlaceBody(WeekBody):
    """The same for one structure."""

    structure: UUID


class AbsenceBody(Schema):
    """Away from one moment to another."""

    since: AwareDatetime
    until: AwareDatetime


class HoursBody(Schema):
    """`PUT me/hours`. Without `everywhere`, always on duty where no structure says otherwise."""

    zone: str = Field(max_length=64)
    everywhere: WeekBody | None = None
    structures: list[PlaceBody] = Field(default_factory=list, max_length=50)
    absences: list[AbsenceBody] = Field(default_factory=list, max_length=MOST_ABSENCES)


def check(body: HoursBody, structures: Iterable[UUID]) -> None:
    """Raises Invalid `duty.bad_hours` with a sentence for each field; `structures` are those that the caller works for."""
    errors: Errors = {}
    if body.zone not in available_timezones():
        errors["zone"] = _("A time zone by its name, for example Europe/Paris.")
    if body.everywhere is not None:
        _check_week(body.everywhere, "everywhere", errors)
    known: set[UUID] = set(structures)
    for place, one in enumerate(body.structures):
        _check_week(one, f"structures.{place}", errors)
        if one.structure not in known:
            errors[f"structures.{place}.structure"] = _("Hours can be said once for each structure that one works for.")
        known.discard(one.structure)
    for place, away in enumerate(body.absences):
        _check_absence(away, f"absences.{place}", errors)
    if errors:
        raise Invalid("duty.bad_hours", _("Some of these hours are not as they should be."), errors=errors)


def _check_absence(away: AbsenceBody, where: str, errors: Errors) -> None:
    if away.since < FIRST:
        errors[f"{where}.since"] = _("A day of this century or the last one.")
    elif away.until <= away.since:
        errors[f"{where}.until"] = _("The end comes after the beginning.")
    elif away.until > clock.now() + FURTHEST:
        errors[f"{where}.until"] = _("An absence can be planned for five years ahead.")


def _check_week(week: WeekBody, where: str, errors: Errors) -> None:
    for day, intervals in week.weekly.items():
        field = f"{where}.weekly.{day}"
        malformed = [place for place, ends in enumerate(intervals) if not all(_CLOCK.fullmatch(end) for end in ends)]
        if malformed:
            errors |= {f"{field}.{place}": _malformed(*intervals[place]) for place in malformed}
        elif len(intervals) > MOST_A_DAY:
            errors[field] = _("At most four times a day.")
        else:
            _check_day(intervals, field, errors)


def _malformed(begins: str, ends: str) -> str | Promise:
    if begins and not ends:
        return _("The end is missing.")
    return _("The beginning is missing.") if ends and not begins else _("A time in hours and minutes, for example 08:00.")


def _check_day(intervals: Sequence[tuple[str, str]], field: str, errors: Errors) -> None:
    last = 0
    for begins, ends, place in sorted((*_minutes(*interval), place) for place, interval in enumerate(intervals)):
        if ends - begins == _DAY and begins:
            errors[f"{field}.{place}"] = _("It ends when it begins. The whole day is from 00:00 to 00:00.")
        elif begins < last:
            errors[f"{field}.{place}"] = _("These hours overlap.")
        last = max(last, ends)


def _minutes(begins: str, ends: str) -> tuple[int, int]:
    first, last = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (begins, ends))
    return first, last if last > first else last + _DAY


def kept_week(week: WeekBody) -> dict[str, list[list[str]]]:
    """A week as `Hours.weekly` keeps it: days in order, without those on which nobody works."""
    said = {str(day): intervals for day, intervals in week.weekly.items()}
    return {day: [list(interval) for interval in sorted(said[day])] for day in DAYS if said.get(day)}


def hours_item(zone: str, rows: Iterable[Hours], absences: Iterable[Absence], duty: Duty) -> dict[str, object]:
    """What somebody has said, as it is taken back, and how they are now where no structure says otherwise."""
    weeks = {row.structure_id: {"weekly": row.weekly, "on_holidays": row.on_holidays} for row in rows}
    return {
        "zone": zone, "everywhere": weeks.get(None),
        "structures": [{"structure": str(structure), **week} for structure, week in weeks.items() if structure],
        "absences": [{"since": rfc3339(away.since), "until": rfc3339(away.until)} for away in absences],
        "now": {"on_duty": duty.on, "until": rfc3339(duty.until)},
    }  # fmt: skip

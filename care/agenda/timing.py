"""When something is to take place, from what was said to what is kept: wall times, moments, the rule, the end of it all. Pure."""
import datetime as dt
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from care.agenda import errors
from care.agenda.models import Appointment
from care.agenda.rules import Repeating, bounded, checked

LONGEST = dt.timedelta(days=366)
LONGEST_REPEATED = dt.timedelta(days=7)
_ZONES = frozenset(available_timezones())


@dataclass(frozen=True)
class Timing:
    """All that an appointment keeps of its times."""

    when: Repeating
    start: dt.datetime
    end: dt.datetime
    over_at: dt.datetime | None

    def into(self, appointment: Appointment) -> None:
        """Puts them into a row; save afterwards."""
        appointment.start, appointment.end, appointment.over_at = self.start, self.end, self.over_at
        appointment.all_day, appointment.zone, appointment.rrule = self.when.all_day, self.when.zone, self.when.rule
        appointment.wall_start, appointment.wall_end = self.when.wall_start, self.when.wall_end


def timing(said: dict[str, Any], zone: str) -> Timing:
    """From `start`, `end`, `first_day`, `last_day`, `all_day`, `zone`, `rrule` as a body says them.

    Raises Invalid `agenda.bad_times`, `agenda.bad_zone`, `agenda.bad_rule`, `agenda.rule_too_often`.
    """
    zone = said.get("zone") or zone
    if zone not in _ZONES:
        raise errors.bad_zone()
    check_bounds(said)
    first, last = said.get("first_day"), said.get("last_day")
    start, end = said.get("start"), said.get("end")
    if said.get("all_day") and first is None and start is not None:
        first = wall(start, zone).date()
        last = (wall(end, zone) - dt.timedelta(microseconds=1)).date() if end is not None else first
    if first is not None:
        return _of_days(first, last or first, zone, said.get("rrule") or "")
    if start is None:
        raise errors.bad_times("start", _("Say when it begins."))
    return _of_times(start, end if end is not None else start + dt.timedelta(hours=1), zone, said.get("rrule") or "")


def check_bounds(said: dict[str, Any]) -> None:
    """Of what a body says of times, before anything is worked out. Raises Invalid `agenda.bad_times`, `agenda.bad_zone`."""
    for name in ("start", "end", "first_day", "last_day"):
        if said.get(name) is not None:
            bounded(said[name], name)
    if said.get("zone") and said["zone"] not in _ZONES:
        raise errors.bad_zone()


def _of_days(first: dt.date, last: dt.date, zone: str, rule: str) -> Timing:
    if last < first:
        raise errors.bad_times("last_day", _("The end comes after the beginning."))
    when = Repeating(first.isoformat(), (last + dt.timedelta(days=1)).isoformat(), zone, rule)
    return _checked(when, *when.first, "last_day")


def _of_times(start: dt.datetime, end: dt.datetime, zone: str, rule: str) -> Timing:
    begins, ends = moment(start, zone), moment(end, zone)
    if ends <= begins:
        raise errors.bad_times("end", _("The end comes after the beginning."))
    walls = wall(start, zone), wall(end, zone)
    if rule and walls[1] <= walls[0]:  # in the hour that comes twice
        walls = walls[0], walls[0] + (ends - begins)
    when = Repeating(walls[0].isoformat(timespec="seconds"), walls[1].isoformat(timespec="seconds"), zone, rule)
    return _checked(when, begins, ends, "end")


def _checked(when: Repeating, start: dt.datetime, end: dt.datetime, field: str) -> Timing:
    if end - start > (LONGEST_REPEATED if when.rule else LONGEST):
        sentence = _("What repeats lasts a week at most.") if when.rule else _("It lasts a year at most.")
        raise errors.bad_times(field, sentence)
    sane = checked(when)
    kept = Repeating(when.wall_start, when.wall_end, when.zone, sane.rule)
    if not sane.rule:
        return Timing(kept, start, end, end)
    return Timing(kept, *kept.first, sane.over_at)


def wall(at: dt.datetime, zone: str) -> dt.datetime:
    """A moment's wall time, whole seconds; what has no offset is one already."""
    local = at if at.tzinfo is None else at.astimezone(ZoneInfo(zone))
    return local.replace(tzinfo=None, microsecond=0, fold=0)


def moment(at: dt.datetime, zone: str) -> dt.datetime:
    """A wall time of a zone as a moment in UTC, whole seconds; a moment stays one."""
    aware = at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))
    return aware.astimezone(dt.UTC).replace(microsecond=0)


def last_end(appointment: Appointment, over_at: dt.datetime | None) -> dt.datetime | None:
    """When all of it is over, moved occurrences included."""
    if over_at is None:
        return None
    moved = [dt.datetime.fromisoformat(one["end"]) for one in appointment.exceptions.values() if not one.get("cancelled")]
    return max([over_at, *moved])

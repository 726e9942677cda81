"""When whom to remind of what: the evening before patient, relatives and who is expected, an hour before who is expected. Pure."""
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from care.agenda.models import Appointment
from care.agenda.occurrences import Time, times

EVENING = dt.time(18)
SHORTLY = dt.timedelta(hours=1)
_AHEAD = (dt.timedelta(days=8), dt.timedelta(days=400))
_FAR = dt.timedelta(days=3650)


@dataclass(frozen=True)
class Due:
    """A reminder of one time; `all_around`: patient and relatives too."""

    at: dt.datetime
    time: Time
    all_around: bool


def dues(appointment: Appointment, since: dt.datetime, until: dt.datetime) -> Iterator[Due]:
    """Reminders that are due in (since, until], of what has not begun by `until`. The circle must have been selected."""
    if appointment.cancelled_at is not None:
        return
    zone = ZoneInfo(appointment.circle.zone)
    for time in times(appointment, since, until + dt.timedelta(days=2)):
        day = time.start.astimezone(zone).date()
        evening = dt.datetime.combine(day - dt.timedelta(days=1), EVENING, tzinfo=zone).astimezone(dt.UTC)
        found = [Due(evening, time, True)]
        if not appointment.all_day and time.attendees:
            found.append(Due(time.start - SHORTLY, time, False))
        yield from (one for one in found if since < one.at <= until and time.start >= since)


def next_reminder(appointment: Appointment, after: dt.datetime) -> dt.datetime | None:
    """The first moment after another at which somebody is to be reminded; None: there is none, or it was cancelled.

    Of what repeats rarely a moment in between, at which it is asked again.
    """
    if appointment.cancelled_at is not None or (appointment.over_at is not None and appointment.over_at <= after):
        return None
    moved = [dt.datetime.fromisoformat(one["start"]) for one in appointment.exceptions.values() if not one.get("cancelled")]
    begins = max(after, min([appointment.start, *moved]) - dt.timedelta(days=3))  # one may have been moved before the first
    if begins > after + _FAR:
        return begins
    for ahead in _AHEAD:
        found = min((one.at for one in dues(appointment, begins if begins > after else after, begins + ahead)), default=None)
        if found is not None:
            return found
    return begins + _AHEAD[-1] if appointment.rrule or moved else None

"""Occurrences in addresses."""
import datetime as dt
from zoneinfo import ZoneInfo

from care.agenda.models import Appointment
from care.agenda.rules import on_calendar, reaches
from foundation.errors import NotFound


def occurrence_of(appointment: Appointment, text: str) -> dt.datetime:
    """The moment that an address names, RFC 3339 with an offset, or of whole days a date. Raises NotFound for what is none,
    or is far away."""
    try:
        at = dt.datetime.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if not on_calendar(at) or (at.tzinfo is None and len(text) != 10):
        raise NotFound
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(appointment.zone))
    if not reaches(at):
        raise NotFound
    return at.astimezone(dt.UTC).replace(microsecond=0)

"""A person's agenda as a calendar file (RFC 5545). Without names it says a kind, a time and a letter: no title, no place, no name.

Each occurrence is an event of its own, in UTC or as a date, so that no program has to follow a rule or know a zone.
"""
import datetime as dt
from uuid import UUID, uuid5

import icalendar
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from care.agenda.enums import AppointmentKind, Source, State
from care.agenda.models import CalendarLink
from care.agenda.occurrences import Occurrence
from care.agenda.queries import my_occurrences
from care.agenda.subscriptions import letters_of
from foundation import clock
from foundation.vault.seal import keyed_hash
from people.circles.access import opened_each
from people.circles.models import Circle

_BEFORE, _AHEAD = dt.timedelta(days=30), dt.timedelta(days=365)


def calendar_of(link: CalendarLink) -> bytes:
    """The calendar of a link's person, thirty days back and a year ahead: what they may read now, in their language."""
    now = clock.now()
    found = my_occurrences(link.person, now - _BEFORE, now + _AHEAD)
    opened_each(link.person, {one.circle for one in found}, None, what="agenda.fetched")
    letters = letters_of(link.person)
    names = _names({one.circle for one in found}) if link.names else {}
    with override(link.person.language):
        calendar = icalendar.Calendar()
        for name, value in (("PRODID", "-//Cercle//agenda//FR"), ("VERSION", "2.0"), ("METHOD", "PUBLISH"), ("X-WR-CALNAME", "Cercle")):
            calendar.add(name, value)
        for one in found:
            patient = names.get(one.circle) or pgettext("an opaque label", "Patient %(letter)s") % {"letter": letters[one.circle]}
            calendar.add_component(_event(one, patient, link, now))
        written: bytes = calendar.to_ical()
    return written


def _event(one: Occurrence, patient: str, link: CalendarLink, now: dt.datetime) -> icalendar.Event:
    event = icalendar.Event()
    opaque = uuid5(link.person_id, keyed_hash("agenda.calendar.uid", str(link.person_id), one.ref).hex())
    event.add("UID", f"{opaque}@cercle")
    event.add("DTSTAMP", now.replace(microsecond=0))
    end = one.end or now.replace(microsecond=0) + dt.timedelta(days=1)  # a stay that runs reaches into tomorrow
    if one.all_day:
        event.add("DTSTART", one.first_day)
        event.add("DTEND", one.last_day + dt.timedelta(days=1))
    else:
        event.add("DTSTART", one.start)
        event.add("DTEND", max(end, one.start))
    what = _what(one)
    if one.source is Source.ABSENCE:
        event.add("SUMMARY", what)
    elif link.names:
        event.add("SUMMARY", " · ".join(part for part in (patient, one.title if one.source is Source.APPOINTMENT else what) if part))
        if one.place:
            event.add("LOCATION", one.place)
    else:
        event.add("SUMMARY", f"{what} · {patient}")
    if one.state is State.MISSED:
        event.add("STATUS", "CANCELLED")
    event.add("CLASS", "PRIVATE")
    event.add("TRANSP", "TRANSPARENT" if one.source is Source.STAY or one.all_day else "OPAQUE")
    return event


def _what(one: Occurrence) -> str:
    """The kind in a word."""
    if one.source is Source.STAY:
        return _("Stay in hospital")
    if one.source is Source.ABSENCE:
        return _("Absence")
    return {
        AppointmentKind.VISIT: _("Visit"), AppointmentKind.APPOINTMENT: _("Appointment"), AppointmentKind.OTHER: _("In the agenda"),
    }[AppointmentKind(one.kind)]  # fmt: skip


def _names(circles: set[UUID]) -> dict[UUID, str]:
    """Patients' names, for who chose to see them."""
    found = Circle.objects.filter(pk__in=circles).select_related("patient")
    return {circle.pk: circle.patient.traits.name for circle in found}

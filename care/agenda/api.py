"""The agenda over HTTP: of a circle, and one's own."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from care.agenda import queries, reporting, services
from care.agenda.access import occurrence_of
from care.agenda.items import occurrence_item, one_item
from care.agenda.models import Appointment
from care.agenda.protocol import AppointmentBody, AppointmentChange, OccurrenceChange, ReportBody, WindowQuery
from care.records.access import RecordDoor
from care.records.services import was_kept
from foundation import ids
from messaging.feed.items import Reader
from people.accounts.models import Person
from people.circles.access import Door, KeyedDoor, SignedIn, member_of, opened_each, reader_of, session_mark
from people.circles.policy import Act
from people.circles.queries import epoch_of

router = Router(tags=["agenda"])
Answer = dict[str, Any]


def _changing(act: Act) -> RecordDoor:
    return RecordDoor(act, Appointment, "appointment_id")


def _record(request: HttpRequest) -> Appointment:
    record: Appointment = request.record  # type: ignore[attr-defined]
    return record


def _shown(request: HttpRequest, appointment: Appointment) -> Answer:
    return one_item(appointment, reader_of(member_of(request)))


@router.get("circles/{circle_id}/appointments", auth=Door(Act.READ, opens=True), response=Answer)
def listed(request: HttpRequest, circle_id: str, window: Query[WindowQuery]) -> Answer:
    """All that takes place between two moments, in order: appointments, stays, absences; with conflicts."""
    member = member_of(request)
    reader = reader_of(member)
    found = queries.occurrences(member, window.since, window.until)
    items = [occurrence_item(one, reader) for one in found]
    return {"items": items, "next": None, "zone": member.circle.zone, "head": member.head_number, "epoch": epoch_of(member)}


@router.post("circles/{circle_id}/appointments", auth=KeyedDoor(Act.ADD_APPOINTMENT, was_kept), response={200: Answer, 201: Answer})
def add(request: HttpRequest, circle_id: str, body: AppointmentBody) -> Status[Answer]:
    """Writes something into the agenda; a header `Idempotency-Key` makes a second sending the same one."""
    key = ids.parse(request.headers.get("Idempotency-Key"))
    appointment, new = services.add_appointment(member_of(request), key=key, body=body)
    return Status(201 if new else 200, _shown(request, appointment))


_reading = RecordDoor(Act.READ, Appointment, "appointment_id", opens=True)


@router.get("circles/{circle_id}/appointments/{appointment_id}", auth=_reading, response=Answer)
def one(request: HttpRequest, circle_id: str, appointment_id: str) -> Answer:
    """An appointment with its rule, its exceptions, what was reported, and the words that changes replaced."""
    return one_item(_record(request), reader_of(member_of(request)), versions=True)


@router.patch("circles/{circle_id}/appointments/{appointment_id}", auth=_changing(Act.CHANGE_APPOINTMENT), response=Answer)
def change(request: HttpRequest, circle_id: str, appointment_id: str, body: AppointmentChange) -> Answer:
    """Changes what is given."""
    return _shown(request, services.change_appointment(member_of(request), appointment=_record(request).pk, body=body))


@router.delete("circles/{circle_id}/appointments/{appointment_id}", auth=_changing(Act.CHANGE_APPOINTMENT), response=Answer)
def cancel(request: HttpRequest, circle_id: str, appointment_id: str) -> Answer:
    """All of it will not take place."""
    return _shown(request, services.cancel_appointment(member_of(request), appointment=_record(request).pk))


_OCCURRENCE = "circles/{circle_id}/appointments/{appointment_id}/occurrences/{occurrence}"


@router.patch(_OCCURRENCE, auth=_changing(Act.CHANGE_APPOINTMENT), response=Answer)
def change_one(request: HttpRequest, circle_id: str, appointment_id: str, occurrence: str, body: OccurrenceChange) -> Answer:
    """Moves one occurrence, says who comes then, or puts it back as its rule says."""
    record = _record(request)
    at = occurrence_of(record, occurrence)
    return _shown(request, services.change_occurrence(member_of(request), appointment=record.pk, occurrence=at, body=body))


@router.delete(_OCCURRENCE, auth=_changing(Act.CHANGE_APPOINTMENT), response=Answer)
def cancel_one(request: HttpRequest, circle_id: str, appointment_id: str, occurrence: str) -> Answer:
    """One occurrence will not take place."""
    record = _record(request)
    at = occurrence_of(record, occurrence)
    return _shown(request, services.cancel_occurrence(member_of(request), appointment=record.pk, occurrence=at))


@router.post(_OCCURRENCE + "/report", auth=_changing(Act.REPORT_VISIT), response={200: Answer, 201: Answer})
def report(request: HttpRequest, circle_id: str, appointment_id: str, occurrence: str, body: ReportBody) -> Status[Answer]:
    """Done or missed, once, with a word into the journal."""
    record = _record(request)
    at = occurrence_of(record, occurrence)
    appointment, new = reporting.report_visit(member_of(request), appointment=record.pk, occurrence=at, body=body)
    return Status(201 if new else 200, _shown(request, appointment))


@router.get("me/agenda", auth=SignedIn(), response=Answer)
def own(request: HttpRequest, window: Query[WindowQuery], everything: bool = False) -> Answer:
    """The caller's own agenda over all their circles."""
    person: Person = request.auth  # type: ignore[attr-defined]
    found = queries.my_occurrences(person, window.since, window.until, everything=everything)
    opened_each(person, {one.circle for one in found}, session_mark(request))
    readers: dict[UUID, Reader] = queries.readers_of(person)
    return {"items": [occurrence_item(one, readers[one.circle]) for one in found if one.circle in readers], "next": None}



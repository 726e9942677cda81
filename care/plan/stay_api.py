"""Requests for a planned stay over HTTP: the circle's side, and the unit's."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from care.plan import asking
from care.plan.bodies import AnswerBody, SaidBody, StayBody
from care.plan.editions import requests_for
from care.plan.models import StayRequest
from care.plan.telling import asked_items, asked_words, unit_of
from care.records.access import RecordDoor
from care.records.items import who
from care.records.services import was_kept
from foundation import ids
from people.accounts.models import Person
from people.circles.access import Door, KeyedDoor, Own, member_of, reader_of, session_mark
from people.circles.policy import Act

router = Router(tags=["plan"])
Told = dict[str, Any]
_ASKED = RecordDoor(Act.ASK_STAY, StayRequest, "request_id")


def _shown(request: HttpRequest, asked: StayRequest) -> Told:
    return asked_items([asked])(asked, reader_of(member_of(request)))


def _record(request: HttpRequest) -> UUID:
    found: UUID = request.record.pk  # type: ignore[attr-defined]
    return found


@router.get("circles/{circle_id}/stay-requests", auth=Door(Act.READ, opens=True), response=Told)
def asked(request: HttpRequest, circle_id: str) -> Told:
    """What the caller may read of the requests, newest first."""
    member = member_of(request)
    reader = reader_of(member)
    rows = requests_for(member)
    written = asked_items(rows)
    return {"items": [written(one, reader) for one in rows]}


@router.post("circles/{circle_id}/stay-requests", auth=KeyedDoor(Act.ASK_STAY, was_kept), response={200: Told, 201: Told})
def ask(request: HttpRequest, circle_id: str, body: StayBody) -> Status[Told]:
    """Asks a unit for a planned stay: its people read the patient's name and the reason."""
    made, new = asking.ask_stay(member_of(request), key=ids.parse(request.headers.get("Idempotency-Key")), body=body)
    return Status(201 if new else 200, _shown(request, made))


@router.post("circles/{circle_id}/stay-requests/{request_id}/reply", auth=_ASKED, response=Told)
def reply(request: HttpRequest, circle_id: str, request_id: str, body: SaidBody) -> Told:
    """The circle answers the unit's question."""
    return _shown(request, asking.reply_to_unit(member_of(request), request=_record(request), text=body.text))


@router.post("circles/{circle_id}/stay-requests/{request_id}/withdrawal", auth=_ASKED, response=Told)
def withdraw(request: HttpRequest, circle_id: str, request_id: str, body: SaidBody | None = None) -> Told:
    """The circle asks no more."""
    return _shown(request, asking.withdraw_request(member_of(request), request=_record(request), text=body.text if body else ""))


@router.get("units/{unit_id}/stay-requests", auth=Own(), response=Told)
def of_unit(request: HttpRequest, unit_id: str) -> Told:
    """What one of the caller's units is asked."""
    person: Person = request.auth  # type: ignore[attr-defined]
    _unit, found = asking.requests_at(person, ids.parse(unit_id), session_mark(request))
    return {"items": [asked_of_unit(one) for one in found]}


@router.post("units/{unit_id}/stay-requests/{request_id}/answer", auth=Own(), response=Told)
def answer(request: HttpRequest, unit_id: str, request_id: str, body: AnswerBody) -> Told:
    """Accepted for a day, refused, or a question back."""
    person: Person = request.auth  # type: ignore[attr-defined]
    return asked_of_unit(asking.answer_request(person, unit=ids.parse(unit_id), request=ids.parse(request_id), body=body))


def asked_of_unit(asked: StayRequest) -> Told:
    """A request as the unit's people read it: who, what, by whom; nothing else of the circle. Needs patient, author and unit."""
    traits = asked.circle.patient.traits
    patient = {"name": traits.name, "birth_name": traits.distinct_birth_name, "birth_date": traits.birth_date, "sex": traits.sex}
    author = who(asked.author)
    return {"id": str(asked.pk), "unit": unit_of(asked.unit), "patient": patient, "asked_by": author, **asked_words(asked)}

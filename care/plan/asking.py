"""A planned stay: asked of a unit by the circle, answered by people of the unit who need not be members.

Asking tells the unit the patient's name and the reason, and nothing else of the record; every reading of it is in the trail.
"""
import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from care.plan import errors
from care.plan.bodies import AnswerBody, StayBody
from care.plan.editions import today
from care.plan.enums import OPEN, AskedState
from care.plan.models import StayRequest
from care.records.services import add_record, change_record, once, under_lock
from foundation import clock
from foundation.clock import rfc3339
from foundation.errors import NotFound
from foundation.vault.seal import warm
from hospital.stays.access import own_unit, require_one_person
from hospital.stays.models import DiscreetUnit
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.accounts.enums import StructureKind
from people.accounts.models import Person, Structure, Unit
from people.audit.services import Access, record_access, record_opening
from people.circles.access import access_of, require
from people.circles.enums import Audience, CircleState
from people.circles.models import Circle, Membership
from people.circles.oppositions import opposed_places
from people.circles.policy import Act
from people.circles.words import titled


def hospitals_to_ask() -> list[Structure]:
    """Hospitals that have a unit, by name."""
    return list(Structure.objects.filter(kind=StructureKind.HOSPITAL, units__isnull=False).distinct().order_by("name", "pk"))


def units_to_ask(hospital: UUID | None) -> list[Unit]:
    """A hospital's units, by name."""
    rows = Unit.objects.filter(structure=hospital, structure__kind=StructureKind.HOSPITAL) if hospital else Unit.objects.none()
    return list(rows.select_related("structure").order_by("name", "code"))


def ask_stay(actor: Membership, *, key: UUID | None, body: StayBody) -> tuple[StayRequest, bool]:
    """(the request, whether it is new). Raises Refused, NotFound, Invalid `stays.*`."""

    def make(feed: OpenFeed, inside: Membership) -> StayRequest:
        require(inside, Act.ASK_STAY, audience=body.audience)
        return _ask(feed, inside, body)

    return once(actor, StayRequest, key=key, body=body.model_dump(mode="json"), make=make)


def _ask(feed: OpenFeed, inside: Membership, body: StayBody) -> StayRequest:
    unit = Unit.objects.filter(pk=body.unit, structure__kind=StructureKind.HOSPITAL).first()
    if unit is None:
        raise errors.unknown_unit()
    if body.audience is not Audience.CARE_TEAM and DiscreetUnit.objects.filter(unit=unit).exists():
        raise errors.discreet_unit()
    if not body.reason.strip():
        raise errors.no_reason()
    if body.wished_from < today(inside.circle.zone) or (body.wished_until and body.wished_until < body.wished_from):
        raise errors.bad_dates()
    asked = StayRequest(circle=inside.circle, audience=body.audience, unit=unit, soon=body.soon)
    asked.wished_from, asked.wished_until = body.wished_from, body.wished_until
    add_record(feed, asked, {"reason": body.reason.strip(), "said": []}, kind=Kind.STAY_ASKED, by=inside)
    record_access(access_of(inside, "stay.asked", None, about=asked.pk))
    return asked


def reply_to_unit(actor: Membership, *, request: UUID, text: str) -> StayRequest:
    """The circle answers the unit's question: asked again. Raises Refused, NotFound, Invalid, Conflict `stays.answered`."""
    if not text.strip():
        raise errors.no_reason()
    return _from_circle(actor, request, text, AskedState.ASKED, {AskedState.QUESTION})


def withdraw_request(actor: Membership, *, request: UUID, text: str = "") -> StayRequest:
    """The circle asks no more; the unit sees nothing of it from then on. Raises Refused, NotFound, Conflict `stays.answered`."""
    return _from_circle(actor, request, text, AskedState.WITHDRAWN, {*OPEN, AskedState.ACCEPTED})


def _from_circle(actor: Membership, request: UUID, text: str, state: AskedState, among: set[AskedState]) -> StayRequest:
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, found = under_lock(actor, StayRequest, request)
        require(inside, Act.ASK_STAY, audience=Audience(found.audience))
        if found.state == state == AskedState.WITHDRAWN:
            return found
        if found.state not in among:
            raise errors.answered()
        found.state = state
        said = "reply" if state is AskedState.ASKED else state.value
        words = _said(found, "circle", said, text, titled(inside.person, inside.role))
        change_record(feed, found, words, kind=Kind.STAY_ASKED, by=inside)
        record_access(access_of(inside, "stay.asked", None, about=found.pk))
        return found


def _said(request: StayRequest, side: str, what: str, text: str, name: str) -> dict[str, Any]:
    words: Mapping[str, Any] = request.words()
    line = {"from": side, "as": what, "text": text.strip(), "name": name, "at": rfc3339(clock.now())}
    return {**words, "said": [*words.get("said", []), line]}


def requests_at(person: Person, unit: UUID | None, session: UUID | None) -> tuple[Unit, list[StayRequest]]:
    """(one of the person's units, what it is asked: open requests first, then those accepted whose day is to come).

    Leaves a line in the trail of each patient's circle. Raises NotFound, Forbidden.
    """
    here = own_unit(person, unit)
    require_one_person(person)
    found = _told_to(person, here)
    for one in found:
        record_opening(Access(one.circle_id, person.pk, "", "stay.read", "asked", session, here.structure_id, one.pk))
    return here, found


def _told_to(person: Person, unit: Unit) -> list[StayRequest]:
    """Only of active circles: a consent that was withdrawn takes them away. Nobody whom the patient opposed reads them."""
    rows: Any = StayRequest.objects.filter(unit=unit, state__in=[*OPEN, AskedState.ACCEPTED], circle__state=CircleState.ACTIVE)
    found: list[StayRequest] = list(rows.select_related("circle__patient", "author__person", "changed_by__person", "unit__structure"))
    found = [one for one in found if one.state in OPEN or (one.planned_for and one.planned_for >= today(one.circle.zone))]
    opposed = opposed_places([one.circle_id for one in found], [person.pk]) if found else set()
    kept = [one for one in found if (one.circle_id, person.pk) not in opposed]
    warm({one.vault for one in kept})
    return sorted(kept, key=lambda one: (one.state == AskedState.ACCEPTED, one.planned_for or one.wished_from, one.made_at))


def answer_request(actor: Person, *, unit: UUID | None, request: UUID | None, body: AnswerBody) -> StayRequest:
    """The unit answers: accepted for a day, refused, or asks back. Raises NotFound, Forbidden, Invalid, Conflict `stays.answered`."""
    here = own_unit(actor, unit)
    require_one_person(actor)
    known = next((one for one in _told_to(actor, here) if one.pk == request), None)
    if known is None:
        raise NotFound
    with transaction.atomic(), opened(known.circle_id) as feed:
        found = next((one for one in _told_to(actor, own_unit(actor, unit)) if one.pk == request), None)  # again under the lock
        if found is None or found.state not in OPEN:
            raise errors.answered()
        _answer(found, body)
        found.answered_by, found.answered_at = actor, clock.now()
        words = _said(found, "unit", body.answer, body.text, f"{titled(actor)}, {here.name}")
        change_record(feed, found, words, kind=Kind.STAY_ANSWERED, by=None)
        record_access(Access(found.circle_id, actor.pk, "", "stay.answered", "asked", None, here.structure_id, found.pk))
        return found


def _answer(found: StayRequest, body: AnswerBody) -> None:
    if body.answer != "accepted" and not body.text.strip():
        raise errors.no_reason()
    if body.answer == "accepted" and (body.planned_for is None or body.planned_for < _day(found.circle)):
        raise errors.no_planned_date()
    found.state = AskedState(body.answer)
    found.planned_for = body.planned_for if body.answer == "accepted" else None


def _day(circle: Circle) -> dt.date:
    return today(circle.zone)

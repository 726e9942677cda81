"""What the patient has said, over HTTP: consents, oppositions, and who speaks in the patient's place."""
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from messaging.feed.items import Reader, Telling
from messaging.feed.queries import lines_of
from people.circles import consenting, consents, guardianship, oppositions, services
from people.circles.access import Door
from people.circles.enums import Role
from people.circles.items import OF_HOSPITAL, OF_LIFE, consent_item, guardian_item, opposition_item
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.protocol import ConsentRecordBody, GuardianBody, OppositionBody, WordsBody
from people.circles.spoken import Words

router = Router(tags=["consent"])
Listed = dict[str, Any]


@router.get("circles/{circle_id}/life", auth=Door(Act.READ), response=Listed)
def life(request: HttpRequest, circle_id: str) -> Listed:
    """What happened to the circle itself, oldest first, as the socket tells it: states, consents, oppositions withdrawn, guardians;
    and who of a hospital came, by what, and left."""
    reader: Membership = request.auth  # type: ignore[attr-defined]
    lines = lines_of(reader.circle_id, reader.stands, (*OF_LIFE, *OF_HOSPITAL), after=reader.first - 1, up_to=reader.head_number)
    telling, told = Telling(lines), Reader(reader.stands, reader.first)
    items = [telling.item(line, told) for line in lines]
    return {"items": [one for one in items if "member" not in one or one["member"]["role"] == Role.HOSPITAL_STAFF], "next": None}


@router.get("circles/{circle_id}/consents", auth=Door(Act.READ), response=Listed)
def consent_records(request: HttpRequest, circle_id: str) -> Listed:
    """Every consent given or withdrawn, newest first, and what holds now."""
    reader: Membership = request.auth  # type: ignore[attr-defined]
    items = [consent_item(record) for record in consents.history(reader.circle_id)]
    return {"items": items, "next": None, "in_force": consents.in_force(reader.circle_id)}


@router.post("circles/{circle_id}/consents", auth=Door(Act.CONSENT), response={201: Listed})
def record_consent(request: HttpRequest, circle_id: str, body: ConsentRecordBody) -> Status[Listed]:
    """A consent given or withdrawn."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    return Status(201, consent_item(consenting.record_consent(actor, scope=body.scope, given=body.given, words=body.words)))


@router.get("circles/{circle_id}/oppositions", auth=Door(Act.SEE_OPPOSITIONS), response=Listed)
def opposition_records(request: HttpRequest, circle_id: str) -> Listed:
    """Every opposition, standing or withdrawn, newest first."""
    reader: Membership = request.auth  # type: ignore[attr-defined]
    return {"items": [opposition_item(one) for one in oppositions.history(reader.circle_id)], "next": None}


@router.post("circles/{circle_id}/oppositions", auth=Door(Act.OPPOSE), response={201: Listed})
def oppose(request: HttpRequest, circle_id: str, body: OppositionBody) -> Status[Listed]:
    """The patient opposes a member's presence."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    return Status(201, opposition_item(services.oppose_member(actor, member=body.member, words=body.words)))


@router.delete("circles/{circle_id}/oppositions/{opposition_id}", auth=Door(Act.OPPOSE), response={204: None})
def withdraw_opposition(request: HttpRequest, circle_id: str, opposition_id: str, body: WordsBody | None = None) -> Status[None]:
    """The person may be admitted again."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    oppositions.withdraw_opposition(actor, mark=ids.parse(opposition_id), words=body.words if body else Words("screen"))
    return Status(204, None)


@router.get("circles/{circle_id}/guardians", auth=Door(Act.READ), response=Listed)
def guardians(request: HttpRequest, circle_id: str) -> Listed:
    """Who exercises the patient's rights now, and until when."""
    reader: Membership = request.auth  # type: ignore[attr-defined]
    return {"items": [guardian_item(one, reader.circle) for one in guardianship.running(reader.circle)], "next": None}


@router.post("circles/{circle_id}/guardians", auth=Door(Act.NAME_GUARDIAN), response={201: Listed})
def name_guardian(request: HttpRequest, circle_id: str, body: GuardianBody) -> Status[Listed]:
    """A relative exercises the patient's rights from now on."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    made = guardianship.name_guardian(actor, member=body.member, ground=body.ground, last_day=body.until)
    return Status(201, guardian_item(made, actor.circle))


@router.delete("circles/{circle_id}/guardians/{guardian_id}", auth=Door(Act.NAME_GUARDIAN), response={204: None})
def end_guardianship(request: HttpRequest, circle_id: str, guardian_id: str) -> Status[None]:
    """It ends before its term."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    guardianship.end_guardianship(actor, mark=ids.parse(guardian_id))
    return Status(204, None)

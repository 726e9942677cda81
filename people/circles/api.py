"""Circles over HTTP: open, admit, end, state, trail."""
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Status

from foundation import ids
from foundation.errors import Invalid
from foundation.http import page_limit
from people.accounts.models import Person
from people.audit.queries import lines_before, number_of
from people.audit.services import record_access
from people.circles import joining, services, states, teams
from people.circles.access import Door, MemberDoor, Opening, access_of, reads_whole_trail, session_mark
from people.circles.entrance import invited
from people.circles.items import access_items, member_item, seat_item
from people.circles.models import Membership, TeamSeat
from people.circles.policy import Act
from people.circles.protocol import CircleBody, MemberBody, ReasonBody, StateBody
from people.circles.queries import member_with_grants
from people.circles.traits import Traits

router = Router(tags=["circles"])


@router.post("circles", auth=Opening(), response={201: dict[str, Any], 202: dict[str, Any]})
def open_circle(request: HttpRequest, body: CircleBody) -> Status[dict[str, Any]]:
    """A new patient and circle; the caller becomes its first member. Or asks to join the one that may be there: 202 in any case."""
    person: Person = request.auth  # type: ignore[attr-defined]
    if body.ask_to_join:
        joining.ask_to_join(person, traits=Traits.parsed(body.patient), role=body.role)
        return Status(202, {"asked": True})
    consent = services.OpeningConsent(body.consent.scopes, body.consent.recorded_as)
    membership = services.create_circle(
        person, traits=Traits.parsed(body.patient), role=body.role, consent=consent, confirm_distinct=body.confirm_distinct
    )
    record_access(access_of(membership, "circle.created", session_mark(request)))
    told = {"id": str(membership.circle_id), "patient": {"id": str(membership.circle.patient_id)}, "member": str(membership.pk)}
    return Status(201, told)


@router.post("circles/{circle_id}/members", auth=Door(Act.ADMIT), response={201: dict[str, Any]})
def admit(request: HttpRequest, circle_id: str, body: MemberBody) -> Status[dict[str, Any]]:
    """Admits a person, or a structure with its team; or invites an e-mail address."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    admission, named = services.Admission(body.role, body.history, until=body.until), body.one_of()
    if named == "email":
        return Status(201, invited(request, actor, str(body.email), admission))
    if named == "structure":
        return Status(201, seat_item(teams.seat_structure(actor, structure=body.structure, admission=admission)))
    member = services.admit_member(actor, person=body.person, admission=admission)
    return Status(201, member_item(member_with_grants([member.pk])[member.pk]))


@router.delete("circles/{circle_id}/members/{member_id}", auth=MemberDoor(Act.END_MEMBERSHIP), response={204: None})
def end(request: HttpRequest, circle_id: str, member_id: str, body: ReasonBody | None = None) -> Status[None]:
    """Ends a membership, a person's or a structure's."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    reason = body.reason if body else ""
    leaving: Membership | TeamSeat = request.seat  # type: ignore[attr-defined]
    if isinstance(leaving, TeamSeat):
        teams.end_seat(actor, seat=leaving.pk, reason=reason)
    else:
        services.end_membership(actor, member=leaving.pk, reason=reason)
    return Status(204, None)


@router.put("circles/{circle_id}/state", auth=Door(Act.SET_STATE), response=dict[str, Any])
def change_state(request: HttpRequest, circle_id: str, body: StateBody) -> dict[str, Any]:
    """Changes the state of the circle."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    circle = states.set_state(actor, state=body.state, reason=body.reason)
    return {"id": str(circle.id), "state": circle.state}


@router.get("circles/{circle_id}/accesses", auth=Door(Act.READ_TRAIL, opens=True), response=dict[str, Any])
def accesses(request: HttpRequest, circle_id: str, before: str | None = None, limit: int = 50) -> dict[str, Any]:
    """Who looked at this circle: the whole trail for those whom the policy names, one's own lines for the others."""
    actor: Membership = request.auth  # type: ignore[attr-defined]
    size = page_limit(limit)
    own = None if reads_whole_trail(actor) else actor.person_id
    lines = lines_before(actor.circle_id, person=own, before=_place(actor, before), limit=size + 1)
    return {"items": access_items(lines[:size]), "next": str(lines[size - 1].mark) if len(lines) > size else None}


def _place(actor: Membership, before: str | None) -> int | None:
    """Where a page of the trail begins. Raises Invalid `http.bad_cursor`."""
    mark = ids.parse(before)
    place = number_of(actor.circle_id, mark) if mark else None
    if before and place is None:
        raise Invalid("http.bad_cursor", _("This is not a place in the list."))
    return place

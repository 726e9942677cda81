"""What the API answers from several rooms at once: the caller, people, the caller's circles, one circle whole."""
import base64
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from foundation import clock
from foundation.clock import rfc3339
from foundation.http import page_limit
from messaging.feed.enums import Standing
from messaging.live.queries import counts_of, marks_of
from notifications.reach import Reach, reach_item
from people.accounts.models import Person
from people.accounts.queries import device_share, structures_named, structures_of
from people.circles.access import Door, SignedIn, listed, session_mark
from people.circles.api import router as circles_router  # one path, one view: POST circles is its own
from people.circles.items import member_item, person_item, seat_item, structure_item
from people.circles.models import Circle, Membership
from people.circles.policy import Act
from people.circles.queries import bears_same_name, epoch_of, findable_people, members_of, seats_of_teams, state_of
from people.circles.traits import normalised
from people.contacts.items import contact_item
from people.contacts.queries import contacts_of, kinships_of, numbers_for
from portal.queries.circles import circles_page, patient_item
from portal.queries.reach import reach_of_team, reaches_of
from portal.queries.stay import glass_until, stay_item

router = Router(tags=["people"])


@router.get("me", auth=SignedIn(), response=dict[str, Any])
def me(request: HttpRequest) -> dict[str, Any]:
    """The caller."""
    person: Person = request.auth  # type: ignore[attr-defined]
    structures = [{"id": str(structure.pk), "name": structure.name} for structure in structures_of(person, clock.now())]
    return {**_person(person), "structures": structures}


@router.get("me/seal", auth=SignedIn(), response=dict[str, Any])
def seal(request: HttpRequest) -> dict[str, Any]:
    """The caller's share of the keys under which their devices seal unsent words."""
    person: Person = request.auth  # type: ignore[attr-defined]
    return {"key": base64.b64encode(device_share(person)).decode()}


@router.get("people", auth=SignedIn(), response=dict[str, Any])
def people(request: HttpRequest, q: str = "", after: str | None = None, limit: int = 50) -> dict[str, Any]:
    """People whom the caller may find: same structures, shared circles. Names are sealed, so they are compared here."""
    size = page_limit(limit)
    person: Person = request.auth  # type: ignore[attr-defined]
    listed(person, "people.searched", session_mark(request))
    words = normalised(q).split()
    found = [one for one in findable_people(person) if one.pk != person.pk and all(_begins(one, word) for word in words)]
    found.sort(key=lambda one: (normalised(f"{one.family_name} {one.given_name}"), str(one.pk)))
    start = 0 if not after else next((place for place, one in enumerate(found, 1) if str(one.pk) == after), len(found))
    page = found[start : start + size]
    return {"items": [_person(one) for one in page], "next": str(page[-1].pk) if start + size < len(found) else None}


@router.get("structures", auth=SignedIn(), response=dict[str, Any])
def structures(request: HttpRequest, q: str = "", limit: int = 50) -> dict[str, Any]:
    """Structures by name, for whoever lets a team in."""
    found = structures_named(" ".join(q.split()), page_limit(limit))
    return {"items": [{**structure_item(one), "kind": one.kind} for one in found], "next": None}


def _person(person: Person) -> dict[str, Any]:
    return {**person_item(person), "confirmed": person.confirmed}


def _begins(person: Person, word: str) -> bool:
    return any(part.startswith(word) for part in normalised(person.name).split())


@circles_router.get("circles", auth=SignedIn(), response=dict[str, Any])
def circles(request: HttpRequest, after: str | None = None, limit: int = 50) -> dict[str, Any]:
    """The caller's circles, newest visible change first."""
    person: Person = request.auth  # type: ignore[attr-defined]
    listed(person, "patients.listed", session_mark(request))
    return circles_page(person, after, page_limit(limit))


@router.get("circles/{circle_id}", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def circle(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """The circle with patient, state, head and members; each member's mark in the caller's own numbers."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    whole: Circle = member.circle
    return {
        "id": str(whole.id), "state": whole.state,
        "patient": {**patient_item(whole), "homonym": bears_same_name(whole.patient_id, member.person)},
        "head": member.head_number, "epoch": epoch_of(member), "from": member.first,
        "members": _members(member), "stay": stay_item(member),
        "me": {"member": str(member.pk), "role": member.role, "standing": member.standing, "glass_until": rfc3339(glass_until(member))},
        "contacts": [contact_item(contact, member.stands) for contact in contacts_of(member)],
        "timezone": whole.zone, "emergency": {"desk": settings.DESK_PHONE}, "open_alerts": counts_of([member.pk])[member.pk]["open_alerts"],
    }


def _members(viewer: Membership) -> list[dict[str, Any]]:
    members = members_of(viewer.circle_id)
    marks = {mark.pk: mark for mark in marks_of(member.pk for member in members)}
    read = {pk: mark.told(viewer.stands)[0] for pk, mark in marks.items()}
    told = {pk: number for pk, number in read.items() if number >= viewer.first}
    untold = viewer.stands is not Standing.CARE_TEAM
    calls = numbers_for(viewer.stands, {member.person_id for member in members if state_of(member, clock.now()) != "ended"})
    kinships = kinships_of(viewer.circle)
    reaches = reaches_of(viewer, members)
    people = [
        {**member_item(member, untold=untold), "phone": calls.get(member.person_id), "kinship": kinships.get(member.pk),
         **_reach(reaches.get(member.pk)), "read": told.get(member.pk, 0)}
        for member in members
    ]  # fmt: skip
    seats = [(seat, reach_of_team(seat.structure_id, members, reaches)) for seat in seats_of_teams(viewer.circle_id)]
    return people + [{**seat_item(seat), **_reach(reach), "read": 0} for seat, reach in seats]


def _reach(reach: Reach | None) -> dict[str, Any]:
    return {"reachable": reach.reachable, "reach": reach_item(reach)} if reach else {"reachable": None, "reach": None}

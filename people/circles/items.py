"""How lines about members and states are told, and how a member is written for the API."""
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.enums import Kind
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.models import Person, Structure
from people.audit.models import TrailLine
from people.circles.enums import Role
from people.circles.models import Invitation, Membership, StateChange, TeamSeat
from people.circles.queries import intervals, member_with_grants, runs, state_of


def person_item(person: Person) -> Item:
    """A person as members and authors name one."""
    return {"id": str(person.pk), "name": person.name, "profession": person.profession or None, "gender": person.gender or None}


def member_item(member: Membership) -> Item:
    """A member: who, as what, since and until when. Needs the grants prefetched."""
    grants = intervals(member)
    terms = [grant.until for grant in grants]
    ends = member.ended_at or (None if not terms or None in terms else max(term for term in terms if term))
    since = min((grant.since for grant in grants), default=None)
    item = {
        "id": str(member.pk), "person": person_item(member.person), "role": member.role, "standing": member.standing,
        "state": state_of(member, clock.now()), "since": rfc3339(since), "until": rfc3339(ends),
    }
    return {**item, "via": structure_item(member.via)} if member.via else item


def structure_item(structure: Structure) -> Item:
    """A structure as members and authors name one."""
    return {"id": str(structure.pk), "name": structure.name}


def seat_item(seat: TeamSeat) -> Item:
    """A structure that is a member: which, as what, since and until when."""
    now = clock.now()
    state = "ended" if not runs(seat, now) else "active" if seat.since <= now else "invited"
    return {
        "id": str(seat.pk), "structure": structure_item(seat.structure), "role": seat.role, "standing": Role(seat.role).standing,
        "state": state, "since": rfc3339(seat.since), "until": rfc3339(seat.ended_at or seat.until),
    }


def access_items(lines: Sequence[TrailLine]) -> list[Item]:
    """Lines of the trail as the contract writes them, in two statements; a structure only where one is known."""
    people = Person.objects.in_bulk({line.person for line in lines if line.person})
    structures = Structure.objects.in_bulk({line.structure for line in lines if line.structure})
    items = []
    for line in lines:
        person, structure = people.get(line.person), structures.get(line.structure)
        item = {
            "id": str(line.mark), "at": rfc3339(line.at), "person": person_item(person) if person else None,
            "role": line.role, "what": line.what, "right": line.right,
        }
        items.append({**item, "structure": {"id": str(structure.pk), "name": structure.name}} if structure else item)
    return items


def invitation_item(invitation: Invitation) -> Item:
    """An invitation as those see it who may admit: whom, as what, how it stands. Needs circle, patient and inviter at hand or asks."""
    return {
        "id": str(invitation.pk), "way": invitation.way, "email": invitation.mail_address() or None, "role": invitation.role,
        "history": invitation.history, "until": rfc3339(invitation.until), "state": invitation.state_at(timezone.now()),
        "by": person_item(invitation.by.person), "created_at": rfc3339(invitation.created_at), "sent_at": rfc3339(invitation.sent_at),
        "expires_at": rfc3339(invitation.expires_at),
        "member": {"id": str(invitation.member_id), "person": person_item(invitation.member.person)} if invitation.member else None,
    }


def _load(lines: Sequence[FeedLine]) -> dict[str, Any]:
    subjects = {line.subject for line in lines if line.kind != Kind.CIRCLE_STATE_CHANGED}
    members = member_with_grants(subjects)
    seats = TeamSeat.objects.select_related("structure").in_bulk(subjects - set(members)) if subjects - set(members) else {}
    changes = StateChange.objects.in_bulk([line.subject for line in lines if line.kind == Kind.CIRCLE_STATE_CHANGED])
    told = {pk: member_item(member) for pk, member in members.items()} | {pk: seat_item(seat) for pk, seat in seats.items()}
    return {str(pk): item for pk, item in told.items()} | {str(pk): change.state for pk, change in changes.items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    told = content.get(str(line.subject))
    return {"state": told} if line.kind == Kind.CIRCLE_STATE_CHANGED else {"member": told}


def tell() -> None:
    """Registers this room's lines."""
    register(["member", "circle"], Teller(_load, _render))

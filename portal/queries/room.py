"""What every page of a room around the journal shows and needs: the patient's head, where the feed stands, for whom one may write."""
from dataclasses import dataclass
from typing import Any

from people.circles import policy
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import epoch_of
from portal.queries.patient import head_of


@dataclass(frozen=True)
class Readers:
    """An audience that one may choose: its code, its word, and its sign's name."""

    audience: Audience
    label: str


def room_context(member: Membership, room: str) -> dict[str, Any]:
    """For `portal/base.html` with the banner, and for `room.js`, which keeps the page fresh from this head on."""
    return {
        "circle_id": member.circle_id, "state": member.circle.state, "patient": head_of(member), "room": room, "zone": member.circle.zone,
        "head": member.head_number, "epoch": epoch_of(member), "me": member,
    }  # fmt: skip


def readers_for(member: Membership, act: Act) -> list[Readers]:
    """The audiences for which a member may do an act now, the narrowest first; [] where the member may not do it at all."""
    role, state = Role(member.role), CircleState(member.circle.state)
    may = [
        audience for audience in policy.writable_audiences(member.stands)
        if policy.decide(role, act, state, standing=member.stands, audience=audience, own=True, owner=True)
    ]  # fmt: skip
    return [Readers(audience, str(audience.label)) for audience in may]

"""Two circles of one patient, as those see it who steer them."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from foundation.vault.seal import warm
from people.circles.enums import CircleState
from people.circles.models import Membership, Union
from people.circles.policy import STEERING
from people.circles.queries import memberships_of, unions_around
from people.circles.words import titled, trade
from portal.queries.mine import Mine


@dataclass(frozen=True)
class Joining:
    """A proposal or a union at one circle. `closes`: it is this circle that closes or has closed; `into`: the other one, once joined."""

    id: UUID
    circle: UUID
    patient: str
    zone: str
    by: str
    trade: str
    at: dt.datetime
    made: bool
    closes: bool
    into: UUID | None
    own: bool


@dataclass(frozen=True)
class Twin:
    """Another circle of the same patient that the reader steers."""

    circle: UUID
    opened_at: dt.datetime


def joinings_for(members: Iterable[Mine]) -> list[Joining]:
    """Proposals that a person may answer, oldest first."""
    steering = {member.circle_id: member.person_id for member in members if member.role in STEERING}
    found = unions_around(steering) if steering else []
    asked = [union for union in found if union.state == "proposed" and union.by.person_id != steering[union.joined_id]]
    warm(union.joined.patient.vault for union in asked)
    return [_joining(union, union.joined_id, steering[union.joined_id]) for union in asked]


def joinings_at(reader: Membership) -> list[Joining]:
    """What a circle's own page says of unions: to who steers it proposals too, to everybody where a closed circle went."""
    found = unions_around([reader.circle_id])
    shown = [union for union in found if reader.role in STEERING or (union.state == "made" and union.joined_id == reader.circle_id)]
    return [_joining(union, reader.circle_id, reader.person_id) for union in shown]


def twins_of(reader: Membership) -> list[Twin]:
    """Active circles of the same patient that the reader steers as well as this one."""
    if reader.role not in STEERING or reader.circle.state != CircleState.ACTIVE:
        return []
    mine = reader.circle.patient.hashes.filter(purpose__in=["double", "ins"]).values("digest")
    other = memberships_of(reader.person).filter(role__in=STEERING, circle__state=CircleState.ACTIVE).exclude(circle=reader.circle_id)
    alike = other.filter(circle__patient__hashes__digest__in=mine).distinct()
    return [Twin(member.circle_id, member.circle.opened_at) for member in alike]


def _joining(union: Union, circle: UUID, person: UUID) -> Joining:
    closes = union.joined_id == circle
    made, here = union.state == "made", union.joined if closes else union.kept  # the other one may be erased by now
    return Joining(
        id=union.pk, circle=circle, patient=here.patient.traits.name, zone=here.zone,
        by=titled(union.by.person, union.by.role), trade=trade(union.by.person, union.by.role), at=union.at, made=made, closes=closes,
        into=union.kept_id if closes and made else None,
        own=union.by.person_id == person,
    )

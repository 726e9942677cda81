"""Who asks to be let in around my patients: cards for those who answer."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from foundation import clock
from foundation.vault.seal import warm
from people.accounts.models import Affiliation, Person
from people.circles.enums import Role
from people.circles.models import JoinRequest, Membership
from people.circles.policy import STEERING, admissible
from people.circles.queries import live_members, open_requests
from people.circles.words import titled, trade
from portal.queries.mine import Mine

DESK_AFTER = dt.timedelta(hours=24)  # so long a request is the nurses' and doctors'; then the coordination's as well
_MOST = 50


@dataclass(frozen=True)
class Knock:
    """Somebody who asks to be let in. `late`: nobody has answered for a day."""

    id: UUID
    circle: UUID
    patient: str
    zone: str
    name: str
    trade: str
    structures: str
    confirmed: bool
    role: str
    at: dt.datetime
    late: bool


def knocks_for(members: Iterable[Mine]) -> list[Knock]:
    """Requests that a person may answer, oldest first. A coordinator's only after a day, unless no nurse or GP is there to answer."""
    steering = {member.circle_id: member for member in members if member.role in STEERING}
    waiting = open_requests(steering)[:_MOST] if steering else []
    if not waiting:
        return []
    nursed = live_members({one.circle_id for one in waiting}).filter(membership__role__in=STEERING - {Role.COORDINATOR})
    watched = set(nursed.values_list("membership__circle", flat=True))
    shown = [
        one for one in waiting
        if steering[one.circle_id].role != Role.COORDINATOR or one.circle_id not in watched or _late(one)
    ]  # fmt: skip
    warm(one.circle.patient.vault for one in shown)
    places = _workplaces({one.person_id for one in shown})
    return [_knock(one, places) for one in shown]


def knocks_at(reader: Membership) -> list[Knock]:
    """Requests at one circle, for its own page: whoever may admit sees them at once."""
    waiting = [one for one in open_requests([reader.circle_id]) if one.into in admissible(Role(reader.role))]
    places = _workplaces({one.person_id for one in waiting}) if waiting else {}
    return [_knock(one, places) for one in waiting]


def _late(request: JoinRequest) -> bool:
    return request.at + DESK_AFTER <= clock.now()


def _knock(request: JoinRequest, places: dict[UUID, str]) -> Knock:
    person: Person = request.person
    return Knock(
        id=request.pk, circle=request.circle_id, patient=request.circle.patient.traits.name, zone=request.circle.zone, name=titled(person),
        trade=trade(person), structures=places.get(person.pk, ""), confirmed=person.confirmed, role=request.role, at=request.at,
        late=_late(request),
    )


def _workplaces(people: Iterable[UUID]) -> dict[UUID, str]:
    """Where people work now, by name."""
    now = clock.now()
    rows = Affiliation.objects.filter(person__in=list(people), since__lte=now).select_related("structure").order_by("structure__name")
    named: dict[UUID, list[str]] = {}
    for row in rows:
        if (row.until is None or row.until > now) and row.structure.name not in named.setdefault(row.person_id, []):
            named[row.person_id].append(row.structure.name)
    return {person: ", ".join(names) for person, names in named.items()}

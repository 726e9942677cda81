"""Who stands in for me, and whom I replace, as the page says it."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from foundation import clock
from foundation.vault.seal import warm
from people.accounts.models import Person
from people.circles.enums import CircleState
from people.circles.handing import Left
from people.circles.models import Circle, Delegation
from people.circles.policy import TEAM_ROLES
from people.circles.queries import memberships_of
from people.circles.replacements import delegations_of, open_grants
from people.circles.words import titled, trade

_KEPT_IN_SIGHT = dt.timedelta(days=30)  # how long a replacement that is over stays on the page
_FRESH = dt.timedelta(days=7)  # how long somebody is told on "New" that they replace


@dataclass(frozen=True)
class Replacement:
    """One replacement: the other person, from when to when, around how many patients. `given`: the reader is who is replaced."""

    id: UUID
    given: bool
    name: str
    trade: str
    since: dt.datetime
    until: dt.datetime
    state: str  # "planned", "active", "ended"
    patients: int


@dataclass(frozen=True)
class Choice:
    """A patient whom the reader may hand over."""

    circle: UUID
    name: str
    birth_date: str


def replacements_of(person: Person) -> list[Replacement]:
    """Given and received, those that are over for a while too; in two statements."""
    now = clock.now()
    mine = [one for one in delegations_of(person) if (one.ended_at or one.until) > now - _KEPT_IN_SIGHT]
    held = open_grants(mine)
    return [_replacement(one, person, len({grant.membership.circle_id for grant in held.get(one.pk, [])}), now) for one in mine]


def received_lately(person: Person) -> list[Replacement]:
    """Replacements that somebody has asked the reader for in the last days, and that are not over: told on "New"."""
    now = clock.now()
    asked = Delegation.objects.filter(to=person, made_at__gt=now - _FRESH, until__gt=now, ended_at=None).select_related("by", "to")
    return [_replacement(one, person, 0, now) for one in asked.order_by("since")]


def _replacement(one: Delegation, person: Person, patients: int, now: dt.datetime) -> Replacement:
    given = one.by_id == person.pk
    other = one.to if given else one.by
    over = one.ended_at is not None or one.until <= now
    state = "ended" if over else "active" if one.since <= now else "planned"
    return Replacement(one.pk, given, titled(other), trade(other), one.since, one.ended_at or one.until, state, patients)


def choices_of(person: Person) -> list[Choice]:
    """Patients whom somebody may hand over: in their own right, as a professional, in an active circle; by name."""
    own = memberships_of(person).filter(role__in=TEAM_ROLES, stands_in_for=None, circle__state=CircleState.ACTIVE)
    circles = [member.circle for member in own]
    warm({circle.patient.vault for circle in circles})
    return sorted((_choice(circle) for circle in circles), key=lambda one: (one.name, str(one.circle)))


def _choice(circle: Circle) -> Choice:
    traits = circle.patient.traits
    return Choice(circle.id, traits.name, str(traits.birth_date or ""))


def left_out(left: Collection[Left]) -> list[tuple[str, str]]:
    """(patient, why) of the circles that a replacement left out."""
    circles = Circle.objects.select_related("patient").in_bulk([one.circle for one in left]) if left else {}
    warm({circle.patient.vault for circle in circles.values()})
    return sorted((circles[one.circle].patient.traits.name, one.detail) for one in left)


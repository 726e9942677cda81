"""A unit's patients as the page of its people shows them."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from hospital.stays.access import hospitals_of, may_join
from hospital.stays.enums import StayState
from hospital.stays.queries import UnitPatient, stay_open_to
from people.accounts.models import Person, Unit


@dataclass(frozen=True)
class WardRow:
    """One patient of the unit. `state` is "in", "leave" or "grace"; `until` the end of the grace; `circle` where one has joined."""

    stay: UUID
    name: str
    birth_name: str
    birth_date: str
    sex: str
    state: str
    since: dt.datetime
    until: dt.datetime | None
    circle: UUID | None


@dataclass(frozen=True)
class Ward:
    """A unit and its rows."""

    unit: Unit
    rows: list[WardRow]

    @property
    def joined(self) -> list[WardRow]:
        """Those in whose thread the reader is."""
        return [row for row in self.rows if row.circle]

    @property
    def others(self) -> list[WardRow]:
        """Those whom the reader can join."""
        return [row for row in self.rows if not row.circle]


_STATES = {StayState.IN_HOSPITAL: "in", StayState.ON_LEAVE: "leave"}


def may_break(person: Person) -> bool:
    """Whether somebody may come in by force of an emergency: a confirmed professional of a hospital."""
    return may_join(person) and bool(hospitals_of(person))


def ward_of(found: Iterable[UnitPatient]) -> list[WardRow]:
    """The rows of a unit's page, in the order given."""
    return [row_of(one) for one in found]


def stay_to_join(person: Person, stay: UUID | None) -> WardRow:
    """The stay that somebody is about to join. Raises NotFound as joining does."""
    return row_of(stay_open_to(person, stay))


def row_of(found: UnitPatient) -> WardRow:
    """One patient with the stay."""
    stay, traits = found.stay, found.stay.circle.patient.traits
    return WardRow(
        stay=stay.pk, name=traits.name, birth_name=traits.distinct_birth_name, birth_date=traits.birth_date, sex=traits.sex,
        state=_STATES.get(StayState(stay.state), "grace"), since=found.interval.since, until=found.interval.until,
        circle=found.joined.membership.circle_id if found.joined else None,
    )  # fmt: skip

"""Questions about stays: which of a unit's patients have a circle, and who of the unit is in the thread."""
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from foundation import clock
from foundation.errors import NotFound
from foundation.vault.seal import warm
from hospital.stays.access import discreet_among, units_of
from hospital.stays.enums import StayState
from hospital.stays.intervals import IN, Interval, grace_of, interval_of
from hospital.stays.models import Hospital, Stay
from people.accounts.models import Person, Unit
from people.circles.enums import CircleState, Source
from people.circles.models import Grant
from people.circles.traits import normalised


@dataclass(frozen=True)
class UnitPatient:
    """A stay that lets the people of its unit in now; `joined` is the grant by which the asking person is in the thread, or None."""

    stay: Stay
    interval: Interval
    joined: Grant | None


def unit_patients(person: Person, unit: Unit) -> list[UnitPatient]:
    """The patients of one of the person's units who have a circle: in hospital, on leave, or within the grace; by name."""
    states = [*IN, StayState.ENDED]
    found = _open_to(person, _rows(unit=unit.pk, state__in=states))
    warm({one.stay.circle.patient.vault for one in found})
    return sorted(found, key=lambda one: (normalised(one.stay.circle.patient.traits.name), one.stay.pk))


def stay_open_to(person: Person, stay: UUID | None) -> UnitPatient:
    """A stay of one of the person's units that lets them in now. Raises NotFound: for others, and at other times, there is none."""
    units = [unit.pk for unit in units_of(person)] if stay else []
    found = _open_to(person, _rows(pk=stay, unit__in=units)) if units else []
    if not found:
        raise NotFound
    return found[0]


def own_grants_for(person: Person, stays: Iterable[UUID]) -> dict[UUID, Grant]:
    """Stay → what holds a person in the thread for it now or, where its term is past, would again; with the membership."""
    held = Grant.objects.filter(source=Source.STAY, about__in=list(stays), ended_at=None)
    mine = held.filter(membership__person=person, membership__ended_at=None).select_related("membership")
    return {grant.about: grant for grant in mine if grant.about}


def _rows(**which: object) -> list[Stay]:
    return list(Stay.objects.filter(**which).select_related("circle__patient", "unit"))


def _open_to(person: Person, stays: list[Stay]) -> list[UnitPatient]:
    """Those that let people in now. In a circle that is not active only who is in already stays.

    So it is in a discreet stay: everybody in the thread would see by which hospital somebody has come in.
    """
    now, mine = clock.now(), own_grants_for(person, [stay.pk for stay in stays])
    discreet = discreet_among(stays)
    hospitals = Hospital.objects.in_bulk({stay.structure_id for stay in stays})
    found = []
    for stay in stays:
        interval, grant = interval_of(stay, grace_of(hospitals.get(stay.structure_id))), mine.get(stay.pk)
        opens = stay.circle.state == CircleState.ACTIVE and stay.pk not in discreet
        may = opens or (grant is not None and stay.circle.state != CircleState.ERASED)
        if interval is not None and interval.holds(now) and may:
            found.append(UnitPatient(stay, interval, grant))
    return found

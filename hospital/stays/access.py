"""Who of a hospital may: the units in which somebody works now, and that they are one person with a confirmed profession."""
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Forbidden, NotFound
from hospital.stays.models import DiscreetUnit, Stay
from people.accounts.enums import StructureKind
from people.accounts.models import Affiliation, Person, Structure, Unit, running
from people.accounts.shared import is_shared
from people.circles.enums import CARE_PROFESSIONS

PROFESSIONS = CARE_PROFESSIONS


def discreet_among(stays: Iterable[Stay]) -> set[UUID]:
    """Those of these stays of which only the care team hears, or nobody: protected, or in a unit on the hospital's list now."""
    found = list(stays)
    units = set(DiscreetUnit.objects.filter(unit__in={stay.unit_id for stay in found if stay.unit_id}).values_list("unit", flat=True))
    return {stay.pk for stay in found if stay.protected or stay.unit_id in units}


def units_of(person: Person) -> list[Unit]:
    """The units in which a person works now, by hospital and name."""
    mine = Affiliation.objects.filter(running(clock.now()), person=person, unit__isnull=False).values("unit")
    return list(Unit.objects.filter(pk__in=mine).select_related("structure").order_by("structure__name", "name", "code"))


def own_unit(person: Person, unit: UUID | None) -> Unit:
    """A unit in which a person works now. Raises NotFound for any other, whether there is one or not."""
    found = next((one for one in units_of(person) if one.pk == unit), None)
    if found is None:
        raise NotFound
    return found


def hospitals_of(person: Person) -> list[Structure]:
    """The hospitals for which a person works now, by name: those of their units, and those that are one by kind."""
    mine = Affiliation.objects.filter(running(clock.now()), person=person)
    hospital = Q(kind=StructureKind.HOSPITAL) | Q(pk__in=mine.filter(unit__isnull=False).values("structure"))
    return list(Structure.objects.filter(hospital, pk__in=mine.values("structure")).order_by("name", "pk"))


def require_one_person(person: Person) -> None:
    """Raises Forbidden `hospital.shared_account` for an account of a ward, `hospital.unconfirmed` without a confirmed care profession."""
    if is_shared(person.given_name, person.family_name, person.email):
        sentence = _("This looks like an account that several people use. Sign in with an account of your own: the thread names who reads.")
        raise Forbidden("hospital.shared_account", sentence)
    if not may_join(person):
        raise Forbidden("hospital.unconfirmed", _("Your profession is not confirmed yet. Your hospital's administrator can do it."))


def may_join(person: Person) -> bool:
    """Whether a profession that lets somebody in is confirmed."""
    return person.is_active and person.confirmed and person.profession in PROFESSIONS


def people_on_list(unit: UUID | None, people: Collection[UUID]) -> dict[UUID, list[Affiliation]]:
    """Those of these people who are on a unit's list now, with the intervals that run or will."""
    now = clock.now()
    rows = Affiliation.objects.filter(Q(until=None) | Q(until__gt=now), unit=unit, person__in=list(people)) if unit else []
    found: dict[UUID, list[Affiliation]] = {}
    for row in rows:
        found.setdefault(row.person_id, []).append(row)
    return {person: mine for person, mine in found.items() if any(row.since <= now for row in mine)}

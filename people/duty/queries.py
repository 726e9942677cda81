"""Who is on duty, and when that changes."""
import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from people.duty.models import Absence, Hours
from people.duty.week import Duty, Span, Week, duty_at

Place = tuple[UUID, UUID | None]  # a person, and the structure for which they are there; None: for no structure


def duty_of(places: Collection[Place], at: dt.datetime) -> dict[Place, Duty]:
    """Whether each of these is on duty at a moment, and when that changes next. Two statements, however many.

    The hours of the structure count, where there are none those of everywhere, and who has said nothing is always on duty.
    """
    people = {person for person, _structure in places}
    if not people:
        return {}
    weeks, absences = _weeks(people, {structure for _person, structure in places if structure}), _absences(people, at)
    duties = {}
    for person, structure in set(places):
        week = weeks.get((person, structure)) or weeks.get((person, None))
        duties[person, structure] = duty_at(week, absences.get(person, ()), at)
    return duties


def _weeks(people: Collection[UUID], structures: Collection[UUID]) -> dict[Place, Week]:
    rows = Hours.objects.filter(Q(structure=None) | Q(structure__in=structures), person__in=people)
    return {(row.person_id, row.structure_id): week_of(row) for row in rows}


def _absences(people: Collection[UUID], at: dt.datetime) -> dict[UUID, list[Span]]:
    found: dict[UUID, list[Span]] = {}
    for person, since, until in Absence.objects.filter(person__in=people, until__gt=at).values_list("person", "since", "until"):
        found.setdefault(person, []).append(Span(since, until))
    return found


def week_of(row: Hours) -> Week:
    """Hours as the arithmetic wants them."""
    return Week(row.zone, row.weekly, row.on_holidays)


def hours_of(person: UUID) -> list[Hours]:
    """What somebody has said of their weeks, those of everywhere first; with structures."""
    rows = Hours.objects.filter(person=person).select_related("structure")
    return sorted(rows, key=lambda row: (row.structure is not None, row.structure.name if row.structure else "", str(row.structure_id)))


def absences_of(person: UUID, at: dt.datetime) -> list[Absence]:
    """A person's absences that are not over, soonest first."""
    return list(Absence.objects.filter(person=person, until__gt=at).order_by("since", "pk"))

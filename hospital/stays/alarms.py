"""When a broken glass is an alarm for whoever answers for data protection (security.md, A6 and J5)."""
import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from foundation import clock
from hospital.stays.enums import Alarm
from hospital.stays.intervals import grace_of, interval_of
from hospital.stays.models import BrokenGlass, Hospital, Stay
from people.accounts.models import Affiliation, DataProtectionOfficer, Operator, Person, Structure, running
from people.circles.enums import Role
from people.circles.models import Circle, Membership
from people.circles.traits import Traits, normalised

DAY = dt.timedelta(hours=24)


def alarms_of(actor: Person, hospital: Structure, circle: Circle) -> list[Alarm]:
    """Why the glass that this person is about to break is an alarm; the person's row is locked. Needs the circle's patient."""
    traits = circle.patient.traits
    names = {normalised(name) for name in (traits.family_name, traits.birth_name) if name}
    found = {
        Alarm.THIRD: _broken_lately(actor.pk) + 1 >= 3,
        Alarm.NAMESAKE: normalised(actor.family_name) in names,
        Alarm.COLLEAGUE: _is_colleague(hospital, circle, traits, names),
        Alarm.NO_STAY: not _has_stay(hospital, circle),
    }
    return [alarm for alarm, raised in found.items() if raised]


def who_answers(hospital: UUID) -> list[Person]:
    """Who is written to: the hospital's data protection officers, else the service's, else who operates it."""
    now = clock.now()
    officers = DataProtectionOfficer.objects.filter(running(now), person__is_active=True).select_related("person")
    for rows in (officers.filter(structure=hospital), officers.filter(structure=None)):
        if found := _people(row.person for row in rows):
            return found
    return _people(row.person for row in Operator.objects.filter(running(now), person__is_active=True).select_related("person"))


def _people(people: Iterable[Person]) -> list[Person]:
    return list({person.pk: person for person in people if person.email}.values())


def _broken_lately(actor: UUID) -> int:
    return BrokenGlass.objects.filter(membership__person=actor, at__gt=clock.now() - DAY).count()


def _is_colleague(hospital: Structure, circle: Circle, traits: Traits, names: set[str]) -> bool:
    """Whether the patient works there: by their own account, or by name."""
    there = Affiliation.objects.filter(running(clock.now()), structure=hospital)
    account = Membership.objects.filter(circle=circle, role=Role.PATIENT, ended_at=None, person__in=there.values("person"))
    if account.exists():
        return True
    given = normalised(traits.given_names[0]) if traits.given_names else ""
    people = Person.objects.filter(pk__in=there.values("person"))
    return any(normalised(one.family_name) in names and normalised(one.given_name) == given for one in people)


def _has_stay(hospital: Structure, circle: Circle) -> bool:
    now, grace = clock.now(), grace_of(Hospital.objects.filter(pk=hospital.pk).first())
    intervals = [interval_of(stay, grace) for stay in Stay.objects.filter(structure=hospital, circle=circle)]
    return any(interval is not None and interval.holds(now) for interval in intervals)

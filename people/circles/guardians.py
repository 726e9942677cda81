"""Who exercises the patient's rights now: a guardianship runs to the 18th birthday or to a judgement's term, and no job ends it."""
import datetime as dt
from collections.abc import Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q

from foundation import clock
from people.circles.enums import Ground, Role
from people.circles.models import Circle, Guardianship, Membership
from people.circles.policy import FAMILY

_OF_AGE = 18  # years, article 388 of the Code civil


def is_guardian(membership: Membership) -> bool:
    """Whether this member exercises the patient's rights now. Asks nothing of the database for whoever can't be one."""
    if Role(membership.role) not in FAMILY:
        return False
    return membership.pk in guardians_of(membership.circle, [membership.pk])


def guardians_of(circle: Circle, members: Iterable[UUID] | None = None) -> dict[UUID, Guardianship]:
    """Membership → the guardianship that runs now, among some members of a circle or all of them."""
    now = clock.now()
    named = Guardianship.objects.filter(Q(until=None) | Q(until__gt=now), membership__circle=circle.pk, ended_at=None)
    if members is not None:
        named = named.filter(membership__in=list(members))
    return {each.membership_id: each for each in named.order_by("pk") if each.ground != Ground.MINOR or is_minor(circle)}


def is_minor(circle: Circle) -> bool:
    """Whether the patient is below eighteen now, on the wall clock of the circle."""
    return clock.now() < comes_of_age(circle)


def comes_of_age(circle: Circle) -> dt.datetime:
    """The 18th birthday at 00:00 in the circle's time zone."""
    return beginning(anniversary(dt.date.fromisoformat(circle.patient.traits.birth_date), _OF_AGE), circle.zone)


def term_of(guardianship: Guardianship, circle: Circle) -> dt.datetime:
    """When it ends by itself."""
    return guardianship.until or comes_of_age(circle)


def beginning(day: dt.date, zone: str) -> dt.datetime:
    """The first moment of a day on a wall clock, in UTC."""
    return dt.datetime.combine(day, dt.time.min, ZoneInfo(zone)).astimezone(dt.UTC)


def anniversary(day: dt.date, years: int) -> dt.date:
    """So many years later; 29 February is 1 March in a year that has none: a year is complete with the end of 28 February."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)

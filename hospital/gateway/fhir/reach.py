"""Whom a hospital's program may speak of, and whom it may read: never the whole base, never a list of who has a circle.

Bound: a patient of a circle who has a stay there, or a running identifier of that hospital (IPP). The hospital may tell of them.
Readable: while a stay of that hospital gives its ward the right, from admission until the grace after the discharge is over; and
then what a member in the role `hospital_staff` would read.
"""
from django.db.models import Q, QuerySet

from foundation import clock
from hospital.stays.enums import StayState
from hospital.stays.intervals import IN, OUTPATIENT, VISIT, grace_of
from hospital.stays.models import Hospital, Stay
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from people.accounts.models import Structure
from people.circles.enums import CircleState
from people.circles.models import Circle

READER = Reader(Standing.CARE_TEAM)  # as hospital staff with all history
_NO_STAY = (StayState.NONE, StayState.CANCELLED)


def bound_circles(structure: Structure) -> QuerySet[Circle]:
    """The circles of whom a hospital may tell, with patient and head."""
    stays = Stay.objects.filter(structure=structure).exclude(state__in=_NO_STAY)
    numbered = Q(patient__hospital_identifiers__structure=structure, patient__hospital_identifiers__ended_at=None)
    found = _known().filter(Q(pk__in=stays.values("circle")) | numbered)
    return found.distinct()


def readable_circles(structure: Structure) -> QuerySet[Circle]:
    """The circles that a hospital may read now, with patient and head."""
    return _known().filter(pk__in=running_stays(structure).values("circle"))


def running_stays(structure: Structure) -> QuerySet[Stay]:
    """A hospital's stays that give a right at this moment."""
    now = clock.now()
    ended = Q(state=StayState.ENDED, discharged_at__gt=now - grace_of(Hospital.objects.filter(pk=structure.pk).first()))
    visit = Q(stay_class__in=OUTPATIENT, admitted_at__lte=now - VISIT)
    return Stay.objects.filter(Q(state__in=IN) | ended, structure=structure, admitted_at__lte=now).exclude(visit)


def _known() -> QuerySet[Circle]:
    return Circle.objects.exclude(state=CircleState.ERASED).select_related("patient", "head")

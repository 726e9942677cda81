"""Who reads a hospital's document: the marks of the message, and whether the stay is one of which little is told."""
from collections.abc import Collection

from django.db.models import Q

from foundation import clock
from hospital.gateway.documents import DocumentNews, Mark
from hospital.stays.announcements import Number
from hospital.stays.enums import Discretion, StayState
from hospital.stays.intervals import grace_of
from hospital.stays.models import DiscreetUnit, Hospital, Movement, Stay
from hospital.stays.numbers import stay_digest
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.guardians import guardians_of, is_minor
from people.circles.models import Circle

_OPEN = (StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE)
_CARE_ALONE = frozenset({Mark.HIDDEN_FROM_PATIENT, Mark.HIDDEN_FROM_GUARDIANS})


def stay_of(structure: Structure, circle: Circle, news: DocumentNews) -> Stay | None:
    """The stay that the message names (PV1-19), where it is known here."""
    return stay_named(structure, circle, news.stay)


def stay_named(structure: Structure, circle: Circle, number: Number | None) -> Stay | None:
    """A circle's stay by its number; None where there is none."""
    if number is None:
        return None
    digest = stay_digest(structure.pk, number)
    return Stay.objects.select_related("unit").filter(structure=structure, circle=circle, digest=digest).first()


def audience_of(structure: Structure, circle: Circle, news: DocumentNews, stay: Stay | None) -> Audience | None:
    """`patient`, unless a mark, the stay or a death says care team; None for nobody: masked to professionals, or a discreet hospital.

    A mask hides a document from professionals; a circle's thread is theirs, so the document stays out of it until the mask falls.
    """
    if Mark.MASKED in news.marks:
        return None
    if is_discreet(structure, circle, stay, unit_codes=[news.unit_code], protected=news.protected):
        return None if tells_nobody(structure) else Audience.CARE_TEAM
    silent = circle.family_silent_since is not None  # the hospital has announced the death
    restricted = news.marks & _CARE_ALONE or news.document.confidentiality in {"R", "V"}
    secret = Mark.SECRET in news.marks and (is_minor(circle) or bool(guardians_of(circle)))  # a care that the patient keeps from parents
    return Audience.CARE_TEAM if silent or restricted or secret else Audience.PATIENT


def tells_nobody(structure: Structure) -> bool:
    """Whether of what is discreet nothing is shown at all, as the hospital has set."""
    hospital = Hospital.objects.filter(pk=structure.pk).first()
    return hospital is not None and hospital.discretion == Discretion.NOBODY


def is_discreet(structure: Structure, circle: Circle, stay: Stay | None, *, unit_codes: Collection[str] = (), protected: bool) -> bool:
    """Marked as protected, from a unit on the hospital's list (PV1-3), or of a stay of which little is told."""
    units = DiscreetUnit.objects.filter(unit__structure=structure)
    if protected or units.filter(unit__code__in=[code for code in unit_codes if code]).exists():
        return True
    return _is_discreet([stay]) if stay is not None else has_discreet_stay(structure, circle)


def has_discreet_stay(structure: Structure, circle: Circle) -> bool:
    """Whether little is told of a stay in that hospital which is planned, goes on, or is within its grace: for news that name no stay."""
    stays = Stay.objects.filter(structure=structure, circle=circle, released_at=None)
    over = clock.now() - grace_of(Hospital.objects.filter(pk=structure.pk).first())
    return _is_discreet(list(stays.filter(Q(state__in=_OPEN) | Q(state=StayState.ENDED, discharged_at__gt=over))))


def _is_discreet(stays: Collection[Stay]) -> bool:
    """Whether one of them is protected, or was in a unit on the hospital's list at any time: a letter speaks of the whole stay."""
    units = [stay.unit_id for stay in stays if stay.unit_id]
    if any(stay.protected for stay in stays) or DiscreetUnit.objects.filter(unit__in=units).exists():
        return True
    return Movement.objects.filter(stay__in=stays, cancelled_at=None, unit__discreet__isnull=False).exists()

"""What a hospital has set: how long its wards stay in a thread, who learns of discreet units, what is told at all."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Invalid
from hospital.stays.enums import Discretion, StayState
from hospital.stays.intervals import LONGEST_GRACE_H
from hospital.stays.models import DiscreetUnit, Hospital, Stay
from hospital.stays.settling import settle_stay
from messaging.feed.services import all_opened
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done
from people.accounts.locks import locked_structure
from people.accounts.models import Administrator, Unit

LONGEST_STALE_H = 168


@dataclass(frozen=True)
class Arrangement:
    """Settings of a hospital; hours, and who learns of what is discreet. `discreet`: units of which the family hears nothing."""

    grace_h: int = LONGEST_GRACE_H
    stale_h: int = 24
    discretion: Discretion = Discretion.CARE_TEAM
    outpatients: bool = False
    leaves: bool = False
    discreet: Collection[UUID] = ()


def arrangement_of(structure: UUID) -> Arrangement:
    """As a hospital has set it; the defaults where it has set nothing."""
    row = Hospital.objects.filter(pk=structure).first() or Hospital(structure_id=structure)
    discreet = DiscreetUnit.objects.filter(unit__structure=structure).values_list("unit", flat=True)
    return Arrangement(row.grace_h, row.stale_h, Discretion(row.discretion), row.outpatients, row.leaves, frozenset(discreet))


def arrange_hospital(actor: Administrator, wanted: Arrangement) -> None:
    """Sets it from now on; cards that were told stay as they are. A shorter grace ends at once what it no longer covers.

    Raises NotFound where the administration has ended, Invalid `hospital.bad_hours`.
    """
    if not (0 <= wanted.grace_h <= LONGEST_GRACE_H and 1 <= wanted.stale_h <= LONGEST_STALE_H):
        sentence = _("The unit stays 72 hours at most after a discharge; what counts as old lies between 1 and 168 hours.")
        raise Invalid("hospital.bad_hours", sentence)
    with transaction.atomic():
        require_still(actor)
        structure = locked_structure(actor.structure_id).pk
        before = arrangement_of(structure).grace_h
        Hospital.objects.update_or_create(structure_id=structure, defaults={
            "grace_h": wanted.grace_h, "stale_h": wanted.stale_h, "discretion": wanted.discretion, "outpatients": wanted.outpatients,
            "leaves": wanted.leaves,
        })  # fmt: skip
        own = set(Unit.objects.filter(structure=structure, pk__in=list(wanted.discreet)).values_list("pk", flat=True))
        DiscreetUnit.objects.filter(unit__structure=structure).exclude(unit__in=own).delete()
        DiscreetUnit.objects.bulk_create([DiscreetUnit(unit_id=unit) for unit in own], ignore_conflicts=True)
        note(actor.person, Done.SETTINGS, structure=structure)
        if wanted.grace_h != before:
            _settle_graces(structure)


def _settle_graces(structure: UUID) -> None:
    """What is within the longest grace, as it is under the locks."""
    since = clock.now() - dt.timedelta(hours=LONGEST_GRACE_H)
    lately = Stay.objects.filter(structure=structure, state=StayState.ENDED, discharged_at__gt=since)
    circles = set(lately.values_list("circle", flat=True))
    if not circles:
        return
    with all_opened(circles) as feeds:
        for stay in lately.filter(circle__in=circles):
            settle_stay(feeds, stay)

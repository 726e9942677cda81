"""Doubts of a hospital's identity desk: both identities side by side, for those who must decide. Nobody else sees them."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation.vault.seal import SealBroken, warm
from hospital.stays.announcements import Identity
from hospital.stays.enums import DoubtKind, Verdict
from hospital.stays.identities import identity_of
from hospital.stays.models import Doubt
from people.accounts.models import Person
from people.circles.traits import Traits, normalised
from portal.templatetags.times import birth_date

DECIDED_SHOWN = 50


@dataclass(frozen=True)
class Trait:
    """One line of the comparison. `differs` where both sides say something and it is not the same."""

    label: str
    theirs: str
    ours: str
    differs: bool


@dataclass(frozen=True)
class Asked:
    """A doubt as the desk sees it."""

    id: UUID
    kind: str
    why: str
    next: str
    traits: list[Trait]
    numbers: list[str]
    raised_at: dt.datetime
    waits: bool  # whether a message waits for the verdict
    verdict: str = ""
    verdict_words: str = ""
    decided_at: dt.datetime | None = None
    decided_by: Person | None = None
    undone_at: dt.datetime | None = None

    @property
    def name(self) -> str:
        """Of whom it is, as the hospital says it: what tells rows apart for somebody who cannot see them side by side."""
        return next((trait.theirs for trait in self.traits if trait.theirs), "")


def open_count(structure: UUID) -> int:
    """How many doubts wait for a human of this hospital."""
    return Doubt.objects.filter(structure=structure, verdict="").count()


def open_doubts(structure: UUID) -> list[Asked]:
    """What waits, the oldest first."""
    return _asked(_rows().filter(structure=structure, verdict="").order_by("raised_at"))


def decided_doubts(structure: UUID) -> list[Asked]:
    """What was decided, the newest first; a verdict that was taken back says so."""
    return _asked(_rows().filter(~Q(verdict=""), structure=structure).order_by("-decided_at")[:DECIDED_SHOWN])


def _rows() -> QuerySet[Doubt]:
    return Doubt.objects.select_related("patient", "decided_by")


def _asked(rows: Iterable[Doubt]) -> list[Asked]:
    found = list(rows)
    warm(row.patient.vault for row in found)
    return [one for one in map(_one, found) if one]


def _one(row: Doubt) -> Asked | None:
    """None where the patient was erased meanwhile."""
    try:
        theirs, ours = identity_of(row), row.patient.traits
    except SealBroken:
        return None
    return Asked(
        row.pk, row.kind, _why(row.kind), _next(row.kind), _compared(theirs.traits, ours), _numbers(theirs), row.raised_at,
        row.message is not None, row.verdict, str(Verdict(row.verdict).label) if row.verdict else "", row.decided_at, row.decided_by,
        row.undone_at,
    )  # fmt: skip


def _numbers(identity: Identity) -> list[str]:
    return [" · ".join(part for part in (value, authority) if part) for authority, value in identity.identifiers]


def _compared(theirs: Traits, ours: Traits) -> list[Trait]:
    sexes = {"F": _("female"), "M": _("male")}
    return [
        _trait(_("Birth name"), theirs.birth_name, ours.birth_name),
        _trait(_("Used name"), theirs.family_name, ours.family_name),
        _trait(_("First names"), " ".join(theirs.given_names), " ".join(ours.given_names)),
        _trait(_("Birth date"), birth_date(theirs.birth_date or None), birth_date(ours.birth_date or None)),
        _trait(_("Sex"), sexes.get(theirs.sex, ""), sexes.get(ours.sex, "")),
        _trait(_("Place of birth (code)"), theirs.birth_place_code, ours.birth_place_code),
        _trait("INS", theirs.ins, ours.ins),
    ]


def _trait(label: str, theirs: str, ours: str) -> Trait:
    differs = bool(theirs and ours) and normalised(theirs) != normalised(ours)
    return Trait(label, theirs, ours, differs)


def _why(kind: str) -> str:
    return {
        DoubtKind.TRAITS: _("The same INS, other identity traits"),
        DoubtKind.IDENTIFIER: _("A number of yours that is known, other identity traits"),
        DoubtKind.MERGED: _("Your hospital joined two identities (A40)"),
        DoubtKind.MOVED: _("Your hospital moved a stay to another identity (A44)"),
        DoubtKind.WITHDRAWN: _("Your hospital withdrew the INS (A47)"),
    }[DoubtKind(kind)]


def _next(kind: str) -> str:
    """What follows from "the same" and from "another"."""
    if kind in {DoubtKind.TRAITS, DoubtKind.IDENTIFIER}:
        return _("The same: its messages reach this circle, what waited as well. Somebody else: none of them ever does.")
    return _("The same: the stays of both numbers are told in this circle. Somebody else: what was told of it is taken back.")

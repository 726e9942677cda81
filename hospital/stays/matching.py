"""Whom a message is about: by the qualified INS or a known number of that hospital, exactly; never by name and birth date.

What a number finds is then compared: discordant traits are no match but a doubt, which waits for a human of the hospital.
"""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Q

from foundation.prepared import Prepared
from foundation.vault.seal import warm
from hospital.stays.announcements import Identity
from hospital.stays.enums import DoubtKind, Verdict
from hospital.stays.models import Doubt, HospitalIdentifier
from hospital.stays.numbers import identifier_digest, ins_digest, traits_digest
from hospital.stays.resembling import agrees
from people.circles.enums import CircleState
from people.circles.models import Circle, Patient, TraitHash

# Asked about an identity as such, whatever its traits: until a human has spoken, nothing of it reaches this patient.
HELD = frozenset({DoubtKind.MERGED, DoubtKind.MOVED, DoubtKind.WITHDRAWN})


# Asked of every message of a hospital, most of which are about nobody here.
_bearing = Prepared(lambda ins: TraitHash.objects.filter(digest=ins, purpose="ins"), ins=bytes)
_numbered = Prepared(
    lambda structure, number: HospitalIdentifier.objects.filter(structure=structure, digest=number, ended_at=None),
    structure=UUID, number=bytes,
)  # fmt: skip
_held = Prepared(
    lambda structure, number: Doubt.objects.filter(structure=structure, digest=number, kind__in=sorted(HELD), undone_at=None)[:1],
    structure=UUID, number=bytes,
)  # fmt: skip


@dataclass(frozen=True)
class Doubted:
    """A patient who may be meant, and why that is not sure. `doubt`: the open row that asks already."""

    patient: Patient
    kind: DoubtKind
    doubt: UUID | None = None


@dataclass(frozen=True)
class Matched:
    """Whom a message is about: their circles that are not erased, and who may be meant."""

    circles: list[Circle] = field(default_factory=list)
    doubts: list[Doubted] = field(default_factory=list)


def match(structure: UUID, identity: Identity) -> Matched:
    """The circles of whom a hospital's message is about. Reads only: who is doubted is told by `identities.raise_doubts`."""
    if identity.untrustworthy:
        return Matched()
    numbers = [identifier_digest(structure, number) for number in identity.identifiers]
    ins = ins_digest(identity.traits)
    by_ins = {row.patient_id for row in _bearing.all(ins=ins)} if ins else set()
    by_number = {row.patient_id for number in numbers for row in _numbered.all(structure=structure, number=number)}
    held = any(_held.first(structure=structure, number=number) for number in [*numbers, ins] if number)
    if not (by_ins or by_number or held):
        return Matched()
    asked = list(_asked(structure, by_ins | by_number, [*numbers, ins]))
    found = by_ins | by_number | {row.patient_id for row in asked if row.kind in HELD and not row.verdict}
    if not found:
        return Matched()
    patients = list(Patient.objects.filter(pk__in=found).exclude(sealed_traits=b""))
    warm(patient.vault for patient in patients)
    judged = [(patient, _judge(patient, identity, [row for row in asked if row.patient_id == patient.pk], {*numbers, ins}, by_ins))
              for patient in patients]  # fmt: skip
    return Matched(_circles(patient.pk for patient, verdict in judged if verdict is True), [v for _, v in judged if isinstance(v, Doubted)])


def _circles(patients: Iterable[UUID]) -> list[Circle]:
    wanted = list(patients)
    if not wanted:
        return []
    circles = Circle.objects.filter(patient__in=wanted).exclude(state=CircleState.ERASED)
    return list(circles.select_related("head", "patient").order_by("pk"))


def _asked(structure: UUID, patients: Collection[UUID], numbers: Sequence[bytes]) -> Iterable[Doubt]:
    """What was asked at this hospital about these patients, or about these numbers and anybody; taken-back verdicts left out."""
    wanted = [number for number in numbers if number]
    about = Q(digest__in=wanted, kind__in=HELD) if wanted else Q(pk=None)
    return Doubt.objects.filter(Q(patient__in=patients) | about, structure=structure, undone_at=None).order_by("raised_at")


def _judge(patient: Patient, identity: Identity, asked: Sequence[Doubt], numbers: set[bytes], by_ins: set[UUID]) -> bool | Doubted:
    """True for a match, False for somebody else, or what has to be asked."""
    held = [row for row in asked if row.kind in HELD and bytes(row.digest) in numbers and row.verdict != Verdict.SAME]
    for row in held:
        return False if row.verdict == Verdict.OTHER else Doubted(patient, DoubtKind(row.kind), row.pk)
    if identity.bare:
        return _judge_bare(patient, [row for row in asked if bytes(row.digest) in numbers])
    traits = traits_digest(identity.traits)
    about_these = [row for row in asked if bytes(row.traits) == traits]
    decided = [row.verdict for row in about_these if row.verdict]
    if decided:
        return decided[-1] == Verdict.SAME
    if agrees(patient.traits, identity.traits):
        return True
    kind = DoubtKind.TRAITS if patient.pk in by_ins else DoubtKind.IDENTIFIER
    return Doubted(patient, kind, about_these[0].pk if about_these else None)


def _judge_bare(patient: Patient, asked: Sequence[Doubt]) -> bool | Doubted:
    """A number alone holds, unless a human has to say whose it is, or has said that it's somebody else's."""
    if any(row.verdict == Verdict.OTHER for row in asked):
        return False
    unsure = next((row for row in asked if not row.verdict), None)
    return Doubted(patient, DoubtKind(unsure.kind), unsure.pk) if unsure else True

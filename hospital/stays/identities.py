"""Doubts about identities: raised for a human, decided by who administers the hospital, taken back again.

A verdict is a link of rows: numbers of the hospital that belong to a patient, or no longer; stays that are told in a circle, or no
longer. Nothing is moved, and two circles are never made one.
"""
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, NotFound
from foundation.vault.seal import seal, unseal
from hospital.stays.adopting import adopt_known
from hospital.stays.announcements import Identity
from hospital.stays.enums import DoubtKind, Verdict
from hospital.stays.matching import Doubted
from hospital.stays.models import Doubt, HospitalIdentifier, Stay
from hospital.stays.numbers import about, identifier_digest, traits_digest
from hospital.stays.recording import learn
from hospital.stays.refolding import circles_under, refold, under
from messaging.feed.services import OpenFeed, all_opened
from people.accounts.locks import locked_structure
from people.accounts.models import Person
from people.accounts.queries import administered_by
from people.circles.access import System
from people.circles.enums import CircleState
from people.circles.models import Circle, Patient
from people.circles.traits import Traits

OnVerdict = Callable[[Doubt], None]
_on_verdict: list[OnVerdict] = []


def when_doubts_are_decided(do: OnVerdict) -> None:
    """Registers what follows from a verdict, inside its transaction: whoever keeps the messages that waited works them out again."""
    if do not in _on_verdict:
        _on_verdict.append(do)


def raise_doubts(structure: UUID, identity: Identity, doubted: Iterable[Doubted], *, message: UUID | None) -> list[Doubt]:
    """Asks a human of the hospital, once for each patient who may be meant; what is asked already is not asked again."""
    return [raise_doubt(structure, identity, each.patient, each.kind, message=message) for each in doubted if each.doubt is None]


def raise_doubt(
    structure: UUID, identity: Identity, patient: Patient, kind: DoubtKind, *, message: UUID | None = None, stays: Iterable[UUID] = ()
) -> Doubt:
    """The open row that asks whether this identity of the hospital is this patient. `stays`: which the verdict is about."""
    digest = about(structure, identity)
    doubt = Doubt.objects.filter(structure=structure, kind=kind, digest=digest, patient=patient, verdict="").first()
    if doubt is None:
        doubt = Doubt(
            structure_id=structure, kind=kind, patient=patient, digest=digest, traits=traits_digest(identity.traits), message=message,
            raised_at=clock.now(),
        )  # fmt: skip
        raw = {
            "traits": asdict(identity.traits), "identifiers": identity.identifiers, "statuses": sorted(identity.statuses),
            "stays": [str(stay) for stay in stays],
        }  # fmt: skip
        doubt.sealed_theirs = seal(patient.vault, f"stays.doubt:{doubt.pk}", json.dumps(raw, ensure_ascii=False))
        doubt.save(force_insert=True)
    return doubt


def identity_of(doubt: Doubt) -> Identity:
    """The hospital's identity as it was when the doubt was raised. Raises SealBroken where the patient was erased."""
    raw = _theirs(doubt)
    numbers = tuple((authority, value) for authority, value in raw["identifiers"])
    return Identity(Traits(**raw["traits"]), numbers, frozenset(raw["statuses"]))


def _theirs(doubt: Doubt) -> dict[str, Any]:
    raw: dict[str, Any] = json.loads(unseal(doubt.patient.vault, f"stays.doubt:{doubt.pk}", doubt.sealed_theirs))
    return raw


def decide_doubt(actor: Person | System, *, doubt: UUID | None, verdict: Verdict) -> Doubt:
    """A human of the hospital says whether the hospital's identity is the patient.

    "The same": its numbers are linked with the patient, and stays that were kept under them are told in the patient's circles.
    "Another": nothing of this identity reaches the patient any more; of a withdrawn INS or a moved stay, what was told is taken back.
    Raises NotFound for who does not administer the hospital, Conflict `hospital.doubt_decided`.
    """
    with transaction.atomic():
        asked = _asked(actor, doubt)
        if asked.verdict:
            raise Conflict("hospital.doubt_decided", _("Somebody has decided this already."))
        asked.verdict, asked.decided_at = verdict, clock.now()
        asked.decided_by = actor if isinstance(actor, Person) else None
        asked.save(update_fields=["verdict", "decided_at", "decided_by"])
        with all_opened(_circles(asked.patient)) as feeds:
            if verdict == Verdict.SAME:
                _link(feeds, asked)
            else:
                release(feeds, _named(asked))
        for do in _on_verdict:
            do(asked)
        return asked


def undo_verdict(actor: Person | System, *, doubt: UUID | None) -> Doubt:
    """Takes a verdict back: links that it made end, what was told by them is taken back or told anew, and the doubt is asked again.

    Raises NotFound for who does not administer the hospital, Conflict `hospital.doubt_open`.
    """
    with transaction.atomic():
        asked = _asked(actor, doubt)
        if not asked.verdict or asked.undone_at:
            raise Conflict("hospital.doubt_open", _("There is no verdict to take back."))
        was, made = asked.verdict, HospitalIdentifier.objects.filter(doubt=asked, ended_at=None)
        asked.undone_at, asked.undone_by = clock.now(), actor if isinstance(actor, Person) else None
        asked.save(update_fields=["undone_at", "undone_by"])
        with all_opened(_circles(asked.patient)) as feeds:
            if was == Verdict.SAME:
                release(feeds, Stay.objects.filter(identifier__in=list(made)))
                made.update(ended_at=clock.now())
            else:
                restore(feeds, _named(asked))
        identity, stays = identity_of(asked), [UUID(stay) for stay in _theirs(asked)["stays"]]
        return raise_doubt(asked.structure_id, identity, asked.patient, DoubtKind(asked.kind), message=asked.message, stays=stays)


def _asked(actor: Person | System, doubt: UUID | None) -> Doubt:
    """The doubt, under its hospital's lock. Raises NotFound."""
    found = Doubt.objects.select_related("patient").filter(pk=doubt).first() if doubt else None
    if found is None or (isinstance(actor, Person) and not administered_by(actor).filter(pk=found.structure_id).exists()):
        raise NotFound
    locked_structure(found.structure_id)
    return Doubt.objects.select_related("patient").get(pk=found.pk)


def _link(feeds: Mapping[UUID, OpenFeed], doubt: Doubt) -> None:
    """The hospital's numbers are the patient's; stays that had been taken back are told again."""
    identity = identity_of(doubt)
    made = learn(doubt.structure_id, doubt.patient, identity, doubt=doubt)
    numbers = [identifier_digest(doubt.structure_id, number) for number in identity.identifiers]
    released = Stay.objects.filter(circle__patient=doubt.patient, structure=doubt.structure_id, identifier__digest__in=numbers)
    restore(feeds, _named(doubt) | released)
    for circle in circles_under(feeds):
        adopt_known(feeds[circle.pk], circle, made, identity.traits)


def _named(doubt: Doubt) -> QuerySet[Stay]:
    """The stays that the verdict is about."""
    return Stay.objects.filter(circle__patient=doubt.patient, pk__in=[UUID(stay) for stay in _theirs(doubt)["stays"]])


def release(feeds: Mapping[UUID, OpenFeed], stays: QuerySet[Stay]) -> None:
    """They are somebody else's: what was told of them is taken back, and rights that hang on them end."""
    _set_released(feeds, stays.filter(released_at=None), clock.now())


def restore(feeds: Mapping[UUID, OpenFeed], stays: QuerySet[Stay]) -> None:
    """They are the patient's after all: what holds of them is told anew."""
    _set_released(feeds, stays.exclude(released_at=None), None)


def _set_released(feeds: Mapping[UUID, OpenFeed], stays: QuerySet[Stay], at: dt.datetime | None) -> None:
    for stay in stays.filter(circle__in=list(feeds)).select_related("circle__patient", "structure").order_by("opened_at", "pk"):
        stay.released_at = at
        refold(feeds[stay.circle_id], under(feeds, stay.circle), stay)


def _circles(patient: Patient) -> list[UUID]:
    return list(Circle.objects.filter(patient=patient).exclude(state=CircleState.ERASED).values_list("pk", flat=True))

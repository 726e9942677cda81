"""What moves data between people: merged identities (A40), moved accounts (A44), changed numbers and withdrawn INS (A47).

The hospital's word alone moves nothing into a circle: what touches a patient of ours is asked of a human, with both identities side by
side. Only what takes away is done at once: an INS that the hospital withdraws finds nobody any more.
"""
import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from foundation import clock
from hospital.stays.announcements import Merge, Number
from hospital.stays.applying import Applied
from hospital.stays.enums import DoubtKind, StayState
from hospital.stays.identities import raise_doubt
from hospital.stays.models import Doubt, HospitalIdentifier, OpenStay, Stay
from hospital.stays.numbers import about, birth_digest, identifier_digest, ins_digest, likeness, stay_digest
from hospital.stays.recording import learn
from hospital.stays.resembling import agrees
from messaging.feed.enums import Kind
from messaging.feed.services import all_opened
from people.circles.access import System
from people.circles.enums import CircleState
from people.circles.models import Circle

_KINDS = {"merged": DoubtKind.MERGED, "changed": DoubtKind.MERGED, "moved": DoubtKind.MOVED, "withdrawn": DoubtKind.WITHDRAWN}
_GOING_ON = (StayState.PLANNED, StayState.IN_HOSPITAL, StayState.ON_LEAVE)


def apply_merge(
    actor: System, *, structure: UUID, merge: Merge, known_at: dt.datetime, number: int, message: UUID | None = None
) -> Applied:  # fmt: skip
    """What a hospital says of two identities: `doubted` where a human is asked, `applied`, `ignored`, or `unmatched`."""
    with transaction.atomic():
        links = _links(structure, [*merge.absorbed, *(merge.kept.identifiers if merge.kind == "withdrawn" else ())])
        if not links:
            return _nobody(structure, merge)
        done = set() if merge.kind == "withdrawn" else {link.patient_id for link in _links(structure, merge.kept.identifiers)}
        decided = _decided(structure, merge)
        news = [link for link in links if link.patient_id not in done | decided]
        if not news:
            return Applied("ignored", _circles(links))
        if merge.kind == "withdrawn":
            return _withdraw(structure, merge, news, message)
        if merge.kind == "changed" and all(agrees(link.patient.traits, merge.kept.traits) for link in news):
            return _renumber(structure, merge, news)
        return _ask(structure, merge, news, message)


def _links(structure: UUID, numbers: Iterable[Number]) -> list[HospitalIdentifier]:
    digests = [identifier_digest(structure, number) for number in numbers]
    rows = HospitalIdentifier.objects.filter(structure=structure, digest__in=digests, ended_at=None)
    return list(rows.exclude(patient__sealed_traits=b"").select_related("patient").order_by("since", "pk"))


def _decided(structure: UUID, merge: Merge) -> set[UUID]:
    """Patients of whom a human has said already what this is about: the same message again asks nobody."""
    rows = Doubt.objects.filter(structure=structure, digest=about(structure, merge.kept), kind=_KINDS.get(merge.kind), undone_at=None)
    return set(rows.exclude(verdict="").values_list("patient", flat=True))


def _circles(links: Iterable[HospitalIdentifier]) -> list[UUID]:
    circles = Circle.objects.filter(patient__in={link.patient_id for link in links}).exclude(state=CircleState.ERASED)
    return list(circles.order_by("pk").values_list("pk", flat=True))


def _nobody(structure: UUID, merge: Merge) -> Applied:
    """Nobody of a circle: open stays are found by the number that goes on."""
    if merge.kind != "withdrawn" and merge.kept.identifiers and not merge.kept.untrustworthy:
        old = [identifier_digest(structure, number) for number in merge.absorbed]
        rows = OpenStay.objects.filter(structure=structure, identifier__in=old)
        if merge.kind == "moved":
            rows = rows.filter(digest__in=[stay_digest(structure, number) for number in merge.stays])
        found: dict[str, bytes] = {
            "identifier": identifier_digest(structure, merge.kept.identifiers[0]), "likeness": likeness(structure, merge.kept.traits),
        }  # fmt: skip
        if ins := ins_digest(merge.kept.traits):
            found |= {"ins": ins, "birth": birth_digest(merge.kept.traits)}
        rows.update(**found)
    return Applied("unmatched")


def _ask(structure: UUID, merge: Merge, links: list[HospitalIdentifier], message: UUID | None) -> Applied:
    """One question for each patient; of a moved account also which stays would leave the circle."""
    kind = _KINDS[merge.kind]
    asked = []
    for link in _once(links):
        stays = _moved_stays(structure, merge, link) if kind is DoubtKind.MOVED else []
        asked.append(raise_doubt(structure, merge.kept, link.patient, kind, message=message, stays=stays).pk)
    return Applied("doubted", _circles(links), doubts=asked)


def _once(links: list[HospitalIdentifier]) -> list[HospitalIdentifier]:
    return list({link.patient_id: link for link in links}.values())


def _moved_stays(structure: UUID, merge: Merge, link: HospitalIdentifier) -> list[UUID]:
    stays = Stay.objects.filter(structure=structure, circle__patient=link.patient_id, released_at=None)
    if merge.stays:
        stays = stays.filter(digest__in=[stay_digest(structure, number) for number in merge.stays])
    else:
        stays = stays.filter(identifier=link, state__in=_GOING_ON)
    return list(stays.values_list("pk", flat=True))


def _renumber(structure: UUID, merge: Merge, links: list[HospitalIdentifier]) -> Applied:
    """The same identity under another number: the link goes with it."""
    for link in _once(links):
        learn(structure, link.patient, merge.kept)
    HospitalIdentifier.objects.filter(pk__in=[link.pk for link in links]).update(ended_at=clock.now())
    return Applied("applied", _circles(links))


def _withdraw(structure: UUID, merge: Merge, links: list[HospitalIdentifier], message: UUID | None) -> Applied:
    """The numbers that the INS had linked find nobody any more until a human has spoken; the care team is warned. Circles stay."""
    with all_opened(_circles(links)) as feeds:
        for link in _once(links):
            stays = list(Stay.objects.filter(identifier__in=links, circle__patient=link.patient_id, released_at=None))
            doubt = raise_doubt(
                structure, merge.kept, link.patient, DoubtKind.WITHDRAWN, message=message, stays=[stay.pk for stay in stays]
            )
            for circle in Circle.objects.filter(patient=link.patient_id, pk__in=list(feeds)):
                feeds[circle.pk].append(Kind.IDENTITY_WARNED, frozenset(), doubt.pk)
        HospitalIdentifier.objects.filter(pk__in=[link.pk for link in links]).update(ended_at=clock.now())
    return Applied("applied", _circles(links))

"""A declared event (nde-eventdeclaration) coming in: ADM and SOR are movements, DOC and NOT a word to the care team.

It is answered alike for everybody, as an ADT message is: what concerns nobody of a circle is dropped. Without a stay's number
(`encounter` with an identifier) the patient's declared stay is meant: from an ADM to the SOR that follows it.
"""
import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from foundation import clock
from foundation.clock import rfc3339
from foundation.vault.seal import keyed_hash
from hospital.gateway.audiences import is_discreet, stay_named, tells_nobody
from hospital.gateway.fhir.codes import EVENTS, NDE
from hospital.gateway.fhir.encounters import number_of
from hospital.gateway.fhir.identities import subject_of
from hospital.gateway.fhir.notes import moment
from hospital.gateway.fhir.outcomes import FhirRefused, Issue, Resource
from hospital.gateway.fhir.reach import bound_circles
from hospital.gateway.fhir.references import Around, codes, extension
from hospital.gateway.fhir.told import is_first_time
from hospital.gateway.models import DeclaredStay
from hospital.stays.announcements import Identity, MovementNews, Number
from hospital.stays.applying import apply_movement
from hospital.stays.enums import Action, Event, StayClass
from hospital.stays.matching import Matched, match
from journal.events import EventCard, EventCards, write_event
from messaging.feed.services import opened
from people.accounts.models import Structure, Unit
from people.circles.access import System
from people.circles.enums import Audience, CircleState
from people.circles.models import Circle
from people.circles.traits import Traits

_MOVEMENTS = {"ADM": Event.ADMITTED, "SOR": Event.DISCHARGED}
_TAKEN_BACK = {"revoked", "entered-in-error"}
_HURRIED = {"urgent", "asap", "stat"}
_FORGOTTEN_AFTER = dt.timedelta(days=31)  # as an open stay, where nobody of a circle is concerned
_ENDS_AFTER = dt.timedelta(days=400)
_LONGEST = 2000


@dataclass(frozen=True)
class Declared:
    """An event, checked."""

    body: Resource
    code: str  # ADM, SOR, DOC, NOT
    at: dt.datetime
    identity: Identity
    known: Matched | None  # the patient's circles, where it names one of ours by id
    stay: Number | None
    movement: Number
    unit_code: str
    unit_name: str


def read_event(resource: Resource, structure: Structure, around: Around, place: str) -> Declared:
    """Raises FhirRefused (422) with every constraint that it breaks."""
    faults = list(_faults(resource, place))
    if faults:
        raise FhirRefused(422, *faults)
    found = subject_of(resource, around, place)
    known = _own(structure, around, resource) if found is None else None
    identity = found or Identity(known.circles[0].patient.traits if known and known.circles else Traits("", ""))
    encounter = around.found(resource, resource.get("encounter")) or {}
    unit = _unit(structure, around.found(resource, resource.get("requester")) or {})
    numbers = [*encounter.get("identifier", ()), (resource.get("encounter") or {}).get("identifier") or {}]
    return Declared(
        resource, codes(extension(resource, f"{NDE}event-type")["valueCodeableConcept"])[0], _at(resource) or clock.now(), identity, known,
        next((number_of(one) for one in numbers if one.get("value")), None), next(map(number_of, resource.get("identifier", ())), ("", "")),
        unit.code if unit else "", unit.name if unit else "",
    )  # fmt: skip


def _faults(resource: Resource, place: str) -> Iterator[Issue]:
    kinds = codes(extension(resource, f"{NDE}event-type").get("valueCodeableConcept"))
    if not kinds:
        yield Issue("required", "The extension event-type is required (TRE_R254).", f"{place}.extension")
    elif kinds[0] not in EVENTS:
        yield Issue("code-invalid", f"event-type is one of {', '.join(sorted(EVENTS))} (TRE_R254).", f"{place}.extension")
    if _at(resource) is None:
        yield Issue("required", "The extension event-time is required: when it happened.", f"{place}.extension")
    if len(resource.get("payload", ())) != 1:
        yield Issue("business-rule", "payload is required, once (1..1).", f"{place}.payload")
    if not resource.get("subject"):
        yield Issue("required", "subject is required.", f"{place}.subject")


def _at(resource: Resource) -> dt.datetime | None:
    return moment(extension(resource, f"{NDE}event-time").get("valueDateTime"))


def _own(structure: Structure, around: Around, resource: Resource) -> Matched:
    """The circles of a patient named by our own id, whom the hospital is bound to. For anybody else, nobody."""
    return Matched(list(bound_circles(structure).filter(patient=around.own_id(resource["subject"], "Patient")).order_by("pk")))


def circles_meant(structure: Structure, declared: Declared) -> list[Circle]:
    """Whose event it is."""
    return (declared.known or match(structure.pk, declared.identity)).circles


def _unit(structure: Structure, requester: Resource) -> Unit | None:
    """The unit that declares it, where the requester's Organization bears a unit's code of this hospital."""
    numbers = [str(one["value"]) for one in requester.get("identifier", ()) if one.get("value")]
    return Unit.objects.filter(structure=structure, code__in=numbers).first() if numbers else None


def apply_event(structure: Structure, declared: Declared) -> None:
    """Does it, inside the caller's transaction. The same event again changes nothing."""
    if declared.code in _MOVEMENTS:
        _move(structure, declared)
    elif declared.body["status"] not in _TAKEN_BACK:
        _say(structure, declared)


def _move(structure: Structure, declared: Declared) -> None:
    event = _MOVEMENTS[declared.code]
    known = None if declared.stay else _declared_stay(structure, declared, event)
    stay = declared.stay or ("urn:cercle:declared", str(known.number) if known else "")
    if not stay[1]:
        return  # of nobody who could be known
    news = MovementNews(
        event, Action.CANCEL if declared.body["status"] in _TAKEN_BACK else Action.INSERT, stay, declared.movement, declared.at,
        StayClass.INPATIENT, declared.unit_code, declared.unit_name, planned=False if declared.body.get("priority") in _HURRIED else None,
        protected="CACH" in declared.identity.statuses,
    )  # fmt: skip
    applied = apply_movement(
        System("fhir"), structure=structure.pk, identity=declared.identity, news=news, known_at=clock.now(),
        number=time.time_ns() // 1000, known=declared.known,
    )  # fmt: skip
    if known is not None and applied.circles:
        DeclaredStay.objects.filter(pk=known.pk).update(expires_at=timezone.now() + _ENDS_AFTER)


def _declared_stay(structure: Structure, declared: Declared, event: Event) -> DeclaredStay | None:
    """Which stay an event without a number belongs to; None where the patient has nothing to be known by."""
    key = declared.identity.traits.ins or "\x1e".join(next(iter(declared.identity.identifiers), ()))
    if not key and declared.known and declared.known.circles:
        key = f"patient:{declared.known.circles[0].patient_id}"
    if not key:
        return None
    now = timezone.now()
    DeclaredStay.objects.filter(expires_at__lt=now).delete()
    digest = keyed_hash("fhir.declared-stay", str(structure.pk), key)
    row, _new = DeclaredStay.objects.get_or_create(structure=structure, digest=digest, defaults={"expires_at": now + _FORGOTTEN_AFTER})
    if event is Event.ADMITTED and row.ended_at is not None and declared.at > row.ended_at:
        row.delete()
        row = DeclaredStay.objects.create(structure=structure, digest=digest, expires_at=now + _FORGOTTEN_AFTER)
    if event is Event.DISCHARGED and declared.body["status"] not in _TAKEN_BACK:
        row.ended_at = declared.at
        row.save(update_fields=["ended_at"])
    return row


def _say(structure: Structure, declared: Declared) -> None:
    """A document or a note was put down somewhere else: its sentence for the care team, of patients whom the hospital is bound to."""
    text = str((declared.body["payload"][0]).get("contentString", "")).strip()[:_LONGEST]
    if not text:
        return
    matched = {circle.pk for circle in circles_meant(structure, declared)}
    silent = tells_nobody(structure)
    for circle in bound_circles(structure).filter(pk__in=matched, state=CircleState.ACTIVE).order_by("pk"):
        stay, protected = stay_named(structure, circle, declared.stay), "CACH" in declared.identity.statuses
        if silent and is_discreet(structure, circle, stay, unit_codes=[declared.unit_code], protected=protected):
            continue
        _write(circle, structure, declared, text)


def _write(circle: Circle, structure: Structure, declared: Declared, text: str) -> None:
    at = rfc3339(declared.at)
    said = {"what": "note", "hospital": structure.name, "at": at, "known_at": rfc3339(clock.now())}
    kind: dict[str, Any] = {**said, "type": declared.code, "authors": []}
    with opened(circle.pk) as feed:
        takes = Circle.objects.filter(pk=circle.pk, state=CircleState.ACTIVE).exists()
        if takes and is_first_time(structure, declared.body, circle=circle.pk):
            cards = EventCards(EventCard(text, kind), None)
            readers = Audience.CARE_TEAM.readers
            write_event(feed, circle, source=structure, cards=cards, readers=readers, audience=Audience.CARE_TEAM, at=declared.at)

"""A note of the cahier de liaison (cdl-document-reference) coming in: a post of the hospital's, answered, corrected and withdrawn alike.

Who reads it, by `securityLabel` (JDV_J110, one at most): none, MASQUE_PSOCIAL and MASQUE_PT: care team and patient; INVISIBLE_PATIENT and
INVISIBLE_REPRESENTANTS_LEGAUX: the care team; MASQUE_PS is refused, for a note that no professional may read has no reader here.
"""
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from foundation import clock
from foundation.clock import rfc3339
from hospital.gateway.audiences import is_discreet, stay_named, tells_nobody
from hospital.gateway.fhir.attachments import Carried, carried_by
from hospital.gateway.fhir.codes import EMERGENCY, NORMAL, NOTE_SYSTEM, NOTE_TYPES, PROFESSIONS, VISIBILITIES
from hospital.gateway.fhir.encounters import encounter_of
from hospital.gateway.fhir.identities import bound_to, is_protected
from hospital.gateway.fhir.outcomes import FhirRefused, Issue, Resource, refused
from hospital.gateway.fhir.references import Around, codes, extension, human_name
from journal.enums import Urgency
from journal.events import EventCard, EventCards
from journal.services import LONGEST
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.models import Circle

_HIDDEN = {"INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX"}


@dataclass(frozen=True)
class Note:
    """A note, checked, before anything is written."""

    body: Resource
    circles: list[Circle]
    carried: Carried
    audience: Audience
    urgent: bool
    at: dt.datetime
    data: dict[str, Any]
    withdrawn: bool  # its status says that it does not hold any more
    discreet: frozenset[UUID] = frozenset()  # the circles where the stay is one of which little is told

    @property
    def cards(self) -> EventCards:
        """Its card: words, who at the hospital wrote it, what kind of note it is."""
        return EventCards(EventCard(self.carried.text, self.data), None)

    def audience_in(self, circle: Circle) -> Audience:
        """Who reads it there: of a stay of which little is told, and after a death, the care team alone."""
        hidden = circle.pk in self.discreet or circle.family_silent_since is not None
        return Audience.CARE_TEAM if hidden else self.audience

    @property
    def urgency(self) -> Urgency:
        """Urgent by cdl-ext-is-emergency."""
        return Urgency.URGENT if self.urgent else Urgency.INFO


def is_note(resource: Resource) -> bool:
    """Whether a DocumentReference is a note; else it is a document."""
    profiles = (resource.get("meta") or {}).get("profile") or ()
    return bool(codes(resource.get("type"), "TypeNote")) or any("cdl-document-reference" in one for one in profiles)


def read_note(resource: Resource, structure: Structure, around: Around, place: str) -> Note:
    """Raises FhirRefused (422) with every constraint of the guide that it breaks."""
    faults = list(_faults(resource, place))
    if faults:
        raise FhirRefused(422, *faults)
    circles = bound_to(structure, resource, around, place)
    carried = carried_by(resource, around, place)
    if not carried.text.strip() and not carried.files:
        raise refused(422, "required", "A note has words or files.", f"{place}.content")
    if len(carried.text) > LONGEST:
        raise refused(422, "too-long", f"A note has at most {LONGEST} characters.", f"{place}.content")
    at = moment(resource.get("date")) or clock.now()
    authors = list(authors_of(resource, around))
    data = {
        "what": "note", "hospital": structure.name, "at": rfc3339(at), "known_at": rfc3339(clock.now()), "type": codes(resource["type"])[0],
        "authors": authors,
    }  # fmt: skip
    urgent = bool(extension(resource, EMERGENCY).get("valueBoolean"))
    discreet = _discreet(resource, structure, circles, around)
    withdrawn = resource["status"] != "current"
    if discreet and not withdrawn and tells_nobody(structure):
        raise refused(422, "business-rule", "The hospital's own setting says that nothing of this stay is told to anybody.", place)
    return Note(resource, circles, carried, _audience(resource), urgent, at, data, withdrawn, discreet)


def _discreet(resource: Resource, structure: Structure, circles: Sequence[Circle], around: Around) -> frozenset[UUID]:
    encounter, protected = encounter_of(resource, around), is_protected(resource, around)
    return frozenset(
        circle.pk for circle in circles
        if is_discreet(structure, circle, stay_named(structure, circle, encounter.stay), unit_codes=encounter.units, protected=protected)
    )  # fmt: skip


def moment(text: object) -> dt.datetime | None:
    """A FHIR instant or dateTime; without an offset it is in UTC. None where there is none."""
    try:
        found = dt.datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _faults(resource: Resource, place: str) -> Iterator[Issue]:
    kinds = codes(resource.get("type"))
    if not kinds:
        yield Issue("required", f"type is required, of {NOTE_SYSTEM}: {', '.join(sorted(NOTE_TYPES))}.", f"{place}.type")
    elif kinds[0] not in NOTE_TYPES:
        yield Issue("code-invalid", f"One of {', '.join(sorted(NOTE_TYPES))} (JDV_J23).", f"{place}.type.coding[0].code")
    for element in ("subject", "author"):
        if not resource.get(element):
            yield Issue("required", f"{element} is required.", f"{place}.{element}")
    if resource.get("authenticator"):
        yield Issue("business-rule", "A note has no authenticator (0..0).", f"{place}.authenticator")
    yield from _label_faults(resource.get("securityLabel", ()), f"{place}.securityLabel")


def _label_faults(labels: Sequence[Resource], place: str) -> Iterator[Issue]:
    if len(labels) > 1:
        yield Issue("business-rule", "A note has one securityLabel at most.", f"{place}[1]")
    for index, label in enumerate(labels):
        for code in codes(label) or [""]:
            if code == "MASQUE_PS":
                yield Issue("not-supported", "A note that no health professional may read has no reader here.", f"{place}[{index}]")
            elif code not in VISIBILITIES | {NORMAL}:
                yield Issue("code-invalid", f"One of {', '.join(sorted(VISIBILITIES))} (JDV_J110).", f"{place}[{index}]")


def _audience(resource: Resource) -> Audience:
    labels = {code for label in resource.get("securityLabel", ()) for code in codes(label)}
    return Audience.CARE_TEAM if labels & _HIDDEN else Audience.PATIENT


def authors_of(resource: Resource, around: Around) -> Iterator[dict[str, str]]:
    """Who wrote it, as far as it is said: name, and profession by TRE_G15, which stands in the role or in the qualification."""
    for reference in resource.get("author", ()):
        found = around.found(resource, reference) or {}
        person = around.found(found, found.get("practitioner")) or found
        name = human_name(person.get("name")) if isinstance(person.get("name"), list) else str(person.get("name") or "")
        name = name or str(reference.get("display") or (found.get("practitioner") or {}).get("display") or "")
        trades = [code for concept in found.get("code", ()) if isinstance(concept, dict) for code in codes(concept, PROFESSIONS)]
        trades += [code for one in person.get("qualification", ()) for code in codes(one.get("code"), PROFESSIONS)]
        if name:
            yield {"name": name[:200], "profession": trades[0] if trades else ""}


def targets(resource: Resource, code: str, around: Around) -> list[tuple[int, UUID | None, str]]:
    """(index, our post's id, as it was written) of what a note replaces or appends to."""
    related = enumerate(resource.get("relatesTo", ()))
    return [(index, around.own_id(one.get("target"), "DocumentReference"), str((one.get("target") or {}).get("reference", "")))
            for index, one in related if one.get("code") == code]  # fmt: skip

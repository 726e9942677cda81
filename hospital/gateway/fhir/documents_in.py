"""A document (PDSm, DocumentReference with its content) coming in: opened where it is a CDA, and filed as one that came by HL7 v2."""
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from hospital.gateway.cda import Attachment, Document, NotADocument, read_document
from hospital.gateway.documents import DocumentAction, DocumentNews, Mark
from hospital.gateway.fhir.attachments import content_of
from hospital.gateway.fhir.codes import NORMAL, VISIBILITIES
from hospital.gateway.fhir.encounters import encounter_of
from hospital.gateway.fhir.identities import bound_to, is_protected
from hospital.gateway.fhir.notes import authors_of, moment
from hospital.gateway.fhir.outcomes import FhirRefused, Issue, Resource, refused
from hospital.gateway.fhir.references import Around, codes
from hospital.gateway.models import HospitalDocument
from hospital.gateway.versions import known_version
from hospital.stays.announcements import Identity
from hospital.stays.resembling import agrees
from people.accounts.models import Structure, Unit
from people.circles.models import Circle
from people.circles.traits import Traits

_XML = {"text/xml", "application/xml", "application/hl7-v3+xml"}
_MARKS = {
    "INVISIBLE_PATIENT": Mark.HIDDEN_FROM_PATIENT, "INVISIBLE_REPRESENTANTS_LEGAUX": Mark.HIDDEN_FROM_GUARDIANS, "MASQUE_PS": Mark.MASKED,
}  # fmt: skip
_URI = "urn:ietf:rfc:3986"


@dataclass(frozen=True)
class Sent:
    """A document, checked, and the circles that it goes to."""

    news: DocumentNews
    circles: list[Circle]


def read_reference(resource: Resource, structure: Structure, around: Around, place: str) -> Sent:
    """Raises FhirRefused (422) with its faults; for a CDA of another patient too."""
    faults = list(_faults(resource, place))
    if faults:
        raise FhirRefused(422, *faults)
    circles = bound_to(structure, resource, around, place)
    document = _document(resource, structure, around, place)
    if document.traits.family_name or document.traits.birth_name or document.ins:  # a CDA: it says whom it is about
        _check_patient(document, circles, f"{place}.content[0]")
    replaces = tuple(_number(one["target"]["identifier"]) for one in _replaced(resource))
    gone = resource["status"] == "entered-in-error"
    action = DocumentAction.DELETE if gone else DocumentAction.REPLACE if replaces else DocumentAction.NEW
    marks = frozenset(_MARKS[code] for label in resource.get("securityLabel", ()) for code in codes(label) if code in _MARKS)
    for circle in circles:
        if action is not DocumentAction.NEW and known_version(structure.pk, circle.pk, replaces or [document.id]) is None:
            raise refused(422, "not-found", "What it replaces or deletes is not known here.", f"{place}.relatesTo")
    encounter = encounter_of(resource, around)
    unit = Unit.objects.filter(structure=structure, code__in=encounter.units).first() if encounter.units else None
    news = DocumentNews(
        action, document, Identity(document.traits), marks, replaces, encounter.stay, unit.code if unit else "",
        protected=is_protected(resource, around),
    )  # fmt: skip
    return Sent(news, circles)


def _check_patient(document: Document, circles: Sequence[Circle], place: str) -> None:
    """A CDA is about whom its reference names: by its INS where both have one, and by its traits. Raises FhirRefused (422)."""
    inside = {_bare(number) for number in document.ins}
    for circle in circles:
        ours = circle.patient.traits
        if not agrees(ours, document.traits) or (inside and ours.ins and _bare(ours.ins) not in inside):
            raise refused(422, "business-rule", "The document is about another patient than its reference.", place)


def _bare(ins: str) -> str:
    return "".join(ins.split()).upper()[:13]  # an INS without its key


def posts_of(structure: Structure, sent: Sent) -> list[UUID]:
    """The posts of a document that was filed before."""
    rows = [known_version(structure.pk, circle.pk, [sent.news.document.id]) for circle in sent.circles]
    return [row.post for row in rows if isinstance(row, HospitalDocument) and row.post is not None]


def _replaced(resource: Resource) -> list[Resource]:
    return [one for one in resource.get("relatesTo", ()) if one.get("code") == "replaces" and (one.get("target") or {}).get("identifier")]


def _faults(resource: Resource, place: str) -> Iterator[Issue]:
    for element in ("subject", "type"):
        if not resource.get(element):
            yield Issue("required", f"{element} is required.", f"{place}.{element}")
    if not (resource.get("masterIdentifier") or {}).get("value"):
        yield Issue("required", "masterIdentifier is required: by it a document is known.", f"{place}.masterIdentifier")
    for index, one in enumerate(resource.get("relatesTo", ())):
        if one.get("code") == "replaces" and not (one.get("target") or {}).get("identifier"):
            yield Issue("not-supported", "Name what it replaces by target.identifier.", f"{place}.relatesTo[{index}].target")
    for index, label in enumerate(resource.get("securityLabel", ())):
        for code in codes(label, "A07"):
            if code not in VISIBILITIES | {NORMAL}:
                yield Issue("code-invalid", f"One of {', '.join(sorted(VISIBILITIES))} (JDV_J110).", f"{place}.securityLabel[{index}]")


def _document(resource: Resource, structure: Structure, around: Around, place: str) -> Document:
    contents = [content_of(resource, index, around, place) for index in range(len(resource["content"]))]
    kind, raw = contents[0]
    if kind in _XML:
        try:
            return read_document(raw)
        except NotADocument:
            raise refused(422, "value", "This is no CDA document that can be read.", f"{place}.content[0].attachment") from None
    title = resource.get("description") or resource["content"][0]["attachment"].get("title") or ""
    authors = [one["name"] for one in authors_of(resource, around)]
    return Document(
        id=_number(resource["masterIdentifier"]), set_id="", version=1, replaces=(), code=next(iter(codes(resource["type"], "loinc")), ""),
        title=str(title)[:200], date=moment(resource.get("date")), author=", ".join(authors)[:200], organisation=structure.name,
        confidentiality=NORMAL, traits=Traits("", ""), ins=(), identifiers=(), sections=(),
        attachments=tuple(Attachment(content, media_type) for media_type, content in contents),
    )  # fmt: skip


def _number(identifier: Resource) -> str:
    """As documents by HL7 v2 are known: ROOT or ROOT^EXTENSION."""
    system, value = str(identifier.get("system", "")), str(identifier["value"]).removeprefix("urn:oid:")
    return value if system in {"", _URI} else f"{system.removeprefix('urn:oid:')}^{value}"

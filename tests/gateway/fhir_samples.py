"""Resources as a French hospital sends them, with names of our own."""
import base64
import copy
from typing import Any

from tests.gateway.fhir_world import INS, OID

CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition"
NDE = "https://interop.esante.gouv.fr/ig/fhir/nde/StructureDefinition/"
NOTE = "urn:uuid:4b1d7a52-66c1-4d19-9f6f-0b1a5fd1f001"
PATIENT = "urn:uuid:4b1d7a52-66c1-4d19-9f6f-0b1a5fd1f002"
ROLE = "urn:uuid:4b1d7a52-66c1-4d19-9f6f-0b1a5fd1f003"


def base64_of(text: str, charset: str = "utf-8") -> str:
    """As an attachment's data."""
    return base64.b64encode(text.encode(charset)).decode()


def patient(ins: str = INS, *, status: str = "VALI", **more: Any) -> dict[str, Any]:
    """Jeanne Durand, born Petit, unless `more` says otherwise."""
    reliability = {"url": f"{CORE}/fr-core-identity-reliability", "extension": [{"url": "identityStatus", "valueCoding": {"code": status}}]}
    return {
        "resourceType": "Patient", "extension": [reliability], "identifier": [{"system": f"urn:oid:{OID}", "value": ins}],
        "name": [{"use": "official", "family": "PETIT", "given": ["Jeanne"]}, {"use": "usual", "family": "DURAND", "given": ["Jeanne"]}],
        "gender": "female", "birthDate": "1941-03-09", **more,
    }  # fmt: skip


def note(text: str = "Madame est fatiguée.", **more: Any) -> dict[str, Any]:
    """A note about the contained Jeanne."""
    return {
        "resourceType": "DocumentReference", "contained": [{**patient(), "id": "p"}], "status": "current",
        "type": {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_R234-TypeNote/FHIR/TRE-R234-TypeNote", "code": "OBS"}]},
        "subject": {"reference": "#p"}, "date": "2026-11-22T09:30:00+01:00", "author": [{"display": "Mme Maylis Lasserre (infirmière)"}],
        "content": [{"attachment": {"contentType": "text/plain", "data": base64_of(text)}}], **more,
    }  # fmt: skip


def bundle(*entries: dict[str, Any]) -> dict[str, Any]:
    """A transaction."""
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def entry(resource: dict[str, Any], full: str | None = None, **request: Any) -> dict[str, Any]:
    """One entry: POST to its kind unless `request` says otherwise."""
    asked = {"method": "POST", "url": resource["resourceType"], **request}
    return {"resource": resource, "request": asked, **({"fullUrl": full} if full else {})}


def whole_note(text: str = "Madame est fatiguée.", **more: Any) -> dict[str, Any]:
    """A note with patient and author beside it, as the cahier de liaison's guide has it."""
    bare = {name: value for name, value in note(text, **more).items() if name != "contained"}
    trade = {"system": "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", "code": "60"}
    role = {"resourceType": "PractitionerRole", "practitioner": {"display": "Mme Maylis Lasserre"}, "code": [{"coding": [trade]}]}
    about = {**bare, "subject": {"reference": PATIENT}, "author": [{"reference": ROLE}]}
    return bundle(entry(about, NOTE), entry(role, ROLE), entry(patient(), PATIENT))


def event(code: str, at: str, **more: Any) -> dict[str, Any]:
    """A declared event about Jeanne."""
    kind = {"coding": [{"system": "https://mos.esante.gouv.fr/NOS/TRE_R254-TypeEvenement/FHIR/TRE-R254-TypeEvenement", "code": code}]}
    unit = {"resourceType": "Organization", "id": "u", "identifier": [{"value": "4420"}], "name": "Cardiologie"}
    return {
        "resourceType": "CommunicationRequest", "contained": [{**patient(), "id": "p"}, unit], "status": "active",
        "extension": [{"url": f"{NDE}event-type", "valueCodeableConcept": kind}, {"url": f"{NDE}event-time", "valueDateTime": at}],
        "subject": {"reference": "#p"}, "requester": {"reference": "#u"}, "payload": [{"contentString": "Courrier déposé."}], **more,
    }  # fmt: skip


def without(resource: dict[str, Any], *names: str) -> dict[str, Any]:
    """A copy that lacks some elements."""
    return {name: copy.deepcopy(value) for name, value in resource.items() if name not in names}


PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def document(number: str, raw: bytes = PDF, kind: str = "application/pdf") -> dict[str, Any]:
    """A letter about the contained Jeanne, known as `number`."""
    content = {"contentType": kind, "data": base64.b64encode(raw).decode()}
    return note(
        type={"coding": [{"system": "http://loinc.org", "code": "11490-0"}]}, description="Lettre de sortie",
        masterIdentifier={"system": "urn:ietf:rfc:3986", "value": f"urn:oid:{number}"}, content=[{"attachment": content}],
    )  # fmt: skip

"""Whom a resource is about: a Patient that came along, one of ours by id, or an identifier; and which circles that opens to a hospital."""
import re
from collections.abc import Iterable

from django.conf import settings

from hospital.gateway.fhir.outcomes import Resource, refused
from hospital.gateway.fhir.reach import bound_circles
from hospital.gateway.fhir.references import Around, extension
from hospital.stays.announcements import Identity, Number
from hospital.stays.matching import match
from people.accounts.models import Structure
from people.circles.models import Circle
from people.circles.traits import INS_OIDS, Traits

_NIR = ("1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11")
_TEST = {"1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11"}
_CORE = "https://hl7.fr/ig/fhir/core/StructureDefinition/"
_SEXES = {"male": "M", "female": "F"}


def identity_of(patient: Resource) -> Identity:
    """Traits and numbers of a Patient. The INS only where its reliability says VALI, its system is right, and NIR before NIA."""
    status = _status(patient)
    ins = next(iter(_ins(patient.get("identifier", ()))), ("", "")) if status == "VALI" else ("", "")
    official, usual = _names(patient)
    birth = official.get("family") or usual.get("family") or ""
    listed = extension(official, f"{_CORE}fr-core-patient-birth-list-given-name").get("valueString", "")
    given = str(listed).split() or [str(one) for one in official.get("given") or usual.get("given") or ()]
    traits = Traits(
        family_name=str(usual.get("family") or birth), birth_name=str(birth), given_names=given,
        birth_date=str(patient.get("birthDate", "")), sex=_SEXES.get(patient.get("gender", ""), "U"), birth_place_code=_born_at(patient),
        ins=ins[1], ins_oid=ins[0],
    )  # fmt: skip
    return Identity(traits, tuple(_numbers(patient.get("identifier", ()))), frozenset({status} if status else ()))


def identity_by_number(identifier: Resource) -> Identity:
    """Somebody known by an identifier alone (`subject.identifier`)."""
    ins = next(iter(_ins([identifier])), ("", ""))
    return Identity(Traits("", "", ins=ins[1], ins_oid=ins[0]), tuple(_numbers([identifier])), bare=True)


def subject_of(resource: Resource, around: Around, place: str) -> Identity | None:
    """Whom a resource is about; None where it names one of our own by id. Raises FhirRefused (422) where it names nobody."""
    reference = resource.get("subject") or {}
    patient = around.found(resource, reference)
    if patient is not None:
        return identity_of(patient)
    if reference.get("identifier"):
        return identity_by_number(reference["identifier"])
    if around.own_id(reference, "Patient"):
        return None
    text = "Name the patient: one in this bundle, contained, by identifier, or Patient/ID of ours."
    raise refused(422, "required", text, f"{place}.subject")


def is_protected(resource: Resource, around: Around) -> bool:
    """Whether the Patient that came along is one of whom little is told (CACH, ANOM)."""
    patient = around.found(resource, resource.get("subject")) or {}
    return _status(patient) in {"CACH", "ANOM"}


def bound_to(structure: Structure, resource: Resource, around: Around, place: str) -> list[Circle]:
    """The circles of whom a hospital may tell this. Raises FhirRefused (422), alike whether there is a circle elsewhere or not."""
    identity = subject_of(resource, around, place)
    bound = bound_circles(structure)
    if identity is None:
        found = list(bound.filter(patient=around.own_id(resource["subject"], "Patient")))
    else:
        matched = {circle.pk for circle in match(structure.pk, identity).circles}
        found = list(bound.filter(pk__in=matched)) if matched else []
    if not found:
        raise refused(422, "not-found", "This is no patient of this hospital's here. Nothing was kept.", f"{place}.subject")
    return found


def _status(patient: Resource) -> str:
    parts = extension(patient, f"{_CORE}fr-core-identity-reliability").get("extension", ())
    coding: Resource = next((one.get("valueCoding", {}) for one in parts if one.get("url") == "identityStatus"), {})
    return str(coding.get("code", ""))


def _names(patient: Resource) -> tuple[Resource, Resource]:
    """(the official name, which is that of birth; the used one). Each may stand for the other."""
    names = [one for one in patient.get("name", ()) if isinstance(one, dict)]
    official = next((one for one in names if one.get("use") in {"official", "maiden"}), names[0] if names else {})
    return official, next((one for one in names if one.get("use") == "usual"), official)


def _born_at(patient: Resource) -> str:
    place = extension(patient, "http://hl7.org/fhir/StructureDefinition/patient-birthPlace").get("valueAddress", {})
    code = extension(place, f"{_CORE}fr-core-address-insee-code").get("valueCoding", {}).get("code", "")
    return str(code) if re.fullmatch(r"(\d{2}|2[AB])\d{3}", str(code)) else ""


def _ins(identifiers: Iterable[Resource]) -> list[tuple[str, str]]:
    """(OID, number), NIR first. In production no number of the test ranges."""
    found = [(_oid(one), re.sub(r"\s", "", str(one.get("value", ""))).upper()) for one in identifiers]
    known = [pair for pair in found if pair[0] in INS_OIDS and pair[1] and not (settings.PRODUCTION and pair[0] in _TEST)]
    return sorted(known, key=lambda pair: pair[0] not in _NIR)


def _numbers(identifiers: Iterable[Resource]) -> list[Number]:
    """The hospital's own numbers: whatever is no INS and no other register's, as (authority, value)."""
    return [(_oid(one), str(one["value"])) for one in identifiers if one.get("value") and not _oid(one).startswith("1.2.250.1.213.1.4.")]


def _oid(identifier: Resource) -> str:
    return str(identifier.get("system", "")).removeprefix("urn:oid:")

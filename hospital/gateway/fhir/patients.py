"""Patients out: `fr-core-patient-ins` where the INS is qualified, else `fr-core-patient`; and the ways of naming one in a search."""
from collections.abc import Iterable
from uuid import UUID

from foundation import ids
from foundation.vault.seal import keyed_hash, unseal
from hospital.gateway.fhir.asking import Ask, Reply, leave_line, searchset
from hospital.gateway.fhir.door import Caller
from hospital.gateway.fhir.outcomes import Resource, not_found, refused
from hospital.gateway.fhir.reach import readable_circles
from hospital.stays.models import HospitalIdentifier
from people.circles.enums import IdentityStatus
from people.circles.models import Circle, Patient
from people.circles.traits import INS_OIDS, Traits

_CORE = "https://hl7.fr/ig/fhir/core"
_PROFILE = f"{_CORE}/StructureDefinition/fr-core-patient"
_TYPES = f"{_CORE}/CodeSystem/fr-core-cs-v2-0203"
_BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"
_GENDERS = {"F": "female", "M": "male"}


def read_patient(ask: Ask) -> Reply:
    """`GET Patient/{id}`."""
    circle = readable_circles(ask.caller.structure).filter(patient=ask.subject).first()
    if circle is None:
        raise not_found()
    leave_line(ask.caller, circle.id, "fhir.patient", circle.patient.pk)
    return Reply(patient_resource(ask.caller, circle.patient))


def search_patients(ask: Ask) -> Reply:
    """`GET Patient?identifier=SYSTEM|VALUE`, `?_id=`: of the patients who may be read, and only by what identifies one."""
    wanted, number = ask.one("_id"), ask.one("identifier")
    if not wanted and not number:
        raise refused(400, "required", "Patients are found by identifier or _id; there is no list of all.")
    circles = circles_of(ask.caller, number) if number else list(readable_circles(ask.caller.structure))
    found = {circle.patient.pk: circle for circle in circles if not wanted or str(circle.patient.pk) == wanted}
    for circle in found.values():
        leave_line(ask.caller, circle.id, "fhir.patient", circle.patient.pk)
    return searchset(ask, [patient_resource(ask.caller, circle.patient) for circle in found.values()])


def circles_named(ask: Ask) -> list[Circle]:
    """The readable circles of the patient that a search names: `patient`, `subject`, or `patient.identifier`. Raises FhirRefused (400)."""
    number = ask.one("patient.identifier", "subject.identifier", "patient:identifier", "subject:identifier")
    reference = ask.one("patient", "subject", "patient:Patient", "subject:Patient")
    if number:
        return circles_of(ask.caller, number)
    if not reference:
        raise refused(400, "required", f"Say whose: {ask.kind}?patient=Patient/ID or patient.identifier=SYSTEM|VALUE.")
    patient = ids.parse(reference.removeprefix(ask.caller.base + "/").removeprefix("Patient/"))
    return list(readable_circles(ask.caller.structure).filter(patient=patient)) if patient else []


def circles_of(caller: Caller, number: str) -> list[Circle]:
    """The readable circles of whoever bears an identifier, `SYSTEM|VALUE`: an INS, or a number of the hospital's own."""
    system, bar, value = number.rpartition("|")
    if not bar or not value:
        raise refused(400, "invalid", "An identifier is SYSTEM|VALUE, for example urn:oid:1.2.250.1.213.1.4.8|… for an INS.")
    readable = readable_circles(caller.structure)
    if system.removeprefix("urn:oid:") in INS_OIDS:
        wanted = readable.filter(patient__hashes__purpose="ins", patient__hashes__digest=keyed_hash("traits.ins", value))
        return [circle for circle in wanted.distinct() if circle.patient.identity_status == IdentityStatus.QUALIFIED]
    authority = system.removeprefix("urn:oid:")
    numbered = _numbers(caller, {circle.patient.pk for circle in readable})
    patients = {row.patient_id for row, (theirs, number) in numbered if number == value and theirs in {system, authority, ""}}
    return [circle for circle in readable if circle.patient.pk in patients]


def _numbers(caller: Caller, patients: Iterable[UUID]) -> list[tuple[HospitalIdentifier, tuple[str, str]]]:
    """The hospital's own numbers of some patients: (row, (authority, value))."""
    rows = HospitalIdentifier.objects.filter(structure=caller.structure, patient__in=list(patients), ended_at=None)
    return [(row, _opened(row)) for row in rows.select_related("patient")]


def _opened(row: HospitalIdentifier) -> tuple[str, str]:
    authority, _, value = unseal(row.patient.vault, f"stays.identifier:{row.pk}", row.sealed_value).partition("\x1f")
    return authority, value


def patient_resource(caller: Caller, patient: Patient) -> Resource:
    """A patient as the hospital may know them: identity, its own number, the INS where it is qualified. Nothing of health."""
    traits = patient.traits
    qualified = bool(traits.ins) and patient.identity_status == IdentityStatus.QUALIFIED
    identifiers = [_ins(traits)] if qualified else []
    identifiers += [_ipp(authority, value) for _row, (authority, value) in _numbers(caller, [patient.pk])]
    resource = {**identity_resource(patient), "meta": {"profile": [_PROFILE + ("-ins" if qualified else "")]}}
    if traits.birth_place_code:
        resource["extension"].append(_born_at(traits.birth_place_code))
    return {**resource, "identifier": identifiers} if identifiers else resource


def identity_resource(patient: Patient) -> Resource:
    """A patient by what every member of the circle knows: names, birth date, sex, and how sure the identity is. No number."""
    traits = patient.traits
    return {
        "resourceType": "Patient", "id": str(patient.pk), "meta": {"profile": [_PROFILE]}, "extension": [_reliability(patient)],
        "active": True, "name": _names(traits), "gender": _GENDERS.get(traits.sex, "unknown"), "birthDate": traits.birth_date,
    }  # fmt: skip


def _ins(traits: Traits) -> Resource:
    kind = "INS-NIA" if traits.ins_oid.endswith(".9") else "INS-NIR"
    typed = {"coding": [{"system": _TYPES, "code": kind}]}
    return {"use": "official", "type": typed, "system": f"urn:oid:{traits.ins_oid}", "value": traits.ins}


def _ipp(authority: str, value: str) -> Resource:
    typed = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "PI"}]}
    known: Resource = {"use": "usual", "type": typed, "value": value}
    if not authority:
        return known
    return {**known, "system": f"urn:oid:{authority}" if authority.replace(".", "").isdigit() else authority}


def _names(traits: Traits) -> list[Resource]:
    given = {"url": f"{_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name", "valueString": " ".join(traits.given_names)}
    official = {"extension": [given], "use": "official", "family": traits.birth_name, "given": traits.given_names[:1]}
    if not traits.distinct_birth_name:
        return [official]
    return [official, {"use": "usual", "family": traits.family_name, "given": traits.given_names[:1]}]


def _reliability(patient: Patient) -> Resource:
    code = {IdentityStatus.QUALIFIED: "VALI", IdentityStatus.VALIDATED: "VALI"}.get(IdentityStatus(patient.identity_status), "PROV")
    coding = {"system": f"{_CORE}/CodeSystem/fr-core-cs-v2-0445", "code": code}
    status = {"url": "identityStatus", "valueCoding": coding}
    return {"url": f"{_CORE}/StructureDefinition/fr-core-identity-reliability", "extension": [status]}


def _born_at(code: str) -> Resource:
    coding = {"system": "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM", "code": code}
    insee = {"url": f"{_CORE}/StructureDefinition/fr-core-address-insee-code", "valueCoding": coding}
    return {"url": _BIRTH_PLACE, "valueAddress": {"extension": [insee]}}

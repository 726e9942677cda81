"""People around a patient as FHIR knows them, contained: PractitionerRole with its Practitioner, RelatedPerson, Organization."""
from hospital.gateway.fhir.outcomes import Resource
from messaging.feed.enums import Standing
from people.accounts.models import Person, Structure
from people.circles.enums import Role
from people.circles.models import Membership

_NOS = "https://mos.esante.gouv.fr/NOS"
_AS = "https://interop.esante.gouv.fr/ig/fhir/annuaire/StructureDefinition"
_PROFESSIONS = {  # TRE_G15
    "physician": "10", "pharmacist": "21", "care_assistant": "35", "dentist": "40", "midwife": "50", "nurse": "60", "physiotherapist": "70",
    "speech_therapist": "91", "psychologist": "93", "occupational_therapist": "94", "dietitian": "95",
}  # fmt: skip
_ROLES = {Role.GP: ("TRE_R259", "PCP"), Role.TRUSTED_PERSON: ("TRE_R260", "QUAL"), Role.RELATIVE: ("TRE_R260", "CAREGIVER")}
_RELATIVES = {Standing.RELATIVES}


def role_concept(role: str) -> Resource:
    """A role as careteam-roles-vs has it, where it has one; our own word always."""
    known = _ROLES.get(Role(role))
    national = [{"system": f"{_NOS}/{known[0]}", "code": known[1]}] if known else [{"system": f"{_NOS}/TRE_R260", "code": "PROV"}]
    return {"coding": [*national, {"system": "urn:cercle:role", "code": str(role)}]}


def member_resources(member: Membership, patient: str) -> list[Resource]:
    """Whoever is a member, contained: the first one is what a reference names. `patient` is the reference of the patient."""
    name = {"family": member.person.family_name, "given": [member.person.given_name]}
    named = [{key: value for key, value in name.items() if value not in ("", [""])}]
    key = f"m-{member.pk}"
    if member.stands in _RELATIVES:
        return [_related(member, key, patient, named)]
    person: Resource = {"resourceType": "Practitioner", "id": f"p-{member.pk}", "name": named, "identifier": [_own_id(member)]}
    if member.person.rpps:
        person["identifier"] = [*_rpps(member.person), _own_id(member)]
    role: Resource = {
        "resourceType": "PractitionerRole", "id": key, "meta": {"profile": [f"{_AS}/as-practitionerrole"]},
        "practitioner": {"reference": f"#{person['id']}", "display": member.person.name},
    }  # fmt: skip
    trade = _PROFESSIONS.get(member.person.profession)
    if trade:
        role["code"] = [{"coding": [{"system": f"{_NOS}/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", "code": trade}]}]
    if member.via is not None:
        role["organization"] = {"display": member.via.name}
    return [role, person]


def _rpps(person: Person) -> list[Resource]:
    national = {"system": "urn:oid:1.2.250.1.71.4.2.1", "value": f"8{person.rpps}"}
    return [national, {"system": "https://rpps.esante.gouv.fr", "value": person.rpps}]


def _own_id(member: Membership) -> Resource:
    return {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{member.pk}"}


def _related(member: Membership, key: str, patient: str, named: list[Resource]) -> Resource:
    """cds-fr-related-person. Its telephone (1..*) is for the circle, and is said to be masked."""
    masked = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}]}
    return {
        "resourceType": "RelatedPerson", "id": key, "identifier": [_own_id(member)], "patient": {"reference": patient}, "name": named,
        "relationship": [role_concept(member.role)], "telecom": [masked],
    }  # fmt: skip


def organization(structure: Structure, key: str) -> Resource:
    """A structure, contained."""
    identifiers = [{"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{structure.pk}"}]
    if structure.finess:
        identifiers.insert(0, {"system": "urn:oid:1.2.250.1.71.4.2.2", "value": f"1{structure.finess}"})
    return {"resourceType": "Organization", "id": key, "identifier": identifiers, "name": structure.name}

"""A scenario's file as typed records. Whatever is wrong with it is said in one sentence, and where."""

import datetime as dt
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from foundation.errors import Invalid
from hospital.gateway.certificates import read_certificate
from people.accounts.enums import Gender, Profession
from people.circles.enums import History, Role
from people.circles.services import Admission
from people.circles.traits import INS_OID_DEFAULT, Traits
from portal.scenario.fields import Entry, ScenarioError, read_entries, read_keys, read_moment, read_text, read_word


@dataclass(frozen=True)
class UnitEntry:
    key: str
    code: str
    name: str


@dataclass(frozen=True)
class MllpEntry:
    """A feed of HL7 v2. `certificate`: SHA-256 of the client's, hexadecimal; "" where it speaks plainly."""

    msh4: str
    certificate: str
    ends: dt.datetime | None


@dataclass(frozen=True)
class FhirClientEntry:
    client_id: str
    jwks: Entry


@dataclass(frozen=True)
class StructureEntry:
    key: str
    name: str
    finess: str
    kind: str
    units: tuple[UnitEntry, ...]
    fhir_client: FhirClientEntry | None = None
    mllp: MllpEntry | None = None


@dataclass(frozen=True)
class PersonEntry:
    key: str
    email: str
    password: str
    family_name: str
    given_name: str
    profession: str
    rpps: str
    confirmed: bool
    structures: tuple[str, ...]
    units: tuple[str, ...]
    language: str
    gender: str


@dataclass(frozen=True)
class PatientEntry:
    """`members` in the order of the file: (person key, as what they are admitted)."""

    key: str
    traits: Traits
    members: tuple[tuple[str, Admission], ...]


@dataclass(frozen=True)
class Scenario:
    structures: tuple[StructureEntry, ...]
    people: tuple[PersonEntry, ...]
    patients: tuple[PatientEntry, ...]


def parse_scenario(text: str | bytes) -> Scenario:
    """The file's content, checked: keys unique over all kinds, every reference known. Raises ScenarioError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"This is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise ScenarioError("A scenario is a JSON object with structures, people and patients.")
    scenario = Scenario(
        tuple(_structure(entry) for entry in read_entries(data, "structures", "The scenario")),
        tuple(_person(entry) for entry in read_entries(data, "people", "The scenario")),
        tuple(_patient(entry) for entry in read_entries(data, "patients", "The scenario")),
    )
    _check_references(scenario)
    return scenario


def _check_references(scenario: Scenario) -> None:
    units = [unit.key for structure in scenario.structures for unit in structure.units]
    structures, people = [each.key for each in scenario.structures], [each.key for each in scenario.people]
    _once([*structures, *units, *people, *(each.key for each in scenario.patients)], "The key {} is given twice.")
    _once([person.email for person in scenario.people], "The e-mail {} is given to two people.")
    for person in scenario.people:
        _known(person.structures, structures, f"{person.key} works for {{}}, which is no structure of this file.")
        _known(person.units, units, f"{person.key} belongs to {{}}, which is no unit of this file.")
    for patient in scenario.patients:
        _known([key for key, _ in patient.members], people, f"{patient.key} has the member {{}}, who is no person of this file.")


def _once(keys: Iterable[str], sentence: str) -> None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            raise ScenarioError(sentence.format(key))
        seen.add(key)


def _known(keys: Iterable[str], known: Iterable[str], sentence: str) -> None:
    have = set(known)
    for key in keys:
        if key not in have:
            raise ScenarioError(sentence.format(key))


def _structure(entry: Entry) -> StructureEntry:
    key = read_text(entry, "key", "A structure")
    units = tuple(
        UnitEntry(
            read_text(unit, "key", f"A unit of {key}"),
            read_text(unit, "code", f"A unit of {key}"),
            read_text(unit, "name", f"A unit of {key}"),
        )
        for unit in read_entries(entry, "units", key)
    )
    return StructureEntry(
        key,
        read_text(entry, "name", key),
        read_text(entry, "finess", key, needed=False),
        read_text(entry, "kind", key, needed=False),
        units,
        _fhir_client(entry, key),
        _mllp(entry, key),
    )


def _mllp(entry: Entry, key: str) -> MllpEntry | None:
    found, where = entry.get("mllp"), f"The mllp of {key}"
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ScenarioError(f"{key}: mllp is not an object with msh4.")
    msh4, shown = read_text(found, "msh4", where), read_text(found, "client_cert", where, needed=False, most=64 * 1024)
    digest = shown.replace(":", "").strip().lower()
    if not shown or re.fullmatch(r"[0-9a-f]{64}", digest):
        return MllpEntry(msh4, digest, None)
    try:
        certificate = read_certificate(shown)
    except Invalid:
        raise ScenarioError(f"{where}: client_cert is neither a certificate in PEM form nor its SHA-256 in hexadecimal.") from None
    return MllpEntry(msh4, certificate.digest, certificate.ends)


def _fhir_client(entry: Entry, key: str) -> FhirClientEntry | None:
    found = entry.get("fhir_client")
    if found is None:
        return None
    if not isinstance(found, dict) or not isinstance(found.get("jwks"), dict):
        raise ScenarioError(f"{key}: fhir_client is not an object with client_id and jwks.")
    return FhirClientEntry(read_text(found, "client_id", f"The fhir_client of {key}"), found["jwks"])


def _person(entry: Entry) -> PersonEntry:
    key = read_text(entry, "key", "A person")
    email = read_text(entry, "email", key).lower()
    try:
        validate_email(email)
    except ValidationError:
        raise ScenarioError(f"{key}: {email} is no e-mail address.") from None
    return PersonEntry(
        key=key,
        email=email,
        password=read_text(entry, "password", key),
        family_name=read_text(entry, "family_name", key),
        given_name=read_text(entry, "given_name", key),
        profession=read_word(entry, "profession", key, Profession.values),
        rpps=read_text(entry, "rpps", key, needed=False, most=11),
        confirmed=entry.get("confirmed") is not False,
        structures=read_keys(entry, "structures", key),
        units=read_keys(entry, "units", key),
        language=read_word(entry, "language", key, ["fr", "en"]) or "fr",
        gender=read_word(entry, "gender", key, Gender.values),
    )


def _patient(entry: Entry) -> PatientEntry:
    key = read_text(entry, "key", "A patient")
    members = tuple(
        (read_text(member, "person", f"A member of {key}"), _admission(member, key)) for member in read_entries(entry, "members", key)
    )
    patients = [person for person, admission in members if admission.role is Role.PATIENT]
    if len(patients) > 1:
        raise ScenarioError(f"{key} has two members in the role patient: {patients[0]} and {patients[1]}.")
    try:
        traits = Traits.parsed({**entry, "ins": None})
    except Invalid as error:
        field, reason = next(iter((error.errors or {}).items()))
        raise ScenarioError(f"{key}: {field} is wrong. {reason}") from None
    return PatientEntry(key, _with_ins(traits, entry.get("ins")), members)


def _with_ins(traits: Traits, raw: object) -> Traits:
    """The number as it stands: scenarios are trusted, and official examples have wrong keys."""
    value, oid = (raw.get("value"), raw.get("oid")) if isinstance(raw, dict) else (raw, None)
    return replace(traits, ins=str(value), ins_oid=str(oid or INS_OID_DEFAULT)) if value else traits


def _admission(entry: Entry, patient: str) -> Admission:
    where = f"{patient}, member {entry.get('person')}"
    role = read_word(entry, "role", where, Role.values)
    if not role:
        raise ScenarioError(f"{where} has no role.")
    history = read_word(entry, "history", where, History.values) or History.ALL
    return Admission(Role(role), History(history), read_moment(entry, "since", where), read_moment(entry, "until", where))

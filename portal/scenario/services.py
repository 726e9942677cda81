"""Stores a scenario: everything is built in memory first, then written in one short transaction beside a running service."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import transaction

from foundation import clock
from hospital.gateway.models import Feed, FhirClient
from people.accounts.models import Affiliation, Person, Structure, Unit
from people.accounts.services import NewPerson, prepare_people, store_people
from people.circles.bulk import CircleTraits, NewCircle, new_circles, store_circles
from people.circles.enums import IdentityStatus
from portal.scenario.fields import ScenarioError
from portal.scenario.protocol import PatientEntry, PersonEntry, Scenario

RECORDED_AS = "scenario"
_BATCH = 500


def load_scenario(scenario: Scenario) -> dict[str, str]:
    """Person key → id, structure and unit key → id, patient key → its circle's id. Raises ScenarioError; then nothing was stored.

    An e-mail that has an account already is that account, if the password is right: a file may be built upon another.
    """
    structures = {each.key: Structure(name=each.name, kind=each.kind, finess=each.finess) for each in scenario.structures}
    units = {
        unit.key: Unit(structure=structures[each.key], code=unit.code, name=unit.name)
        for each in scenario.structures
        for unit in each.units
    }
    known = _known_people(scenario.people)
    fresh = [entry for entry in scenario.people if entry.email not in known]
    prepared = prepare_people([_new_person(entry) for entry in fresh], share_hashes=True)
    people = {entry.key: known.get(entry.email) for entry in scenario.people} | dict(
        zip([entry.key for entry in fresh], prepared, strict=True)
    )
    present = {key: person for key, person in people.items() if person is not None}
    circles = _circles(scenario.patients, present)
    with transaction.atomic():
        Structure.objects.bulk_create(structures.values(), batch_size=_BATCH)
        Unit.objects.bulk_create(units.values(), batch_size=_BATCH)
        _store_fhir_clients(scenario, structures)
        _store_feeds(scenario, structures)
        if Person.objects.filter(email__in=[entry.email for entry in fresh]).exists():
            raise ScenarioError("Somebody took one of the e-mail addresses while this file was being loaded.")
        store_people(prepared)
        Affiliation.objects.bulk_create(_affiliations(scenario.people, present, structures, units), batch_size=_BATCH)
        store_circles(circles)
    made: dict[str, UUID] = {key: each.pk for group in (present, structures, units) for key, each in group.items()}
    made |= {entry.key: new.circle.id for entry, new in zip(scenario.patients, circles, strict=True)}
    return {key: str(each) for key, each in made.items()}


def _store_fhir_clients(scenario: Scenario, structures: dict[str, Structure]) -> None:
    """A file that is loaded again names the same programs: each then speaks for the newest structure."""
    for entry in scenario.structures:
        if entry.fhir_client:
            client = entry.fhir_client
            given = {"structure": structures[entry.key], "jwks": client.jwks, "made_at": clock.now(), "ended_at": None}
            FhirClient.objects.update_or_create(client_id=client.client_id, defaults=given)


def _store_feeds(scenario: Scenario, structures: dict[str, Structure]) -> None:
    """By which facility a hospital's messages are known. Raises ScenarioError where another one has it already."""
    wanted = {entry.mllp.msh4: (structures[entry.key], entry.mllp) for entry in scenario.structures if entry.mllp}
    taken = Feed.objects.filter(msh4__in=wanted).values_list("msh4", flat=True).first()
    if taken or len(wanted) < len([entry for entry in scenario.structures if entry.mllp]):
        raise ScenarioError(f"Two structures speak for the facility {taken or next(iter(wanted))}.")
    Feed.objects.bulk_create(
        Feed(structure=structure, msh4=mllp.msh4, certificate=mllp.certificate, certificate_ends=mllp.ends, made_at=clock.now())
        for structure, mllp in wanted.values()
    )


def _known_people(entries: Sequence[PersonEntry]) -> dict[str, Person]:
    """Accounts that exist already, by e-mail. Raises ScenarioError where the password is another."""
    by_email = {person.email: person for person in Person.objects.filter(email__in=[entry.email for entry in entries])}
    checked: dict[tuple[str, str], bool] = {}
    for entry in entries:
        person = by_email.get(entry.email)
        if person is None:
            continue
        pair = (entry.password, person.password)
        if pair not in checked:
            checked[pair] = check_password(*pair)
        if not checked[pair]:
            raise ScenarioError(f"{entry.email} has an account already, with another password.")
    return {email: person for email, person in by_email.items() if email}


def _new_person(entry: PersonEntry) -> NewPerson:
    return NewPerson(
        entry.given_name,
        entry.family_name,
        entry.email,
        entry.password,
        profession=entry.profession,
        rpps=entry.rpps,
        confirmed=entry.confirmed,
        language=entry.language,
        gender=entry.gender,
    )


def _affiliations(
    entries: Sequence[PersonEntry], people: dict[str, Person], structures: dict[str, Structure], units: dict[str, Unit]
) -> list[Affiliation]:
    now = clock.now()
    rows = [Affiliation(person=people[entry.key], structure=structures[key], since=now) for entry in entries for key in entry.structures]
    rows += [
        Affiliation(person=people[entry.key], structure=units[key].structure, unit=units[key], since=now)
        for entry in entries
        for key in entry.units
    ]
    return rows


def _circles(entries: Sequence[PatientEntry], people: dict[str, Person]) -> list[NewCircle]:
    now = clock.now()
    circles = new_circles(CircleTraits(entry.traits, RECORDED_AS, now, _status(entry)) for entry in entries)
    for entry, circle in zip(entries, circles, strict=True):
        _seat(entry, circle, people)
    return circles


def _status(entry: PatientEntry) -> IdentityStatus:
    return IdentityStatus.QUALIFIED if entry.traits.ins else IdentityStatus.PROVISIONAL


def _seat(entry: PatientEntry, circle: NewCircle, people: dict[str, Person]) -> None:
    """Joins in the order of the file. Who comes back has ended before: two open memberships of one person are refused."""
    now = clock.now()
    inside: dict[str, Any] = {}
    for key, admission in entry.members:
        if key in inside:
            member, until = inside[key]
            if until is None or until > now:
                raise ScenarioError(f"{key} is a member of {entry.key} twice at the same time.")
            member.ended_at = until
        inside[key] = (circle.join(people[key], admission, at=now), admission.until)

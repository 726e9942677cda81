"""What a scenario's file may say, and the one sentence for what it may not."""

import copy
import json
from typing import Any

import pytest

from people.circles.enums import History, Role
from portal.scenario.fields import ScenarioError
from portal.scenario.protocol import parse_scenario
from tests.portal.cast import SCENARIO


def _changed(**changes: Any) -> str:
    """The good scenario with members of its first person or patient replaced."""
    data = copy.deepcopy(SCENARIO)
    for place, value in changes.items():
        kind, _, name = place.partition("__")
        data[kind][0][name] = value
    return json.dumps(data)


def test_the_contracts_example_is_understood() -> None:
    scenario = parse_scenario(json.dumps(SCENARIO))
    assert [person.key for person in scenario.people] == ["alice", "claire"]
    assert scenario.people[0].structures == ("chd",)
    assert scenario.people[1].confirmed is False
    person, admission = scenario.patients[0].members[0]
    assert (person, admission.role, admission.history) == ("alice", Role.NURSE, History.ALL)


@pytest.mark.parametrize("missing", ["rpps", "profession", "structures", "units", "language"])
def test_a_person_may_lack(missing: str) -> None:
    data = copy.deepcopy(SCENARIO)
    del data["people"][0][missing]
    assert parse_scenario(json.dumps(data)).people[0].key == "alice"
    assert parse_scenario(_changed(**{f"people__{missing}": None})).people[0].key == "alice"


@pytest.mark.parametrize(("given", "read"), [("F", "F"), ("M", "M"), (None, "")])
def test_a_person_s_gender_may_be_given(given: str | None, read: str) -> None:
    assert parse_scenario(_changed(people__gender=given)).people[0].gender == read
    assert parse_scenario(json.dumps(SCENARIO)).people[0].gender == ""


def test_unknown_fields_and_gateways_are_ignored() -> None:
    assert parse_scenario(_changed(structures__mllp={"msh4": "X"}, structures__fhir_client={"client_id": "a", "jwks": {}}, people__shoe=42))


def test_an_identifier_with_a_wrong_key_is_taken_as_it_stands() -> None:
    patient = parse_scenario(_changed(patients__ins="123456789012244")).patients[0]
    assert patient.traits.ins == "123456789012244"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "a JSON object"),
        ('{"people": {"a": 1}}', "not a list"),
        (_changed(people__email="nobody"), "no e-mail address"),
        (_changed(people__email=None), "no email"),
        (_changed(people__password=""), "no password"),
        (_changed(people__profession="wizard"), "wizard"),
        (_changed(people__gender="X"), "gender"),
        (_changed(people__key="p1"), "given twice"),
        (_changed(people__email="claire@example.org"), "two people"),
        (_changed(people__structures=["nowhere"]), "no structure of this file"),
        (_changed(people__units=["nowhere"]), "no unit of this file"),
        (_changed(patients__birth_date="31/02/1941"), "birth_date"),
        (_changed(patients__family_name="", patients__birth_name=""), "family_name"),
        (_changed(patients__members=[{"person": "zoe", "role": "nurse"}]), "no person of this file"),
        (_changed(patients__members=[{"person": "alice"}]), "no role"),
        (_changed(patients__members=[{"person": "alice", "role": "king"}]), "king"),
        (_changed(patients__members=[{"person": "alice", "role": "gp", "history": "some"}]), "some"),
        (_changed(patients__members=[{"person": "alice", "role": "gp", "until": "tomorrow"}]), "RFC 3339"),
        (_changed(patients__members=[{"person": "alice", "role": "patient"}, {"person": "claire", "role": "patient"}]), "two members"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ScenarioError) as error:
        parse_scenario(text)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)

"""Loading a scenario: what it prints, what it stores, and that a bad one leaves nothing behind."""

import copy
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from pytest_django import Settings

from foundation.vault.models import VaultKey
from messaging.feed.models import FeedHead, FeedLine
from people.accounts.models import Affiliation, Person, Structure
from people.circles.models import Circle, Grant, Membership, Patient
from tests.portal.cast import SCENARIO, load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def _everything() -> int:
    return sum(model.objects.count() for model in (Person, Structure, Patient, Circle, Membership, Grant, FeedHead, FeedLine, EmailAddress))


def _scenario(**patient: Any) -> dict[str, Any]:
    data = copy.deepcopy(SCENARIO)
    data["patients"][0] |= patient
    return data


def test_it_prints_ids_by_key(tmp_path: Path) -> None:
    made = load(tmp_path)
    assert made["alice"] == str(Person.objects.get(email="alice@example.org").pk)
    assert made["chd"] == str(Structure.objects.get().pk)
    assert made["p1"] == str(Circle.objects.get().id)


def test_people_are_as_the_contract_says(tmp_path: Path) -> None:
    load(tmp_path)
    alice, claire = Person.objects.get(email="alice@example.org"), Person.objects.get(email="claire@example.org")
    assert alice.confirmed
    assert not claire.confirmed
    assert (alice.name, alice.profession, alice.rpps, claire.language) == ("Alice Martin", "nurse", "10001234567", "en")
    assert alice.check_password("Zx9-un-cheval")
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == 2
    assert {row.unit_id is None for row in Affiliation.objects.filter(person=alice)} == {True, False}


def test_each_distinct_password_is_hashed_once(tmp_path: Path) -> None:
    load(tmp_path)
    assert len(set(Person.objects.values_list("password", flat=True))) == 1


def test_memberships_join_through_the_feed(tmp_path: Path) -> None:
    made = load(tmp_path)
    nurse, relative = Membership.objects.get(role="nurse"), Membership.objects.get(role="relative")
    lines = list(FeedLine.objects.filter(feed=UUID(made["p1"])).order_by("care"))
    assert [(line.kind, line.subject) for line in lines] == [("member.joined", nurse.pk), ("member.joined", relative.pk)]
    assert [(line.care, line.relatives) for line in lines] == [(1, 1), (2, 2)]
    assert (nurse.first, relative.first) == (1, 2)
    assert lines[1].until == relative.grants.get().until
    assert FeedHead.objects.get(feed=UUID(made["p1"])).care == 2


def test_traits_are_sealed(tmp_path: Path) -> None:
    load(tmp_path)
    patient = Patient.objects.get()
    assert patient.traits.name == "DURAND Jeanne"
    assert b"Durand" not in bytes(patient.sealed_traits)
    assert VaultKey.objects.filter(vault=patient.vault).exists()


def test_a_second_file_may_build_upon_the_first(tmp_path: Path) -> None:
    first, second = load(tmp_path), load(tmp_path)
    assert second["alice"] == first["alice"]
    assert second["p1"] != first["p1"]
    assert Person.objects.count() == 2


def test_an_address_with_another_password_is_refused(tmp_path: Path) -> None:
    load(tmp_path)
    before, other = _everything(), copy.deepcopy(SCENARIO)
    other["people"][0]["password"] = "another"
    with pytest.raises(CommandError, match="has an account already"):
        load(tmp_path, other)
    assert _everything() == before


def test_who_comes_back_is_a_new_membership(tmp_path: Path) -> None:
    past = {"person": "claire", "role": "relative", "since": "2020-01-01T00:00:00Z", "until": "2021-01-01T00:00:00Z"}
    load(tmp_path, _scenario(members=[{"person": "alice", "role": "nurse"}, past, {"person": "claire", "role": "trusted_person"}]))
    assert list(Membership.objects.filter(ended_at=None).values_list("role", flat=True).order_by("role")) == ["nurse", "trusted_person"]


@pytest.mark.parametrize(
    "bad",
    [
        _scenario(members=[{"person": "alice", "role": "nurse"}, {"person": "alice", "role": "gp"}]),
        _scenario(birth_date="tomorrow"),
        {**SCENARIO, "people": []},
    ],
)
def test_of_a_bad_file_nothing_is_stored(tmp_path: Path, bad: Any) -> None:
    with pytest.raises(CommandError):
        load(tmp_path, bad)
    assert _everything() == 0


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="can't be read"):
        call_command("load_scenario", str(tmp_path / "none.json"))


def test_production_refuses(tmp_path: Path, settings: Settings) -> None:
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        load(tmp_path)

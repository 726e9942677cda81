"""What an administrator does for the people of a structure, and what follows from it."""
import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from foundation import clock
from foundation.errors import CercleError, NotFound
from people.accounts import administration, operation, services, teams
from people.accounts.enums import Done, Duty
from people.accounts.models import AdministrationLine, Administrator, Affiliation, Person, Session, Unit
from people.accounts.numbers import is_finess, is_rpps
from people.accounts.operation import StructureFacts
from people.accounts.policy import ADMINISTRATORS, OPERATORS, may
from people.accounts.queries import operates, team_of, works
from people.audit.models import TrailLine
from people.audit.queries import broken_chains
from portal.queries.deeds import deed
from tests.accounts.offices import RPPS, Practice, practice, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def here() -> Practice:
    """The practice and its people."""
    return practice()


def acts(here: Practice) -> list[tuple[str, UUID | None, UUID | None]]:
    """(act, who, about whom) of the practice's lines, but for the naming that set it up."""
    lines = AdministrationLine.objects.filter(structure=here.structure).order_by("pk")
    return [(line.act, line.actor_id, line.about_id) for line in lines][1:]


def test_a_profession_is_confirmed_with_its_number_and_a_line(here: Practice) -> None:
    administration.confirm_colleague(here.anne, person=here.bea.pk, profession="nurse", rpps="1000 1234 565")
    here.bea.refresh_from_db()
    assert (here.bea.confirmed, here.bea.rpps) == (True, RPPS)
    assert acts(here) == [("confirmed", here.anne.person_id, here.bea.pk)]
    line = TrailLine.objects.filter(circle=here.structure.pk).order_by("-number")[0]
    told = (line.what, line.right, line.person, line.structure, line.about)
    assert told == ("administration.confirmed", "administrator", here.anne.person_id, here.structure.pk, here.bea.pk)
    assert list(broken_chains()) == []


@pytest.mark.parametrize("text", [f"administration.{act}" for act in Done.values])
def test_every_act_of_the_trail_has_words(text: str) -> None:
    assert not deed(text).startswith("administration")


@pytest.mark.parametrize(("profession", "rpps", "code"), [
    ("nurse", "10001234567", "bad_rpps"), ("nurse", "1000123456", "bad_rpps"), ("nurse", "1000123456५", "bad_rpps"),
    ("", "", "no_profession"), ("wizard", "", "no_profession"),
])  # fmt: skip
def test_what_is_not_right_confirms_nothing(here: Practice, profession: str, rpps: str, code: str) -> None:
    with pytest.raises(CercleError, match=code):
        administration.confirm_colleague(here.anne, person=here.bea.pk, profession=profession, rpps=rpps)
    here.bea.refresh_from_db()
    assert not here.bea.confirmed
    assert acts(here) == []


def test_a_number_belongs_to_one_account(here: Practice) -> None:
    Person.objects.filter(pk=here.stranger.pk).update(rpps=RPPS)
    with pytest.raises(CercleError, match="rpps_elsewhere"):
        administration.confirm_colleague(here.anne, person=here.bea.pk, profession="nurse", rpps=RPPS)


def test_nobody_confirms_themselves(here: Practice) -> None:
    services.withdraw_confirmation(person=here.anne.person)
    with pytest.raises(CercleError, match="own_confirmation"):
        administration.confirm_colleague(here.anne, person=here.anne.person_id, profession="nurse")
    assert not Person.objects.get(pk=here.anne.person_id).confirmed


def test_a_withdrawn_confirmation_tells_the_rooms_upstairs_inside_the_transaction(
    here: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[tuple[UUID, bool, bool]] = []

    def hear(person: Person) -> None:
        heard.append((person.pk, person.confirmed, connection.in_atomic_block))

    monkeypatch.setattr(services, "_on_confirmation", {hear: lambda person: []})
    administration.confirm_colleague(here.anne, person=here.bea.pk, profession="nurse")
    administration.withdraw_confirmation(here.anne, person=here.bea.pk)
    assert heard == [(here.bea.pk, True, True), (here.bea.pk, False, True)]
    assert mail.outbox[-1].to == ["bea@example.org"]
    assert [act for act, _, _ in acts(here)] == ["confirmed", "withdrew"]


def test_a_failing_room_upstairs_keeps_the_confirmation_and_leaves_no_line(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    administration.confirm_colleague(here.anne, person=here.bea.pk, profession="nurse")

    def fail(person: Person) -> None:
        raise RuntimeError("upstairs")

    monkeypatch.setattr(services, "_on_confirmation", {fail: lambda person: []})
    with pytest.raises(RuntimeError):
        administration.withdraw_confirmation(here.anne, person=here.bea.pk)
    assert Person.objects.get(pk=here.bea.pk).confirmed
    assert [act for act, _, _ in acts(here)] == ["confirmed"]


def test_what_pro_sante_connect_confirms_is_not_withdrawn_here(here: Practice) -> None:
    services.confirm_profession(person=here.bea, profession="nurse", rpps=RPPS)
    SocialAccount.objects.create(user=here.bea, provider="psc", uid="1")
    with pytest.raises(CercleError, match="confirmed_elsewhere"):
        administration.withdraw_confirmation(here.anne, person=here.bea.pk)


def test_ended_work_tells_the_rooms_upstairs_and_is_taken_back_within_a_day(here: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[UUID, list[UUID]]] = []
    hear: dict[Any, Any] = {lambda structure, people: told.append((structure, list(people))): lambda structure, people: []}
    monkeypatch.setattr(teams, "_on_change", hear)
    term = clock.now() + dt.timedelta(days=90)
    unit = Unit.objects.create(structure=here.structure, code="1", name="Domicile")
    Affiliation.objects.filter(person=here.bea).update(unit=unit, until=term)
    administration.end_work(here.anne, person=here.bea.pk)
    assert not works(here.structure.pk, here.bea.pk).exists()
    assert [one.may_undo for one in team_of(here.structure.pk, person=here.bea.pk)] == [True]
    administration.take_back_end(here.anne, person=here.bea.pk)
    assert list(works(here.structure.pk, here.bea.pk).values_list("unit", "until")) == [(unit.pk, term)]
    assert told == [(here.structure.pk, [here.bea.pk])] * 2
    assert [act for act, _, _ in acts(here)] == ["ended", "took_back"]
    with pytest.raises(NotFound):
        administration.take_back_end(here.anne, person=here.bea.pk)


def test_after_a_day_an_end_stays(here: Practice) -> None:
    administration.end_work(here.anne, person=here.bea.pk)
    AdministrationLine.objects.filter(act="ended").update(at=clock.now() - dt.timedelta(days=1, seconds=1))
    with pytest.raises(NotFound):
        administration.take_back_end(here.anne, person=here.bea.pk)
    assert not any(one.may_undo for one in team_of(here.structure.pk, person=here.bea.pk))


def test_who_left_by_another_way_is_not_brought_back(here: Practice) -> None:
    teams.leave_team(person=here.bea, structure=here.structure.pk)
    with pytest.raises(NotFound):
        administration.take_back_end(here.anne, person=here.bea.pk)


def test_a_lost_factor_is_removed_with_every_session_and_the_person_is_told(here: Practice) -> None:
    Authenticator.objects.create(user=here.bea, type="totp", data={"secret": "x"})
    Authenticator.objects.create(user=here.bea, type="recovery_codes", data={"seed": "x"})
    theirs = signed_in(here.bea)
    assert theirs.get("/me").status_code == 200
    administration.restart_factor(here.anne, person=here.bea.pk)
    assert not Authenticator.objects.filter(user=here.bea).exists()
    assert not Session.objects.filter(person=here.bea).exists()
    assert theirs.get("/me").status_code == 302
    assert mail.outbox[-1].to == ["bea@example.org"]
    assert acts(here) == [("restarted", here.anne.person_id, here.bea.pk)]


def test_ones_own_factor_is_not_removed_past_the_password(here: Practice) -> None:
    Authenticator.objects.create(user=here.anne.person, type="totp", data={"secret": "x"})
    with pytest.raises(CercleError, match="own_factor"):
        administration.restart_factor(here.anne, person=here.anne.person_id)
    assert Authenticator.objects.filter(user=here.anne.person).exists()


EVERY_ACT = [
    lambda actor, person: administration.confirm_colleague(actor, person=person, profession="nurse"),
    lambda actor, person: administration.withdraw_confirmation(actor, person=person),
    lambda actor, person: administration.end_work(actor, person=person),
    lambda actor, person: administration.restart_factor(actor, person=person),
]


@pytest.mark.parametrize("act", EVERY_ACT)
def test_only_people_of_the_team_list_are_reached(here: Practice, act: Any) -> None:
    before = list(Person.objects.order_by("pk").values_list("pk", "confirmed_at"))
    for actor, person in ((here.paul, here.bea.pk), (here.anne, here.stranger.pk), (here.anne, here.paul.person_id), (here.anne, uuid4())):
        with pytest.raises(NotFound):
            act(actor, person)
    administration.end_work(here.anne, person=here.bea.pk)
    with pytest.raises(NotFound):
        act(here.anne, here.bea.pk)
    assert list(Person.objects.order_by("pk").values_list("pk", "confirmed_at")) == before


@pytest.mark.parametrize("act", EVERY_ACT)
def test_an_administration_that_has_ended_meanwhile_does_nothing(here: Practice, act: Any) -> None:
    Administrator.objects.filter(pk=here.anne.pk).update(until=clock.now())
    with pytest.raises(NotFound):
        act(here.anne, here.bea.pk)
    assert acts(here) == []


def test_an_operator_enters_structures_and_ends_administrations(here: Practice) -> None:
    made = operation.create_structure(here.omar, facts=StructureFacts("ADMR de Dax", "home_help", "400900045"))
    assert AdministrationLine.objects.filter(structure=made, actor=here.omar.person, act="created").exists()
    with pytest.raises(CercleError, match="bad_finess"):
        operation.correct_structure(here.omar, structure=made.pk, facts=StructureFacts("ADMR", "home_help", "12"))
    operation.end_administration(here.omar, structure=here.structure.pk, person=here.anne.person_id)
    assert signed_in(here.anne.person).get(f"/structures/{here.structure.pk}/people").status_code == 404
    with pytest.raises(NotFound):
        operation.end_administration(here.omar, structure=here.structure.pk, person=here.anne.person_id)


def test_every_duty_belongs_to_one_office_and_none_to_neither() -> None:
    assert set(Duty) == ADMINISTRATORS | OPERATORS
    assert not ADMINISTRATORS & OPERATORS
    for duty in Duty:
        assert not may(duty)
        assert may(duty, administers=True) == (duty in ADMINISTRATORS)
        assert may(duty, operates=True) == (duty in OPERATORS)


def test_no_database_browser_is_installed() -> None:
    assert not apps.is_installed("django.contrib.admin")
    names = {pattern.app_name for pattern in get_resolver().url_patterns if hasattr(pattern, "app_name")}
    assert "admin" not in names
    assert Client().get("/admin/").status_code == 404
    assert not hasattr(Person, "is_superuser")
    assert not hasattr(Person, "is_staff")


def test_the_machine_names_the_first_operator_and_administrator(here: Practice) -> None:
    call_command("account", "operator", "sam@example.org")
    call_command("account", "operator", "sam@example.org")
    assert operates(here.stranger)
    call_command("account", "administrator", "sam@example.org", structure="Pharmacie de l’Adour")
    assert signed_in(here.stranger).get(f"/structures/{here.other.pk}/people").status_code == 200
    call_command("account", "no-administrator", "sam@example.org", structure=str(here.other.pk))
    call_command("account", "no-operator", "sam@example.org")
    assert not operates(here.stranger)
    assert signed_in(here.stranger).get(f"/structures/{here.other.pk}/people").status_code == 404
    for named in ("", "Nowhere"):
        with pytest.raises(CommandError):
            call_command("account", "administrator", "sam@example.org", structure=named)


@pytest.mark.parametrize(("text", "well"), [
    (RPPS, True), ("10001234567", False), ("00000000000", True), ("1000123456", False), ("100012345650", False), ("1000123456a", False),
    ("", False), (f"{RPPS}\n", False),
])  # fmt: skip
def test_a_number_of_the_register_has_its_key(text: str, well: bool) -> None:
    assert is_rpps(text) == well


@pytest.mark.parametrize(("text", "well"), [("400000001", True), ("2A0000001", True), ("40000001", False), ("4000000011", False)])
def test_a_number_of_a_structure_has_its_form(text: str, well: bool) -> None:
    assert is_finess(text) == well

"""The unit's page of hospital staff: who is there, joining by an act that says what it does, and nothing for anybody else."""
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from foundation import clock
from journal.events import EventCard, EventCards, write_event
from messaging.feed.enums import EVERYONE
from messaging.feed.services import opened
from people.accounts.models import Structure
from people.circles.models import Circle, Membership
from tests.sealing import site_vault
from tests.stays.ward import Ward, load_ward

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
__all__ = ["site_vault"]


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """The hospital of Dax, and Jeanne Durand at home."""
    return load_ward(tmp_path)


def browser(ward: Ward, key: str) -> Client:
    """Somebody of the cast, signed in, reading French."""
    client = Client()
    client.force_login(ward.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_nurse_finds_her_unit_joins_and_is_led_into_the_thread(ward: Ward) -> None:
    alice, unit = browser(ward, "alice"), f"/units/{ward.ids['cardio']}/"
    assert alice.get("/units/").headers["Location"] == unit
    assert "Aucun patient de l’unité" in alice.get(unit).content.decode()
    stay = ward.stay()
    row = alice.get(unit).content.decode()
    assert "DURAND Jeanne" in row
    assert f"{unit}stays/{stay.pk}" in row
    before = alice.get(f"{unit}stays/{stay.pk}").content.decode()
    assert "Tout le monde dans le fil verra que vous l’avez rejoint" in before
    assert not Membership.objects.filter(role="hospital_staff").exists()
    thread = f"/circles/{ward.ids['circle']}"
    assert alice.post(f"{unit}stays/{stay.pk}/join").headers["Location"] == thread
    assert alice.get(f"{unit}stays/{stay.pk}").headers["Location"] == thread
    assert f'href="{thread}"' in alice.get(unit).content.decode()
    assert 'href="/units/"' in alice.get("/me").content.decode()


def test_nobody_else_finds_the_unit(ward: Ward) -> None:
    stay = ward.stay()
    for key in ("bruno", "gp", "jeanne"):
        client = browser(ward, key)
        for path in (f"/units/{ward.ids['cardio']}/", f"/units/{ward.ids['cardio']}/stays/{stay.pk}", "/units/unknown/"):
            assert client.get(path).status_code == 404
    assert 'href="/units/"' not in browser(ward, "gp").get("/me").content.decode()
    shared = browser(ward, "ward").get(f"/units/{ward.ids['cardio']}/")
    assert shared.status_code == 403
    assert "plusieurs personnes" in shared.content.decode()


def test_where_the_patient_is_stands_in_the_banner_for_each_by_what_they_were_told(ward: Ward) -> None:
    stay = ward.stay()
    care = browser(ward, "gp").get(f"/circles/{ward.ids['circle']}/people").content.decode()
    assert "(CH de Dax, Cardiologie)" in care
    _status, told = ward.call("gp", "GET", f"circles/{ward.ids['circle']}")
    assert (told["stay"]["hospital"], told["stay"]["unit"]["code"], told["me"]["glass_until"]) == ("CH de Dax", "4420", None)
    path = f"circles/{ward.ids['circle']}"
    assert ward.call("jeanne", "GET", path)[1]["stay"] is None  # no card has told her of it
    tell(ward, {"what": "in_hospital", "since": "2026-03-01T07:00:00.000Z"})
    own = ward.call("jeanne", "GET", path)[1]["stay"]
    assert own == {"since": "2026-03-01T07:00:00.000Z", "state": "in_hospital"}
    ward.move(stay, protected=True, unit=ward.unit("geria"))
    assert ward.call("jeanne", "GET", path)[1]["stay"] == own  # what became discreet on the way moves nothing
    tell(ward, {"what": "home", "since": "2026-03-04T07:00:00.000Z"})
    assert ward.call("jeanne", "GET", path)[1]["stay"] is None


def tell(ward: Ward, others: dict[str, str]) -> None:
    """An event of the hospital with a card for the others."""
    circle = Circle.objects.select_related("patient").get(pk=ward.id("circle"))
    cards = EventCards(EventCard("Un mouvement.", {"what": "admitted"}), EventCard("Un mouvement.", dict(others)))
    source = Structure.objects.get(pk=ward.id("chd"))
    with transaction.atomic(), opened(circle.id) as feed:
        write_event(feed, circle, source=source, cards=cards, readers=EVERYONE, at=clock.now())


def test_an_emergency_without_a_reason_asks_again_beside_the_identity(ward: Ward) -> None:
    alice = browser(ward, "alice")
    who = {"family_name": "Durand", "given_names": "Jeanne", "birth_date": "09/03/1941"}
    shown = alice.post("/break-glass/found", who).content.decode()
    assert "DURAND Jeanne" in shown
    again = alice.post("/break-glass/enter", {**who, "reason_code": "treatment", "reason": "  "})
    assert again.status_code == 422
    for there in ("DURAND Jeanne", "09/03/1941", 'value="treatment" required checked', "Dites pourquoi"):
        assert there in again.content.decode()
    assert not Membership.objects.filter(role="hospital_staff").exists()
    led = alice.post("/break-glass/enter", {**who, "reason_code": "treatment", "reason": "Ne répond pas."})
    assert led.headers["Location"] == f"/circles/{ward.ids['circle']}"
    nobody = alice.post("/break-glass/enter", {**who, "family_name": "Dupont", "reason_code": "treatment", "reason": ""})
    assert (nobody.status_code, "DURAND" in nobody.content.decode()) == (404, False)

"""The identity desk: a hospital's administrators see both identities, decide, and take back; nobody else sees anything."""
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from django.test import Client

from hospital.stays.enums import Event
from hospital.stays.models import Doubt
from people.accounts.appointments import appoint_administrator, appoint_operator
from people.accounts.models import AdministrationLine, Person, Structure
from people.audit.models import TrailLine
from tests.accounts.offices import person, signed_in
from tests.stays.speaking import JEANNE, Feed, load_feed, moment

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
YOUNGER = replace(JEANNE, birth_date="1961-03-09")


@pytest.fixture
def feed(tmp_path: Path, site_vault: None) -> Feed:
    """A hospital that speaks of somebody with Jeanne Durand's INS and another birth date."""
    loaded = load_feed(tmp_path)
    loaded.say(Event.ADMITTED, moment(3), who=YOUNGER)
    return loaded


@pytest.fixture
def desk(feed: Feed) -> Client:
    """The browser of who administers the hospital."""
    inès = person("Inès")
    appoint_administrator(None, person=inès, structure=feed.hospital)
    client = signed_in(inès)
    client.post("/me/language", {"language": "en"})
    return client


def test_both_identities_stand_side_by_side_with_what_differs(desk: Client, feed: Feed) -> None:
    page = desk.get(f"/structures/{feed.hospital}/identities").content.decode()
    assert ("9 March 1941" in page, "9 March 1961" in page, page.count("is-different")) == (True, True, 1)
    assert '<span class="c-count">1<' in desk.get(f"/structures/{feed.hospital}/people").content.decode()


def test_nobody_else_sees_an_identity(desk: Client, feed: Feed) -> None:
    doubt, elsewhere = Doubt.objects.get(), person("Paul")
    appoint_administrator(None, person=elsewhere, structure=Structure.objects.exclude(pk=feed.hospital).get().pk)
    appoint_operator(person=person("Omar"))
    for who in (elsewhere, Person.objects.get(email="omar@example.org"), Person.objects.get(pk=feed.ids["nurse"])):
        client = signed_in(who)
        assert client.get(f"/structures/{feed.hospital}/identities").status_code == 404
        assert client.post(f"/structures/{feed.hospital}/identities/{doubt.pk}", {"verdict": "same"}).status_code == 404
    other = Structure.objects.exclude(pk=feed.hospital).get().pk
    assert signed_in(elsewhere).post(f"/structures/{other}/identities/{doubt.pk}", {"verdict": "same"}).status_code == 404
    doubt.refresh_from_db()
    assert doubt.verdict == ""


def test_the_same_person_reaches_the_circle_until_it_is_taken_back(desk: Client, feed: Feed) -> None:
    where = f"/structures/{feed.hospital}/identities"
    doubt = Doubt.objects.get()
    assert feed.whats("nurse") == []
    assert desk.post(f"{where}/{doubt.pk}", {"verdict": "same"}).status_code == 302
    feed.say(Event.ADMITTED, moment(2), who=YOUNGER, known_at=moment(0) + dt.timedelta(seconds=1))
    assert "admitted" in feed.whats("nurse")
    assert desk.post(f"{where}/{doubt.pk}/undo").status_code == 302
    assert feed.whats("nurse") == []
    assert Doubt.objects.filter(verdict="").count() == 1
    lines = TrailLine.objects.filter(circle=feed.circle(), about=doubt.pk).order_by("number")
    assert list(lines.values_list("what", flat=True)) == ["identity.decided", "identity.undone"]
    acts = AdministrationLine.objects.filter(structure=feed.hospital, act__startswith="identity").order_by("pk")
    assert list(acts.values_list("act", flat=True)) == ["identity_decided", "identity_undone"]


def test_somebody_else_never_reaches_it_and_a_second_verdict_is_refused(desk: Client, feed: Feed) -> None:
    where = f"/structures/{feed.hospital}/identities"
    doubt = Doubt.objects.get()
    desk.post(f"{where}/{doubt.pk}", {"verdict": "other"})
    page = desk.post(f"{where}/{doubt.pk}", {"verdict": "same"}, follow=True).content.decode()
    assert "decided this already" in page
    feed.say(Event.DISCHARGED, moment(1), who=YOUNGER)
    assert feed.whats("nurse") == []
    assert Doubt.objects.get(pk=doubt.pk).verdict == "other"

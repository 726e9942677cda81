"""The pages of replacements: handing over, what is left out, and what happened while one was away, as far as one may see it."""
import datetime as dt
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation import clock
from journal.alerts import take_alert
from journal.enums import Urgency
from journal.models import Post
from journal.protocol import PostBody
from journal.services import write_post
from people.circles.delegations import delegate, end_delegation
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Delegation
from people.circles.services import Admission, admit_member
from people.circles.states import set_state
from people.duty.models import Absence
from tests.circles.team import Town, load_town
from tests.sealing import site_vault

__all__ = ["site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
DAY = dt.timedelta(days=1)


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Nadia is a nurse in three circles."""
    town = load_town(tmp_path, 3)
    for circle in ("circle0", "circle1", "circle2"):
        admit_member(town.member("gp", circle), person=town.id("nadia"), admission=Admission(Role.NURSE))
    return town


def at(town: Town, key: str) -> Client:
    """Somebody's browser."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(town.person(key))
    client.cookies["django_language"] = "en"
    return client


def say(town: Town, key: str, circle: str, text: str, urgency: Urgency = Urgency.INFO, audience: Audience = Audience.CIRCLE) -> Post:
    """A post."""
    body = PostBody(text=text, audience=audience, urgency=urgency)
    return write_post(town.member(key, circle), body=body, key=uuid4())[0]


def form(town: Town, **more: Any) -> dict[str, Any]:
    """What the form sends."""
    until = clock.now() + 9 * DAY
    return {"to": town.ids["alice"], "from": f"{clock.now():%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}", "which": "all", **more}


def test_the_form_hands_over_and_says_what_it_left_out(town: Town) -> None:
    set_state(town.member("gp", "circle1"), state=CircleState.FROZEN, reason="essai")
    nadia = at(town, "nadia")
    answer = nadia.post("/me/replacements", form(town))
    assert (answer.status_code, answer.headers["location"]) == (302, "/me/replacements?handed#handed")
    page = nadia.get("/me/replacements?handed").content.decode()
    note = page[page.index('id="handed"') : page.index("<h2")]  # where the address leads: what came of it, and what was left out
    assert "Camille Alice" in note
    assert "DURAND Jeanne" in note
    assert 'id="handed"' not in nadia.get("/me/replacements").content.decode()
    assert town.member("alice").stands_in_for_id == town.member("nadia").pk
    received = at(town, "alice").get("/me/replacements").content.decode()
    assert f'data-cercle-end-replacement="{Delegation.objects.get().pk}"' in received
    assert "/me/replacements" in at(town, "alice").get("/new").content.decode()


@pytest.mark.parametrize(("wrong", "field"), [
    ({"to": ""}, "whom-wrong"), ({"until": "yesterday"}, "c-field__error"), ({"which": "some"}, "c-field__error"),
])  # fmt: skip
def test_what_is_wrong_stands_at_its_field_and_nothing_is_handed_over(town: Town, wrong: dict[str, Any], field: str) -> None:
    answer = at(town, "nadia").post("/me/replacements", form(town, **wrong))
    assert answer.status_code == 422
    assert field in answer.content.decode()
    assert not Delegation.objects.exists()


def test_after_a_replacement_one_reads_what_happened_and_who_took_it(town: Town) -> None:
    say(town, "gp", "circle0", "Avant le départ")
    handed = delegate(town.person("nadia"), to=town.id("alice"), until=clock.now() + DAY)
    say(town, "gp", "circle0", "Un mot pour tous")
    say(town, "gp", "circle1", "Encore ouvert", Urgency.URGENT)
    taken = say(town, "gp", "circle2", "Déjà pris", Urgency.URGENT)
    take_alert(town.member("gp", "circle2"), post=taken.pk)
    end_delegation(town.person("nadia"), delegation=handed.delegation.pk)
    say(town, "gp", "circle0", "Après le retour")
    page = at(town, "nadia").get("/me/away").content.decode()
    order = [page.index(words) for words in ("Encore ouvert", "Déjà pris", "Un mot pour tous")]
    assert order == sorted(order)
    assert "Avant le départ" not in page
    assert "Après le retour" not in page
    assert "Gp" in page[page.index("Déjà pris"):]
    assert f"/me/away?time={handed.delegation.pk}" in at(town, "nadia").get("/new").content.decode()
    assert "Encore ouvert" not in at(town, "alice").get(f"/me/away?time={handed.delegation.pk}").content.decode()


def test_after_a_leave_without_a_replacement_too_and_only_what_one_sees(town: Town) -> None:
    Absence.objects.create(person=town.person("daughter"), since=clock.now() - 2 * DAY, until=clock.now() + dt.timedelta(hours=1))
    say(town, "gp", "circle0", "Entre soignants", audience=Audience.CARE_TEAM)
    say(town, "gp", "circle0", "Pour la famille", audience=Audience.RELATIVES)
    page = at(town, "daughter").get("/me/away").content.decode()
    assert "Pour la famille" in page
    assert "Entre soignants" not in page


def test_as_many_statements_for_many_patients_as_for_one(town: Town) -> None:
    delegate(town.person("nadia"), to=town.id("alice"), until=clock.now() + DAY)
    nadia, counts = at(town, "nadia"), []
    for circles in (["circle0"], ["circle1", "circle2"]):
        for circle in circles:
            say(town, "gp", circle, "Chute", Urgency.URGENT)
        nadia.get("/me/away")
        with CaptureQueriesContext(connection) as asked:
            nadia.get("/me/away")
        counts.append(len(asked))
    assert counts[1] <= counts[0]  # the first look also leaves its line in the trail

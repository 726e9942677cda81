"""Unusual accesses: each rule both ways, the officer's page without a patient's name, and the answers."""
import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from foundation import clock, ids
from foundation.vault import seal
from people.accounts.models import DataProtectionOfficer
from people.audit.models import TrailLine
from people.audit.services import SITE_TRAIL
from portal.models import AccessReview
from portal.unusual import Facts, Rule, bears, flags_of, hurried
from tests.audit.world import World

PERSON, NOW = ids.new(), clock.now()
USUAL = {"professional": True, "posted": False, "visited": False, "shares_structure": False, "bears_the_name": False}


def rules(**said: bool) -> set[Rule]:
    """The rules that flag somebody of whom this is known, beside a professional who only looked."""
    return {flag.rule for flag in flags_of(Facts(PERSON, ids.new(), NOW, 1, **{**USUAL, **said}))}


# The rules -------------------------------------------------------------------------------------------------------------------


def test_who_only_looked_and_has_nobody_there_is_flagged() -> None:
    assert rules() == {Rule.NO_TRACE}


@pytest.mark.parametrize("trace", ["posted", "visited", "shares_structure"])
def test_any_trace_of_care_is_enough(trace: str) -> None:
    assert rules(**{trace: True}) == set()


def test_a_namesake_is_flagged_even_with_traces_and_the_family_never() -> None:
    assert rules(posted=True, bears_the_name=True) == {Rule.NAMESAKE}
    assert rules(professional=False, bears_the_name=True) == set()


@pytest.mark.parametrize(
    ("name", "patient", "same"),
    [("DURAND", ["DURAND", "PETIT"], True), ("PETIT", ["DURAND", "PETIT"], True), ("DURAND MOREAU", ["DURAND", ""], True),
     ("MARTIN", ["DURAND", "PETIT"], False), ("", ["", ""], False), ("DURANDEAU", ["DURAND"], False)],
)  # fmt: skip
def test_who_bears_the_patient_s_name(name: str, patient: list[str], same: bool) -> None:
    assert bears(name, patient) == same


def looks(circles: int, every: dt.timedelta) -> list[tuple[dt.datetime, uuid.UUID]]:
    """So many circles, opened one after another."""
    start = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    return [(start + n * every, uuid.UUID(int=n + 1)) for n in range(circles)]


def test_many_circles_in_a_short_time_are_one_flag_a_day() -> None:
    opened = looks(40, dt.timedelta(seconds=10))
    again = [(at + dt.timedelta(days=1), circle) for at, circle in opened]
    found = hurried(PERSON, opened + again, most=30, within=dt.timedelta(minutes=10))
    assert [(flag.times, flag.circle, flag.day) for flag in found] == [(40, None, "2026-11-21"), (40, None, "2026-11-22")]


def test_as_many_over_a_day_or_one_circle_again_and_again_are_not() -> None:
    within = dt.timedelta(minutes=10)
    assert hurried(PERSON, looks(40, dt.timedelta(minutes=5)), most=30, within=within) == []
    assert hurried(PERSON, looks(29, dt.timedelta(seconds=1)), most=30, within=within) == []
    same = [(at, uuid.UUID(int=1)) for at, _ in looks(40, dt.timedelta(seconds=1))]
    assert hurried(PERSON, same, most=30, within=within) == []


# The page --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path, db: None) -> Any:
    """The cast around a patient; the pharmacist only looks, and a nurse from outside is the officer of the whole service."""
    seal.forget()
    seal.create_vault(seal.SITE)
    world = World(tmp_path)
    world.call("pharmacist", "GET", f"circles/{world.circle}")
    world.call("nurse", "GET", f"circles/{world.circle}")
    world.say("nurse", "Pansement refait.")
    world.call("relative", "GET", f"circles/{world.circle}")
    call_command("account", "officer", "stranger@example.org")
    return world


pages = pytest.mark.django_db(databases=["default", "keys"])


def shown(world: World, who: str = "stranger") -> str:
    """The officer's page."""
    answer = world.browser(who).get("/protection/accesses")
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


@pages
def test_it_shows_who_when_why_and_never_around_whom(office: World) -> None:
    page = shown(office)
    assert "Paul Lafitte" in page
    assert "shares no structure with another member" in page
    assert re.search(r"circle [0-9A-F]{4}\N{NON-BREAKING HYPHEN}[0-9A-F]{4}", page)
    assert not re.search("DURAND|Jeanne|Pansement", page)
    assert office.circle not in page
    assert "Alice Martin" not in page  # she has written
    assert "Claire" not in page  # a daughter


@pages
def test_only_an_officer_who_is_a_member_is_led_to_the_circle(office: World) -> None:
    call_command("account", "officer", "coordinator@example.org")
    assert f"/circles/{office.circle}/accesses" in shown(office, "coordinator")


@pages
@pytest.mark.parametrize("who", ["nurse", "gp", "patient"])
def test_for_everybody_else_the_page_is_not_there(office: World, who: str) -> None:
    unknown = office.browser(who).get("/protection/nothing")
    answer = office.browser(who).get("/protection/accesses")
    assert (answer.status_code, answer.content) == (404, unknown.content)
    assert office.browser(who).post("/protection/answer", {"key": "x", "state": "fine", "word": "x"}).status_code == 404


@pages
def test_an_officer_of_a_structure_answers_for_its_people_only(office: World) -> None:
    call_command("account", "officer", "gp@example.org", structure=office.ids["practice"])
    call_command("account", "officer", "nurse@example.org", structure=office.ids["pharmacy"])
    assert "Paul Lafitte" not in shown(office, "gp")
    assert "Paul Lafitte" in shown(office, "nurse")


@pages
def test_an_answer_is_kept_sealed_shown_and_noted(office: World) -> None:
    key = re.findall(r'name="key" value="([0-9a-f]{32})"', shown(office))[0]
    sent = {"key": key, "state": "asked", "word": "Remplacement du titulaire"}
    assert office.browser("stranger").post("/protection/answer", sent).status_code == 302
    page = shown(office)
    assert "Remplacement du titulaire" in page
    assert f'value="{key}"' not in page  # no longer among those to look at
    assert b"Remplacement" not in bytes(AccessReview.objects.get(key=key).sealed_word)
    line = TrailLine.objects.get(circle=SITE_TRAIL)
    assert (line.what, line.right, line.person, line.about) == (
        "review.asked", "officer", office.person("stranger").pk, office.person("pharmacist").pk,
    )  # fmt: skip


@pages
@pytest.mark.parametrize("wrong", [{"state": "guilty"}, {"word": " "}, {"key": "0" * 32}])
def test_an_answer_that_says_nothing_is_refused(office: World, wrong: dict[str, str]) -> None:
    key = re.findall(r'name="key" value="([0-9a-f]{32})"', shown(office))[0]
    answer = office.browser("stranger").post("/protection/answer", {"key": key, "state": "fine", "word": "vu", **wrong})
    assert answer.status_code in {404, 422}
    assert not AccessReview.objects.exists()


@pages
def test_nobody_answers_about_themselves(office: World) -> None:
    call_command("account", "officer", "pharmacist@example.org")
    page = shown(office, "pharmacist")
    assert "This is about you" in page
    assert 'name="key"' not in page


@pages
def test_looking_leaves_a_line_and_a_dismissed_officer_sees_nothing(office: World) -> None:
    shown(office)
    assert [line.what for line in office.lines("stranger")] == ["reviews.opened"]
    call_command("account", "no-officer", "stranger@example.org")
    assert office.browser("stranger").get("/protection/accesses").status_code == 404
    assert DataProtectionOfficer.objects.get().until is not None
    with pytest.raises(CommandError):
        call_command("account", "officer", "stranger@example.org", structure=str(ids.new()))

"""A circle that is opened in the middle of a stay finds it; what is kept meanwhile is hashes, for 31 days, and nobody can list it."""
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.urls import get_resolver

from hospital.gateway.cleaning import clean
from hospital.stays import remembering
from hospital.stays.announcements import Identity
from hospital.stays.applying import apply_identity
from hospital.stays.enums import Action, Event, StayState
from hospital.stays.models import OpenStay, Stay
from people.circles.models import Circle
from people.circles.traits import Traits
from tests.portal.cast import load
from tests.stays.speaking import FEED, IPP, Feed, ins_of, moment, scenario

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ROSE = Traits("Lesbats", "Lesbats", ["Rose"], "1938-01-02", "F", "40088", ins_of(3))


def open_by_api(feed: Feed, who: Traits = ROSE) -> Circle:
    """The nurse opens a circle."""
    patient = {"family_name": who.family_name, "birth_name": who.birth_name, "given_names": who.given_names, "birth_date": who.birth_date,
               "sex": who.sex, "ins": who.ins}  # fmt: skip
    body: dict[str, Any] = {"patient": patient, "role": "nurse", "consent": {"given": True, "recorded_as": "orally"}}
    status, made = feed.call("nurse", "POST", "circles", **body)
    assert status == 201, made
    feed.ids["rose"] = made["id"]
    return Circle.objects.get(pk=made["id"])


def test_a_circle_opened_on_day_two_finds_the_stay_and_hears_of_the_discharge(feed: Feed) -> None:
    at = moment(30)
    assert feed.say(Event.ADMITTED, at, who=ROSE, numbers=()).outcome == "unmatched"
    assert feed.say(Event.TRANSFERRED, moment(20), who=ROSE, numbers=(), unit="4430").outcome == "unmatched"
    open_by_api(feed)
    stay = feed.stay("rose")
    assert (stay.state, stay.unit, stay.admitted_at) == (StayState.IN_HOSPITAL, feed.unit("4430"), at)
    feed.say(Event.DISCHARGED, moment(1), who=ROSE, numbers=())
    assert feed.whats("nurse", "rose") == ["admitted", "discharged"]
    assert [event["urgency"] for event in feed.live("nurse", "rose")] == ["info", "urgent"]


def test_a_scenario_loaded_during_the_stay_finds_it(feed: Feed, tmp_path: Path) -> None:
    feed.say(Event.EMERGENCY, moment(3), who=ROSE, numbers=(IPP,))
    later = scenario({"rose": ROSE})
    for person in later["people"]:
        person["key"], person["email"] = f"new_{person['key']}", f"new_{person['email']}"
        person["structures"], person["units"] = [], []
    members = [{**member, "person": f"new_{member['person']}"} for member in later["patients"][0]["members"]]
    feed.ids |= load(tmp_path, {**later, "structures": [], "patients": [{**later["patients"][0], "members": members}]})
    assert feed.stay("rose").state == StayState.IN_HOSPITAL
    assert feed.whats("new_daughter", "rose") == ["in_hospital"]


def test_the_hospital_s_own_word_takes_the_place_of_what_was_kept(feed: Feed) -> None:
    at = moment(5)
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=())
    open_by_api(feed)
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=())  # sent once more
    assert feed.whats("nurse", "rose") == ["admitted"]
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=(), action=Action.CANCEL)
    assert feed.whats("nurse", "rose") == []
    assert feed.stay("rose").state == StayState.CANCELLED


@pytest.mark.parametrize("ended", [Event.DISCHARGED, None])
def test_what_is_over_is_not_found(feed: Feed, ended: Event | None) -> None:
    """Discharged, or the admission taken back."""
    at = moment(5)
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=())
    feed.say(ended or Event.ADMITTED, moment(1) if ended else at, who=ROSE, numbers=(), action=Action.INSERT if ended else Action.CANCEL)
    open_by_api(feed)
    assert not Stay.objects.exists()


def test_another_birth_date_is_another_person(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=replace(ROSE, birth_date="1939-01-02"), numbers=())
    open_by_api(feed)
    assert not Stay.objects.exists()


def test_a_protected_stay_stays_protected(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=ROSE, numbers=(), protected=True)
    open_by_api(feed)
    assert feed.stay("rose").protected


def test_the_second_circle_of_a_patient_finds_the_stay_of_the_first(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=ROSE, numbers=())
    first = open_by_api(feed)
    patient = {"family_name": "Lesbats", "given_names": ["Rose"], "birth_date": ROSE.birth_date, "sex": "F", "ins": ROSE.ins}
    body: dict[str, Any] = {"patient": patient, "role": "nurse", "consent": {"given": True}, "confirm_distinct": True}
    status, made = feed.call("nurse", "POST", "circles", **body)
    assert status == 201
    assert {str(pk) for pk in Stay.objects.values_list("circle", flat=True)} == {str(first.pk), made["id"]}
    assert len(feed.say(Event.DISCHARGED, moment(1), who=ROSE, numbers=()).circles) == 2


def test_a_number_that_is_learnt_finds_the_stay(feed: Feed) -> None:
    """The stay came without a qualified INS; the identity follows with it (A31)."""
    unqualified = replace(ROSE, ins="")
    feed.say(Event.ADMITTED, moment(5), who=unqualified, statuses=("PROV",))
    open_by_api(feed)
    assert not Stay.objects.exists()
    identity = Identity(ROSE, (IPP,), frozenset({"VALI"}))
    assert apply_identity(FEED, structure=feed.hospital, identity=identity, known_at=moment(0), number=99).outcome == "applied"
    assert feed.stay("rose").state == StayState.IN_HOSPITAL


def test_what_is_kept_is_hashes_for_31_days(feed: Feed, later: Callable[[dt.timedelta], None]) -> None:
    feed.say(Event.ADMITTED, moment(5), who=ROSE)
    (row,) = OpenStay.objects.values()
    shown = json.dumps({name: bytes(value).hex() if isinstance(value, bytes | memoryview) else str(value) for name, value in row.items()})
    assert not any(word in shown for word in ("Lesbats", "Rose", ROSE.ins, IPP[1], "1938"))
    later(dt.timedelta(days=31, minutes=1))
    clean()
    assert not OpenStay.objects.exists()
    feed.say(Event.ADMITTED, moment(5), who=ROSE)
    later(dt.timedelta(days=63))
    open_by_api(feed)
    assert not Stay.objects.exists()


def test_nothing_is_kept_of_whom_nobody_could_find_again(feed: Feed) -> None:
    feed.say(Event.ADMITTED, moment(5), who=replace(ROSE, ins=""), numbers=())
    feed.say(Event.ADMITTED, moment(5), who=ROSE, statuses=("VALI", "FICT"))
    assert not OpenStay.objects.exists()


def test_no_page_and_no_call_lists_open_stays() -> None:
    """Only adopting and remembering read them, cleaning deletes them, and no route leads to any of these."""
    views = {pattern.lookup_str for pattern in walk(get_resolver().url_patterns)}
    assert len(views) > 50
    assert not [view for view in views if "remembering" in view or "adopting" in view or "cleaning" in view]
    root = Path(remembering.__file__).parents[2]
    rooms = [file for room in ("hospital", "portal", "journal", "people", "config") for file in (root / room).rglob("*.py")]
    reading = {file.name for file in rooms if "OpenStay" in file.read_text() and "migrations" not in str(file)}
    assert reading == {"models.py", "remembering.py", "adopting.py", "merging.py", "cleaning.py"}


def walk(patterns: Any) -> Any:
    """Every route, of included lists too."""
    for pattern in patterns:
        yield from walk(pattern.url_patterns) if hasattr(pattern, "url_patterns") else [pattern]


def test_an_admission_taken_back_after_a_transfer_is_not_found(feed: Feed) -> None:
    at = moment(9)
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=())
    feed.say(Event.TRANSFERRED, moment(5), who=ROSE, numbers=(), unit="4430")
    feed.say(Event.ADMITTED, at, who=ROSE, numbers=(), action=Action.CANCEL)
    open_by_api(feed)
    assert not Stay.objects.exists()


@pytest.mark.parametrize("change", [{"birth_date": "1939-01-02"}, {"given_names": ["Marguerite"]}])
def test_a_number_that_meant_somebody_else_finds_nothing(feed: Feed, change: dict[str, Any]) -> None:
    feed.say(Event.ADMITTED, moment(5), who=replace(ROSE, ins="", **change), statuses=("PROV",))
    open_by_api(feed)
    identity = Identity(ROSE, (IPP,), frozenset({"VALI"}))
    apply_identity(FEED, structure=feed.hospital, identity=identity, known_at=moment(0), number=99)
    assert not Stay.objects.exists()


@pytest.mark.parametrize("over", [True, False])
def test_no_hash_of_a_person_outlives_the_stay(feed: Feed, over: bool) -> None:
    """Ended, or found by a circle."""
    feed.say(Event.ADMITTED, moment(5), who=ROSE)
    if over:
        feed.say(Event.DISCHARGED, moment(1), who=ROSE)
    else:
        open_by_api(feed)
    hashes = OpenStay.objects.values_list("ins", "birth", "identifier", "likeness")
    assert [bytes(each) for row in hashes for each in row] == [b""] * 4

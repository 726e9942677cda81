"""Consents: who records and withdraws them, what members are told, and that a circle without consent is frozen."""
import datetime as dt
import json
from collections.abc import Iterator

import pytest

from foundation import clock
from people.circles import consenting, consents
from people.circles.enums import ConsentScope
from people.circles.models import Circle, Consent
from tests.circles.home import SEATS, Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WITHDRAWN = {"scope": "circle", "given": False, "recorded_as": "paper", "reason": "Elle ne veut plus."}
STEERING = {"nurse", "gp", "coordinator"}


@pytest.fixture
def heard() -> Iterator[list[tuple[str, bool]]]:
    """What a room upstairs hears of consents."""
    told: list[tuple[str, bool]] = []

    def hear(feed: object, circle: Circle, scope: ConsentScope, given: bool) -> None:
        told.append((scope, given))

    consenting.when_consent_changes(hear)
    yield told
    consenting._on_change.remove(hear)


def test_a_scenario_s_circle_has_every_consent(home: Home) -> None:
    assert all(consents.has(home.circle, scope) for scope in ConsentScope)
    status, told = home.call("relative", "GET", "/consents")
    assert (status, told["in_force"]) == (200, {"circle": True, "coordination": True})
    assert {(item["scope"], item["given"], item["recorded_as"], item["by"]) for item in told["items"]} == {
        ("circle", True, "scenario", None), ("coordination", True, "scenario", None),
    }  # fmt: skip


def test_the_consent_at_the_opening_is_the_first_record(home: Home) -> None:
    traits = {"family_name": "Sarrade", "birth_name": "Sarrade", "given_names": ["Odile"], "birth_date": "1938-02-01", "sex": "F"}
    body = {"patient": traits, "role": "nurse", "consent": {"given": True, "coordination": False, "recorded_as": "oral"}}
    made = home.client("nurse").post("/api/v1/circles", json.dumps(body), content_type="application/json").json()
    opened = Home(made["id"], home.people, home.clients)
    [record] = opened.call("nurse", "GET", "/consents")[1]["items"]
    assert (record["scope"], record["given"], record["recorded_as"], record["by"]["member"]) == ("circle", True, "oral", made["member"])
    assert not consents.has(made["id"], ConsentScope.COORDINATION)


@pytest.mark.parametrize("who", SEATS)
def test_who_records_one(home: Home, who: str) -> None:
    status, _ = home.call(who, "POST", "/consents", scope="coordination", given=True)
    assert status == (201 if who in STEERING else 403)


@pytest.mark.parametrize("who", SEATS)
def test_who_withdraws_one(home: Home, who: str) -> None:
    status, _ = home.call(who, "POST", "/consents", scope="coordination", given=False)
    assert status == (201 if who in STEERING | {"patient"} else 403)


def test_a_stranger_finds_nothing(home: Home) -> None:
    assert home.said("stranger", "GET", "/consents") == (404, "http.not_found")
    assert home.said("stranger", "POST", "/consents", **WITHDRAWN) == (404, "http.not_found")


def test_everybody_in_the_circle_is_told_who_and_why(home: Home) -> None:
    home.call("gp", "POST", "/consents", **WITHDRAWN)
    for who in ("pharmacist", "home_help", "patient", "relative"):
        told, frozen = home.items(who)[-2:]
        assert (told["kind"], told["consent"]["by"]["member"], told["consent"]["reason"]) == (
            "consent.withdrawn", home.seat("gp"), WITHDRAWN["reason"],
        )  # fmt: skip
        assert (frozen["kind"], frozen["state"], frozen["cause"]) == ("circle.state_changed", "frozen", "consent")


def test_words_are_sealed(home: Home) -> None:
    home.call("gp", "POST", "/consents", **WITHDRAWN)
    assert not any(b"veut" in bytes(record.sealed_words) for record in Consent.objects.all())


def test_without_consent_the_circle_is_frozen_until_there_is_a_new_one(home: Home) -> None:
    home.call("patient", "POST", "/consents", **WITHDRAWN)
    assert home.state == "frozen"
    assert home.said("nurse", "PUT", "/state", state="active", reason="x") == (409, "circles.consent_withdrawn")
    home.call("nurse", "POST", "/consents", scope="circle", given=True, recorded_as="written")
    assert home.state == "frozen"
    assert home.call("nurse", "PUT", "/state", state="active", reason="d'accord de nouveau")[0] == 200


def test_withdrawing_the_other_consent_freezes_nothing(home: Home) -> None:
    home.call("patient", "POST", "/consents", scope="coordination", given=False)
    assert home.state == "active"


def test_a_closed_circle_stays_closed(home: Home) -> None:
    home.call("nurse", "PUT", "/state", state="closed", reason="déménagée")
    home.call("patient", "POST", "/consents", **WITHDRAWN)
    assert home.state == "closed"


def test_what_held_at_a_moment_is_known_later(home: Home) -> None:
    before = clock.now()
    home.call("patient", "POST", "/consents", **WITHDRAWN)
    assert consents.has(home.circle, ConsentScope.CIRCLE, before)
    assert not consents.has(home.circle, ConsentScope.CIRCLE, clock.now())
    assert not consents.has(home.circle, ConsentScope.CIRCLE)
    assert not consents.has(home.circle, ConsentScope.CIRCLE, before - dt.timedelta(days=1))


def test_rooms_hear_of_what_changes_and_of_nothing_else(home: Home, heard: list[tuple[str, bool]]) -> None:
    for given in (True, False, False, True):
        home.call("nurse", "POST", "/consents", scope="coordination", given=given)
    assert heard == [("coordination", False), ("coordination", True)]


def test_what_fails_in_such_a_room_leaves_nothing_behind(home: Home) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    home.client("nurse").raise_request_exception = False
    consenting.when_consent_changes(fail)
    try:
        home.call("nurse", "POST", "/consents", scope="circle", given=False)
    finally:
        consenting._on_change.remove(fail)
    assert (home.state, Consent.objects.filter(given=False).count()) == ("active", 0)


TOO_LONG = {"scope": "circle", "given": True, "recorded_as": "x" * 65}


@pytest.mark.parametrize("body", [{"scope": "all", "given": True}, {"scope": "circle"}, TOO_LONG])
def test_a_malformed_record_is_refused(home: Home, body: dict[str, object]) -> None:
    assert home.call("nurse", "POST", "/consents", **body)[0] == 422

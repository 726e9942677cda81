"""Who exercises the patient's rights, and until when: the 18th birthday and a judgement's last day need no job to run."""
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.circles.home import Home, load_home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
At = Callable[[str], None]


def named(home: Home, ground: str = "minor", who: str = "relative", **more: str) -> tuple[int, dict[str, str]]:
    """The nurse names somebody."""
    status, answer = home.call("nurse", "POST", "/guardians", member=home.seat(who), ground=ground, **more)
    return status, answer


def speaks(home: Home, who: str = "relative") -> bool:
    """Whether somebody is shown the oppositions, which a relative is not."""
    return home.call(who, "GET", "/oppositions")[0] == 200


@pytest.fixture
def child(tmp_path: Path) -> Home:
    """The circle of a child of this day's law: eighteen on the day when clocks change in spring."""
    return load_home(tmp_path, born="2009-03-28")


def test_a_guardian_does_what_the_patient_does(child: Home) -> None:
    assert named(child)[0] == 201
    assert child.call("relative", "DELETE", f"/members/{child.seat('pharmacist')}")[0] == 204
    assert child.call("nurse", "GET", "/oppositions")[1]["items"][0]["by"]["member"] == child.seat("relative")
    child.call("gp", "POST", "/search", q="x")
    assert {line["role"] for line in child.call("relative", "GET", "/accesses")[1]["items"]} > {"relative"}
    assert child.call("relative", "POST", "/consents", scope="circle", given=False)[0] == 201
    assert child.state == "frozen"


def test_and_nothing_that_the_patient_does_not(child: Home) -> None:
    named(child)
    assert child.call("relative", "PUT", "/state", state="closed", reason="x")[0] == 403
    assert child.call("relative", "POST", "/consents", scope="circle", given=True)[0] == 403
    assert child.call("relative", "POST", "/members", person=child.people["newcomer"], role="nurse", history="all")[0] == 403
    assert child.call("relative", "DELETE", f"/members/{child.seat('patient')}")[0] == 403


def test_another_relative_is_what_they_were(child: Home) -> None:
    named(child, who="trusted")
    assert not speaks(child)
    assert child.call("relative", "DELETE", f"/members/{child.seat('pharmacist')}")[0] == 403
    assert child.call("relative", "POST", "/consents", scope="circle", given=False)[0] == 403


@pytest.mark.parametrize(
    ("born", "last", "over"),
    [
        ("2009-03-28", "2027-03-27T22:59:58+00:00", "2027-03-27T23:00:01+00:00"),  # the night in which clocks go forward
        ("2009-07-14", "2027-07-13T21:59:58+00:00", "2027-07-13T22:00:01+00:00"),  # in summer
        ("2009-10-31", "2027-10-30T21:59:58+00:00", "2027-10-30T22:00:01+00:00"),  # the night in which clocks go back
        ("2009-12-01", "2027-11-30T22:59:58+00:00", "2027-11-30T23:00:01+00:00"),  # in winter
        ("2012-02-29", "2030-02-28T22:59:58+00:00", "2030-02-28T23:00:01+00:00"),  # a day that the year has not
    ],
)
def test_the_18th_birthday_ends_it_at_midnight_in_paris(tmp_path: Path, at: At, born: str, last: str, over: str) -> None:
    home = load_home(tmp_path, born=born)
    named(home)
    at(last)
    assert speaks(home)
    at(over)
    assert not speaks(home)
    assert home.call("nurse", "GET", "/guardians")[1]["items"] == []
    assert home.call("relative", "POST", "/consents", scope="circle", given=False)[0] == 403


def test_a_judgement_runs_to_the_end_of_its_last_day(home: Home, at: At) -> None:
    assert named(home, "judgement", until="2030-06-30")[1]["until"] == "2030-06-30T22:00:00.000Z"
    at("2030-06-30T21:59:58+00:00")
    assert speaks(home)
    at("2030-06-30T22:00:01+00:00")
    assert not speaks(home)


def test_nobody_is_guardian_of_a_grown_up_without_a_judgement(home: Home) -> None:
    assert named(home)[1]["code"] == "circles.of_age"
    assert named(home, "judgement")[1]["code"] == "circles.term_past"
    assert named(home, "judgement", until="2020-01-01")[1]["code"] == "circles.term_past"
    assert named(home, "judgement", until="9999-12-31")[1]["code"] == "circles.term_past"


@pytest.mark.parametrize("who", ["gp", "home_help", "patient"])
def test_only_the_family_becomes_one(child: Home, who: str) -> None:
    assert named(child, who=who)[1]["code"] == "circles.guardian_unfit"


@pytest.mark.parametrize(("who", "may"), [("nurse", True), ("gp", True), ("coordinator", True), ("pharmacist", False), ("relative", False)])
def test_who_names_one(child: Home, who: str, may: bool) -> None:
    status, _ = child.call(who, "POST", "/guardians", member=child.seat("trusted"), ground="minor")
    assert (status == 201) is may


def test_it_is_named_once_and_ended_before_its_term(child: Home) -> None:
    mark = named(child)[1]["id"]
    assert named(child)[1]["code"] == "circles.already_guardian"
    assert child.call("gp", "DELETE", f"/guardians/{mark}")[0] == 204
    assert not speaks(child)
    assert child.said("gp", "DELETE", f"/guardians/{mark}") == (404, "http.not_found")
    assert [item["kind"] for item in child.items("relative")][-2:] == ["guardian.named", "guardian.ended"]

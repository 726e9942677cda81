"""A circle's states: who changes them, what members are told, and that a death is taken back for a day."""
from collections.abc import Callable

import pytest

from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
At = Callable[[str], None]


def turn(home: Home, who: str, state: str, reason: str = "essai") -> int:
    """The status of a change."""
    return home.call(who, "PUT", "/state", state=state, reason=reason)[0]


def test_a_change_is_a_line_with_author_and_reason(home: Home) -> None:
    turn(home, "gp", "closed", "Partie chez sa fille.")
    for who in ("nurse", "home_help", "patient", "relative"):
        item = home.items(who)[-1]
        assert (item["state"], item["before"], item["reason"]) == ("closed", "active", "Partie chez sa fille.")
        assert item["by"] == {"member": home.seat("gp"), "name": "Camille Gp", "role": "gp"}
        assert home.call(who, "GET", "/life")[1]["items"] == [item]


def test_nobody_in_a_circle_erases_it(home: Home) -> None:
    assert turn(home, "coordinator", "erased") == 422
    assert home.state == "active"


@pytest.mark.parametrize("who", ["nurse", "gp"])
def test_a_death_is_taken_back_for_a_day(home: Home, at: At, who: str) -> None:
    at("2027-03-27T12:00:00+00:00")
    turn(home, who, "deceased")
    at("2027-03-28T11:59:50+00:00")  # in between the clocks went forward: a day has 24 hours all the same
    assert turn(home, who, "active") == 200


@pytest.mark.parametrize("who", ["nurse", "gp"])
def test_later_only_the_coordinator_takes_it_back(home: Home, at: At, who: str) -> None:
    at("2027-03-27T12:00:00+00:00")
    turn(home, who, "deceased")
    at("2027-03-28T12:00:10+00:00")
    assert home.said(who, "PUT", "/state", state="active", reason="erreur") == (403, "circles.not_allowed.day_over")
    assert turn(home, who, "closed") == 403
    assert turn(home, "coordinator", "active") == 200


def test_a_second_death_has_its_own_day(home: Home, at: At) -> None:
    at("2027-03-01T12:00:00+00:00")
    turn(home, "nurse", "deceased")
    turn(home, "nurse", "active")
    at("2027-05-01T12:00:00+00:00")
    turn(home, "nurse", "deceased")
    assert turn(home, "nurse", "active") == 200


def test_other_states_are_left_at_any_time(home: Home, at: At) -> None:
    turn(home, "nurse", "closed")
    at("2029-05-01T12:00:00+00:00")
    assert turn(home, "nurse", "active") == 200

"""How long circles are kept: the borders of each state's term, the young, and that zero means never."""
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from tests.circles.home import Home, load_home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
At = Callable[[str], None]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> None:
    """A data folder of this test's own."""
    settings.DATA = tmp_path / "data"
    (settings.DATA / "keys").mkdir(parents=True)


def due(*options: str) -> list[str]:
    """What the command prints, without its last line."""
    out = io.StringIO()
    call_command("erase_due", *options, stdout=out)
    return out.getvalue().splitlines()[:-1]


@pytest.mark.parametrize("state", ["frozen", "closed"])
def test_a_circle_is_kept_twenty_years_after_its_last_entry(home: Home, at: At, state: str) -> None:
    at("2027-07-10T12:00:00+00:00")
    home.call("nurse", "PUT", "/state", state=state, reason="x")
    at("2047-07-10T21:59:50+00:00")  # still the tenth in Paris
    assert due() == []
    at("2047-07-10T22:00:10+00:00")
    assert due() == [f"{home.circle} {state} last 2027-07-10 due 2047-07-10"]


def test_an_active_one_too_and_every_entry_counts(home: Home, at: At) -> None:
    at("2030-01-15T12:00:00+00:00")
    home.call("nurse", "POST", "/consents", scope="circle", given=True)
    at("2050-01-15T22:59:50+00:00")
    assert due() == []
    at("2050-01-15T23:00:10+00:00")
    assert len(due()) == 1


def test_of_one_deceased_ten_years_after_the_death(home: Home, at: At) -> None:
    at("2027-07-10T12:00:00+00:00")
    home.call("nurse", "PUT", "/state", state="deceased", reason="x")
    at("2028-07-10T12:00:00+00:00")
    home.call("home_help", "DELETE", f"/members/{home.seat('home_help')}")
    at("2037-07-10T21:59:50+00:00")
    assert due() == []
    at("2037-07-10T22:00:10+00:00")
    assert len(due()) == 1


def test_of_somebody_young_until_the_28th_birthday(tmp_path: Path, at: At) -> None:
    home = load_home(tmp_path, born="2026-11-01")
    home.call("nurse", "PUT", "/state", state="closed", reason="x")
    at("2054-10-31T22:59:50+00:00")
    assert due() == []
    at("2054-10-31T23:00:10+00:00")
    assert len(due()) == 1


def test_the_29th_of_february_has_its_twenty_years(home: Home, at: At, settings: Settings) -> None:
    settings.KEEP_YEARS = {**settings.KEEP_YEARS, "closed": 1}
    at("2028-02-29T12:00:00+00:00")
    home.call("nurse", "PUT", "/state", state="closed", reason="x")
    at("2029-03-01T22:59:50+00:00")
    assert due() == []
    at("2029-03-01T23:00:10+00:00")
    assert len(due()) == 1


def test_zero_years_are_never(home: Home, at: At, settings: Settings) -> None:
    settings.KEEP_YEARS = {**settings.KEEP_YEARS, "active": 0}
    at("2100-01-01T00:00:00+00:00")
    assert due() == []


def test_it_erases_when_told_and_once(home: Home, at: At) -> None:
    at("2100-01-01T00:00:00+00:00")
    assert due() != []
    assert home.state == "active"
    assert due("--do")[0].endswith(" erased")
    assert home.state == "erased"
    assert due("--do") == []

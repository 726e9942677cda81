"""Quiet hours and digest hours, over midnight and where clocks change."""
import datetime as dt

import pytest

from notifications.daytimes import next_of, quiet_left
from people.duty.week import DAYS

PARIS = "Europe/Paris"


def at(moment: str) -> dt.datetime:
    """A moment of UTC."""
    return dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "left"),
    [
        ("2026-11-24T19:59:59", 0),  # 20:59:59 in Paris
        ("2026-11-24T20:00:00", 10 * 60),  # 21:00
        ("2026-11-24T23:30:00", 6 * 60 + 30),  # 0:30, over midnight
        ("2026-11-25T05:59:00", 1),
        ("2026-11-25T06:00:00", 0),
        ("2026-10-24T19:00:00", 11 * 60),  # 21:00, the night that has an hour more
        ("2027-03-27T20:00:00", 9 * 60),  # 21:00, the night that has one less
    ],
)
def test_quiet_hours_last_until_the_clock_on_the_wall_says_so(moment: str, left: int) -> None:
    assert quiet_left("21:00", "07:00", PARIS, at(moment)) == dt.timedelta(minutes=left)


def test_quiet_hours_that_end_where_clocks_jump_end_at_the_jump() -> None:
    assert quiet_left("21:00", "02:30", PARIS, at("2027-03-28T00:30:00")) == dt.timedelta(minutes=30)


@pytest.mark.parametrize(
    ("after", "then"),
    [
        ("2026-11-24T11:00:00", "2026-11-24T11:30:00"),  # 12:30 in Paris
        ("2026-11-24T11:30:00", "2026-11-24T17:00:00"),  # never the same one again
        ("2026-11-27T17:00:00", "2026-11-30T11:30:00"),  # Friday evening → Monday
        ("2026-10-23T16:00:00", "2026-10-26T11:30:00"),  # in summer time → in winter time
    ],
)
def test_the_digest_comes_at_the_hours_that_were_chosen(after: str, then: str) -> None:
    assert next_of(["18:00", "12:30"], DAYS[:5], PARIS, at(after)) == at(then)


def test_an_hour_that_comes_twice_has_one_digest_and_one_that_is_jumped_over_has_one_too() -> None:
    first = next_of(["02:30"], DAYS, PARIS, at("2026-10-24T12:00:00"))
    assert first == at("2026-10-25T00:30:00")
    assert next_of(["02:30"], DAYS, PARIS, first) == at("2026-10-26T01:30:00")
    assert next_of(["02:30"], DAYS, PARIS, at("2027-03-27T12:00:00")) == at("2027-03-28T01:00:00")


def test_without_an_hour_or_a_day_there_is_none() -> None:
    assert next_of([], DAYS, PARIS, at("2026-11-24T11:00:00")) is None
    assert next_of(["12:30"], [], PARIS, at("2026-11-24T11:00:00")) is None

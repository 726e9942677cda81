"""Hours of a week against a walk over every minute, which looks at a clock on the wall and knows no arithmetic of intervals."""
import datetime as dt
import random
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import pytest

from people.duty.week import DAYS, Duty, Span, Week, duty_at

MINUTE = dt.timedelta(minutes=1)
# Clocks in Paris go back on 25 October 2026 and forward on 28 March 2027; Lord Howe changes by half an hour.
STARTS = [dt.datetime(2026, 10, 23, tzinfo=dt.UTC), dt.datetime(2027, 3, 26, tzinfo=dt.UTC), dt.datetime(2026, 12, 23, tzinfo=dt.UTC)]
HOLIDAYS = {dt.date(2026, 12, 25), dt.date(2027, 1, 1), dt.date(2027, 3, 29), dt.date(2026, 11, 1)}
ZONES = ["Europe/Paris", "Europe/Paris", "Indian/Reunion", "Australia/Lord_Howe"]
DAYS_WALKED, MARGIN = 5, 4 * 1440


def _walked(week: Week | None, away: Sequence[Span], start: dt.datetime, minutes: int) -> list[bool]:
    """On duty or not in each minute."""
    moments = [start + n * MINUTE for n in range(-MARGIN, minutes + MARGIN)]
    on = [week is None] * len(moments)
    if week is not None:
        shown = [moment.astimezone(ZoneInfo(week.zone)).replace(tzinfo=None) for moment in moments]
        for day in sorted({moment.date() for moment in shown})[1:-2]:  # those of which it sees both ends
            if day in HOLIDAYS and not week.on_holidays:
                continue
            for begins, ends in week.weekly.get(DAYS[day.weekday()], ()):
                first = _passed(shown, day, begins)
                last = _passed(shown, day if ends > begins else day + dt.timedelta(days=1), ends)
                for place in range(first[0], last[-1]):
                    on[place] = True
    kept = [one and not any(span.since <= moment < span.until for span in away) for one, moment in zip(on, moments, strict=True)]
    return kept[MARGIN : MARGIN + minutes]


def _passed(shown: list[dt.datetime], day: dt.date, clock: str) -> list[int]:
    """The minutes at which the clock shows this, or has just passed it."""
    wanted = dt.datetime.combine(day, dt.time.fromisoformat(clock))
    return [n for n in range(1, len(shown)) if shown[n] == wanted or shown[n - 1] < wanted < shown[n]]


def _some_week(dice: random.Random) -> Week:
    def interval() -> list[str]:
        return [f"{dice.randrange(24):02}:{dice.choice([0, 15, 30, 59]):02}" for _end in range(2)]

    weekly = {day: [interval() for _n in range(dice.randrange(3))] for day in DAYS if dice.random() < 0.8}
    if dice.random() < 0.4:  # nights in which the clock changes
        weekly["sat"] = [["22:00", dice.choice(["02:00", "02:30", "03:00"])]]
        weekly["sun"] = [[dice.choice(["02:00", "02:15", "02:30"]), dice.choice(["02:45", "03:00", "11:00"])]]
    return Week(dice.choice(ZONES), weekly, on_holidays=dice.random() < 0.5)


@pytest.mark.parametrize("seed", range(12))
def test_each_answer_is_that_of_a_walk_over_the_minutes(seed: int) -> None:
    dice = random.Random(seed)
    start, minutes = dice.choice(STARTS), DAYS_WALKED * 1440
    week = None if seed == 0 else _some_week(dice)
    away = []
    for _n in range(dice.randrange(3)):
        since = start + dice.randrange(minutes) * MINUTE
        away.append(Span(since, since + dice.randrange(1, 2000) * MINUTE))
    on = _walked(week, away, start, minutes)
    changes = [n for n in range(1, minutes) if on[n] != on[n - 1]]
    for n in {*dice.sample(range(minutes), 150), *changes, *(change - 1 for change in changes), 0}:
        duty = duty_at(week, away, start + n * MINUTE)
        coming = next((change for change in changes if change > n), None)
        assert duty.on == on[n], (seed, n)
        if coming is not None:
            assert duty.until == start + coming * MINUTE, (seed, n)
        else:  # nothing changes before the walk ends
            assert duty.until is None or duty.until >= start + minutes * MINUTE, (seed, n)


def _at(week: Mapping[str, Sequence[Sequence[str]]], local: str, *, zone: str = "Europe/Paris", on_holidays: bool = False) -> Duty:
    moment = dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    duty = duty_at(Week(zone, week, on_holidays), [], moment)
    return Duty(duty.on, duty.until and duty.until.astimezone(ZoneInfo(zone)).replace(tzinfo=None))


OFFICE = {day: [["08:00", "12:30"], ["14:00", "19:00"]] for day in DAYS[:5]}


@pytest.mark.parametrize(
    ("local", "on", "until"),
    [
        ("2026-11-23T07:59:59", False, "2026-11-23T08:00"),
        ("2026-11-23T08:00", True, "2026-11-23T12:30"),
        ("2026-11-23T12:30", False, "2026-11-23T14:00"),
        ("2026-11-27T19:00", False, "2026-11-30T08:00"),
        ("2026-12-24T20:00", False, "2026-12-28T08:00"),  # Christmas, then the weekend
    ],
)
def test_hours_of_an_office(local: str, on: bool, until: str) -> None:
    assert _at(OFFICE, local) == Duty(on, dt.datetime.fromisoformat(until))


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    nights = {day: [["21:00", "07:00"]] for day in DAYS}
    assert _at(nights, "2026-12-25T03:00") == Duty(True, dt.datetime.fromisoformat("2026-12-25T07:00"))  # begun on the 24th
    assert _at(nights, "2026-12-25T22:00") == Duty(False, dt.datetime.fromisoformat("2026-12-26T21:00"))


def test_the_night_of_25_hours_and_that_of_23() -> None:
    nights = {day: [["22:00", "06:00"]] for day in DAYS}
    for since, hours in ((dt.datetime(2026, 10, 24, 20, tzinfo=dt.UTC), 9), (dt.datetime(2027, 3, 27, 21, tzinfo=dt.UTC), 7)):
        assert duty_at(Week("Europe/Paris", nights), [], since) == Duty(True, since + dt.timedelta(hours=hours))


def test_holidays_overseas_are_their_own() -> None:
    day = {"fri": [["08:00", "12:00"]], "mon": [["08:00", "12:00"]]}
    assert not _at(day, "2027-12-20T09:00", zone="Indian/Reunion").on  # the end of slavery there
    assert _at(day, "2027-12-20T09:00").on
    assert _at(day, "2026-12-25T09:00", on_holidays=True).on


def test_never_always_and_long_absences() -> None:
    at = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
    assert duty_at(Week("Europe/Paris", {}), [], at) == Duty(False, None)
    assert duty_at(Week("Europe/Paris", {"mon": []}), [], at) == Duty(False, None)
    assert duty_at(None, [], at) == Duty(True, None)
    assert duty_at(Week("Europe/Paris", {day: [["00:00", "00:00"]] for day in DAYS}, on_holidays=True), [], at) == Duty(True, None)
    year = Span(at - MINUTE, at + dt.timedelta(days=365))
    assert duty_at(None, [year], at) == Duty(False, year.until)
    assert duty_at(Week("Europe/Paris", OFFICE), [year], at) == Duty(False, dt.datetime(2027, 11, 23, 9, tzinfo=dt.UTC))

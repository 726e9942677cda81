"""What the agenda lists agrees with the library that follows rules: a thousand rules, through the database and back, against calendars
that were written independently as text and given to recurring-ical-events directly."""
import datetime as dt
import random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from care.agenda.models import Appointment
from care.agenda.occurrences import times
from care.agenda.protocol import AppointmentBody
from care.agenda.services import add_within, exception
from foundation.errors import Invalid
from messaging.feed.services import opened
from people.circles.enums import Audience
from people.circles.models import Membership
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
RULES = 1000
PARIS = ZoneInfo("Europe/Paris")
DAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]
# Both changes of 2026 in Europe/Paris, and the nights around them.
BEGINS = [dt.date(*day) for day in ((2026, 3, 26), (2026, 3, 29), (2026, 10, 22), (2026, 10, 25), (2026, 1, 31), (2024, 2, 29))]


class Case:
    """One rule with dates that differ, drawn by chance."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        day = chance.choice(BEGINS) + dt.timedelta(days=chance.randrange(6))
        self.all_day = chance.random() < 0.2
        clock = dt.time(chance.choice([0, 1, 2, 3, 9, 23]), chance.choice([0, 30]))
        self.start = dt.datetime.combine(day, dt.time() if self.all_day else clock)
        self.length = dt.timedelta(days=chance.randrange(1, 3)) if self.all_day else dt.timedelta(minutes=chance.choice([30, 60, 90]))
        self.rule = self._rule()
        self.gone: list[dt.datetime] = []
        self.moved: dict[dt.datetime, dt.datetime] = {}

    def _rule(self) -> str:
        chance = self.chance
        frequency = chance.choice(["DAILY", "DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY", "YEARLY"])
        parts = [f"FREQ={frequency}"]
        if chance.random() < 0.5:
            parts.append(f"INTERVAL={chance.randrange(1, 5)}")
        if frequency == "WEEKLY" and chance.random() < 0.7:
            parts.append("BYDAY=" + ",".join(sorted(chance.sample(DAYS, chance.randrange(1, 4)), key=DAYS.index)))
        if frequency == "MONTHLY":
            choices = [f"BYMONTHDAY={chance.choice([1, 15, 28, 31, -1, -2])}", f"BYDAY={chance.choice([1, 2, 4, -1])}{chance.choice(DAYS)}",
                       f"BYDAY=MO,TU,WE,TH,FR;BYSETPOS={chance.choice([1, -1])}", ""]
            parts.append(chance.choice(choices))
        if frequency == "YEARLY":
            parts.append(chance.choice(["BYMONTH=3,10;BYDAY=-1SU", "BYMONTH=10;BYMONTHDAY=25", "BYYEARDAY=88", "BYWEEKNO=13;BYDAY=SU", ""]))
        ends = chance.random()
        if ends < 0.3:
            parts.append(f"COUNT={chance.randrange(1, 40)}")
        elif ends < 0.6:
            until = self.start + dt.timedelta(days=chance.randrange(1, 500))
            aware = until.replace(tzinfo=PARIS).astimezone(dt.UTC)
            parts.append(f"UNTIL={until:%Y%m%d}" if self.all_day else f"UNTIL={aware:%Y%m%dT%H%M%SZ}")
        return ";".join(part for part in parts if part)

    def differ(self, found: list[dt.datetime]) -> None:
        """Takes some of the occurrences (wall times) out, and moves one."""
        some = self.chance.sample(found, min(len(found), self.chance.randrange(0, 4)))
        self.gone = some[:-1]
        self.moved = {one: one + dt.timedelta(days=self.chance.choice([0, 1]), hours=0 if self.all_day else 5) for one in some[-1:]}

    def text(self) -> str:
        """The same as a calendar file."""
        gone = [self._at("EXDATE", one) for one in self.gone]
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", "BEGIN:VEVENT", "UID:1", self._at("DTSTART", self.start),
                 self._at("DTEND", self.start + self.length), f"RRULE:{self.rule}", *gone, "END:VEVENT"]
        for original, new in self.moved.items():
            lines += ["BEGIN:VEVENT", "UID:1", self._at("RECURRENCE-ID", original), self._at("DTSTART", new),
                      self._at("DTEND", new + self.length), "END:VEVENT"]
        return "\r\n".join([*lines, "END:VCALENDAR", ""])

    def _at(self, name: str, wall: dt.datetime) -> str:
        return f"{name};VALUE=DATE:{wall:%Y%m%d}" if self.all_day else f"{name};TZID=Europe/Paris:{wall:%Y%m%dT%H%M%S}"

    def body(self) -> AppointmentBody:
        """The same as the API takes it."""
        common = {"title": "Passage", "audience": Audience.CIRCLE, "rrule": self.rule}
        if self.all_day:
            last = self.start.date() + self.length - dt.timedelta(days=1)
            return AppointmentBody(**common, first_day=self.start.date(), last_day=last)  # type: ignore[arg-type]
        return AppointmentBody(**common, start=self.start, end=self.start + self.length)  # type: ignore[arg-type]


def by_library(text: str, since: dt.datetime, until: dt.datetime) -> list[tuple[dt.datetime, dt.datetime]]:
    """Beginnings and ends in UTC, as the library says them of a file."""
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(since, until)
    spans = [(moment(one["DTSTART"].dt), moment(one["DTEND"].dt), one["DTEND"].dt - one["DTSTART"].dt) for one in found]
    return sorted((start, end if end > start else start + length) for start, end, length in spans)  # no time runs backwards


def moment(at: dt.date) -> dt.datetime:
    """A date's midnight in Paris, or the moment, in UTC."""
    local = at if isinstance(at, dt.datetime) else dt.datetime(at.year, at.month, at.day, tzinfo=PARIS)
    return local.astimezone(dt.UTC)


def test_a_thousand_rules_agree_with_the_library(home: Home) -> None:
    """Across daylight-saving changes in Europe/Paris, with dates that were taken out and moved, in windows that cut through them."""
    nurse, chance = home.inside("nurse"), random.Random(20261025)
    taken = {case.id: case.case for case in stored(nurse, chance)}
    rows: dict[UUID, Any] = {row.pk: row for row in Appointment.objects.filter(circle=home.circle)}
    assert len(taken) == len(rows) == RULES
    touched = 0
    for key, case in taken.items():
        since = case.start.replace(tzinfo=PARIS) + dt.timedelta(days=chance.randrange(-5, 60), hours=chance.randrange(24))
        until = since + dt.timedelta(days=chance.choice([1, 7, 31, 60]))
        expected = by_library(case.text(), since, until)
        found = [(one.start, one.end) for one in times(rows[key], since.astimezone(dt.UTC), until.astimezone(dt.UTC))]
        assert sorted(found) == expected, (case.text(), since, until)
        touched += len(found)
    assert touched > 4 * RULES


class Stored:
    """A rule that was kept, and what it was."""

    def __init__(self, key: UUID, case: Case) -> None:
        self.id, self.case = key, case


def stored(nurse: Membership, chance: random.Random) -> list[Stored]:
    """A thousand rules in the agenda; those that never come true are refused and drawn anew."""
    kept: list[Stored] = []
    refused = 0
    with opened(nurse.circle_id) as feed:
        while len(kept) < RULES:
            case = Case(chance)
            try:
                row = add_within(feed, nurse, case.body())
            except Invalid:  # never true, or in an hour that there is not on its first day
                refused += 1
                continue
            reach = dt.timedelta(days=40)
            found = times(row, row.start, row.start + reach)
            walls = [one.start.astimezone(PARIS).replace(tzinfo=None) for one in found]
            plain = [wall for wall, one in zip(walls, found, strict=True) if moment_of(wall) == one.start]
            case.differ(sorted(set(plain)))
            row.exceptions = {key_of(one): {"cancelled": True} for one in case.gone}
            for original, new in case.moved.items():
                row.exceptions[key_of(original)] = exception(moment_of(new), moment_of(new + case.length), None)
            row.save(update_fields=["exceptions"])
            kept.append(Stored(row.pk, case))
    assert refused < RULES // 20
    return kept


def moment_of(wall: dt.datetime) -> dt.datetime:
    """A wall time of Paris in UTC."""
    return wall.replace(tzinfo=PARIS).astimezone(dt.UTC)


def key_of(wall: dt.datetime) -> str:
    """The name of an occurrence."""
    return moment_of(wall).strftime("%Y-%m-%dT%H:%M:%SZ")

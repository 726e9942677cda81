"""The agenda of a circle as its members call it: who sees what, what repeats, what moves, what was reported, what does not go together."""
import datetime as dt
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from care.agenda.models import Appointment, Report
from care.agenda.queries import occurrences, reports_near
from care.records.items import everything_of
from people.circles.models import Membership
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
AUTUMN = {"start": "2031-10-19T09:00:00", "end": "2031-10-19T09:30:00"}
WEEK = "/appointments?from=2026-10-19T00:00:00Z&to=2026-10-27T00:00:00Z"


def add(home: Home, who: str = "nurse", **more: Any) -> Any:
    """An appointment's item: a visit on Monday, 19 October 2026, at nine in Paris."""
    times = {"start": "2026-10-19T09:00:00", "end": "2026-10-19T09:30:00"}
    body = {"title": "Pansement", "kind": "visit", "audience": "circle", **times, **more}
    status, item = home.call(who, "POST", "/appointments", **body)
    assert status == 201, item
    return item


def listed(home: Home, who: str = "nurse", window: str = WEEK) -> list[Any]:
    """Occurrences of the week in which the clocks go back."""
    status, answer = home.call(who, "GET", window)
    assert status == 200, answer
    items: list[Any] = answer["items"]
    return items


def test_a_daily_visit_stays_at_nine_when_the_clocks_go_back(home: Home) -> None:
    """Europe/Paris leaves summer time on 25 October 2026."""
    add(home, rrule="FREQ=DAILY;COUNT=8")
    assert [item["start"] for item in listed(home)] == [
        *[f"2026-10-{day}T07:00:00.000Z" for day in range(19, 25)], "2026-10-25T08:00:00.000Z", "2026-10-26T08:00:00.000Z",
    ]  # fmt: skip


def test_single_dates_are_moved_cancelled_and_put_back(home: Home) -> None:
    """By the moment at which they would begin; a change of the title keeps them."""
    item = add(home, rrule="FREQ=DAILY;COUNT=4", attendees=[home.seat("nurse")])
    path = f"/appointments/{item['id']}"
    status, _ = home.call("nurse", "PATCH", f"{path}/occurrences/2026-10-20T07:00:00Z", start="2026-10-20T15:00:00", attendees=[])
    assert status == 200
    assert home.call("nurse", "DELETE", f"{path}/occurrences/2026-10-21T07:00:00Z")[0] == 200
    assert home.call("nurse", "PATCH", path, title="Pansement du talon")[1]["version"] == 2
    found = listed(home)
    assert [(one["start"][5:16], one["moved"], len(one["attendees"])) for one in found] == [
        ("10-19T07:00", False, 1), ("10-20T13:00", True, 0), ("10-22T07:00", False, 1),
    ]  # fmt: skip
    assert {one["title"] for one in found} == {"Pansement du talon"}
    assert home.call("nurse", "PATCH", f"{path}/occurrences/2026-10-21T07:00:00Z", restored=True)[0] == 200
    assert len(listed(home)) == 4
    assert home.call("nurse", "PATCH", f"{path}/occurrences/2026-10-21T08:00:00Z", restored=True)[0] == 404
    assert home.call("nurse", "DELETE", path)[1]["cancelled_at"]
    assert listed(home) == []
    assert home.call("nurse", "PATCH", path, cancelled=False)[0] == 200
    assert len(listed(home)) == 4


def test_whole_days_and_what_is_no_time(home: Home) -> None:
    """A day is one of the circle's zone; the end comes after the beginning; rules that fill the agenda are refused."""
    add(home, start=None, end=None, first_day="2026-10-24", last_day="2026-10-25", kind="other", title="Chez sa fille")
    (item,) = listed(home)
    assert (item["start"], item["end"], item["all_day"]) == ("2026-10-23T22:00:00.000Z", "2026-10-25T23:00:00.000Z", True)
    assert (item["first_day"], item["last_day"]) == ("2026-10-24", "2026-10-25")
    for wrong, code in (
        ({"end": "2026-10-19T08:00:00"}, "agenda.bad_times"), ({"rrule": "FREQ=MINUTELY"}, "agenda.rule_too_often"),
        ({"rrule": "FREQ=HOURLY;INTERVAL=8"}, "agenda.rule_too_often"),
        ({"rrule": "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"}, "agenda.bad_rule"),
        ({"rrule": "FREQ=DAILY;COUNT=2;UNTIL=20270101"}, "agenda.bad_rule"), ({"zone": "Europe/Nowhere"}, "agenda.bad_zone"),
        ({"title": " "}, "agenda.no_title"), ({"attendees": [home.seat("patient")], "audience": "care_team"}, "agenda.bad_attendee"),
        ({"attendees": [str(home.circle)]}, "agenda.bad_attendee"),
    ):  # fmt: skip
        body = {"title": "x", "start": "2026-10-19T09:00:00", "end": "2026-10-19T09:30:00", "audience": "circle", **wrong}
        assert home.said("nurse", "POST", "/appointments", **body) == (422, code), wrong
    assert home.said("nurse", "GET", "/appointments?from=2026-01-01T00:00:00Z&to=2027-03-01T00:00:00Z") == (422, "agenda.bad_window")


def test_a_visit_is_reported_once_with_a_word_in_the_journal(home: Home, at: Any) -> None:
    """By whoever takes things on; what was reported stays, whatever the rule says since."""
    at("2031-10-21T06:00:00+00:00")
    times = {"start": "2031-10-20T09:00:00", "end": "2031-10-20T09:30:00"}
    item = add(home, rrule="FREQ=DAILY;COUNT=4", audience="relatives", **times)
    path = f"/appointments/{item['id']}/occurrences/2031-10-21T07:00:00Z/report"
    assert home.said("relative", "POST", path, outcome="done")[0] == 403
    assert home.said("patient", "POST", path, outcome="done")[0] == 404
    assert home.said("nurse", "POST", path, outcome="done", audience="circle") == (422, "agenda.report_too_wide")
    assert home.said("nurse", "POST", path.replace("10-21", "10-23"), outcome="done") == (422, "agenda.not_yet")
    status, told = home.call("nurse", "POST", path, outcome="done", text="Plaie propre.")
    assert status == 201
    assert home.call("nurse", "POST", path, outcome="done", text="encore")[0] == 200
    assert home.said("gp", "POST", path, outcome="missed") == (409, "agenda.reported")
    (report,) = told["reports"]
    post = home.client("relative").get(f"/api/v1/posts/{report['post']}").json()
    assert post["text"].endswith("Plaie propre.")
    assert post["audience"] == "relatives"
    assert home.call("nurse", "PATCH", f"/appointments/{item['id']}", start="2031-10-20T10:00:00")[0] == 200
    assert [(one["start"][11:16], one["state"]) for one in listed(home, "relative", WEEK.replace("2026", "2031"))] == [
        ("08:00", "planned"), ("07:00", "done"), ("08:00", "planned"), ("08:00", "planned"), ("08:00", "planned"),
    ]  # fmt: skip


def test_conflicts_are_those_that_the_reader_sees(home: Home) -> None:
    """Two worlds: what is for the care team alone leaves nothing with anybody else, not even that a time is taken."""

    def seen() -> list[str]:
        window = "from=2026-10-01T00:00:00Z&to=2026-11-01T00:00:00Z"
        circle = f"/api/v1/circles/{home.circle}"
        paths = (f"{circle}/appointments?{window}", f"/api/v1/me/agenda?{window}", f"{circle}/changes?after=0")
        return [home.client(who).get(path).content.decode() for who in ("relative", "patient", "home_help") for path in paths]

    nurse = home.seat("nurse")
    add(home, attendees=[nurse])
    before = seen()
    times = {"start": "2026-10-19T09:15:00", "end": "2026-10-19T10:00:00"}
    hidden = add(home, title="Concertation", audience="care_team", attendees=[nurse], **times)
    home.call("nurse", "PATCH", f"/appointments/{hidden['id']}", title="Concertation éthique")
    assert seen() == before
    shown = listed(home)
    assert [sorted(clash["why"] for clash in one["conflicts"]) for one in shown] == [["member", "visits"]] * 2
    assert shown[0]["conflicts"][0]["with"] == shown[1]["ref"]
    assert home.said("relative", "GET", f"/appointments/{hidden['id']}")[0] == 404


def test_changes_are_for_who_wrote_it_who_is_expected_and_who_steers(home: Home) -> None:
    """And in a frozen circle for a coordinator alone."""
    item = add(home, "relative", attendees=[home.seat("home_help")])
    path = f"/appointments/{item['id']}"
    for who, status in (("patient", 403), ("pharmacist", 403), ("home_help", 200), ("relative", 200), ("gp", 200)):
        assert home.call(who, "PATCH", path, note="x")[0] == status, who
    assert [one["kind"] for one in home.items("patient") if one["kind"].startswith("appointment")] == ["appointment.added"] + [
        "appointment.changed"
    ] * 3
    home.call("coordinator", "PUT", "/state", state="frozen", reason="x")
    assert home.call("gp", "PATCH", path, note="y")[0] == 403
    assert home.call("coordinator", "PATCH", path, note="y")[0] == 200


FAR = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:00:00-12:00", "9990-01-01T08:00:00Z", "1989-06-01")


@pytest.mark.parametrize("far", FAR)
def test_what_is_far_away_is_refused_before_anything_is_worked_out(home: Home, far: str) -> None:
    """Bodies, windows, occurrences in addresses and on pages; nothing walks through centuries, nothing falls off the calendar."""
    item = add(home, rrule="FREQ=DAILY;BYHOUR=8,14")
    path, page = f"/appointments/{item['id']}", f"/circles/{home.circle}/agenda/{item['id']}"
    for method, rest, more in (("DELETE", "", {}), ("PATCH", "", {"restored": True}), ("POST", "/report", {"outcome": "done"})):
        assert home.call("nurse", method, f"{path}/occurrences/{far}{rest}", **more)[0] == 404, method
    for which in ("cancel", "report"):
        told = home.client("nurse").post(f"{page}/{which}", {"at": far, "which": "one", "outcome": "done"})
        assert told.status_code in {302, 404}, which
    assert home.client("nurse").get(page, {"at": far}).status_code in {200, 404}
    for body in ({"start": far}, {"end": far}, {"first_day": far[:10]}, {"start": far, "zone": "Europe/Nowhere"}):
        assert home.call("nurse", "PATCH", path, **body)[0] == 422, body
    occurrence = f"{path}/occurrences/2026-10-20T06:00:00Z"
    assert home.call("nurse", "PATCH", occurrence, start=far)[0] == 422
    assert home.call("nurse", "PATCH", occurrence, end=far)[0] == 422
    times = {"title": "x", "audience": "circle"}
    bodies: list[dict[str, Any]] = [{"start": far, "all_day": True}, {"start": far, "end": far}, {"first_day": far[:10]}]
    for more in bodies:
        assert home.call("nurse", "POST", "/appointments", **{**times, **more})[0] == 422, more
    until = far[:10].replace("-", "")
    assert home.call("nurse", "PATCH", path, rrule=f"FREQ=DAILY;UNTIL={until}")[0] == 422
    window = far if "T" in far else f"{far}T00:00:00Z"
    near = "2026-10-20T00:00:00Z"
    for ask in ({"from": window, "to": near}, {"from": near, "to": window}, {"from": window, "to": window}):
        assert home.client("nurse").get(f"/api/v1/circles/{home.circle}/appointments", ask).status_code == 422


def test_who_came_from_now_on_is_told_of_no_date_that_was_over(home: Home, at: Any) -> None:
    """Neither what was reported nor what was cancelled before; the series goes on."""
    at("2031-10-21T06:00:00+00:00")
    item = add(home, rrule="FREQ=DAILY;COUNT=9", start="2031-10-20T09:00:00", end="2031-10-20T09:30:00")
    path = f"/appointments/{item['id']}"
    assert home.call("nurse", "POST", f"{path}/occurrences/2031-10-20T07:00:00Z/report", outcome="done")[0] == 201
    assert home.call("nurse", "DELETE", f"{path}/occurrences/2031-10-21T07:00:00Z")[0] == 200
    at("2031-10-22T12:00:00+00:00")
    item = home.call("nurse", "PATCH", path, note="x")[1]
    assert (len(item["reports"]), len(item["exceptions"])) == (1, 1)
    Membership.objects.filter(pk=home.seat("pharmacist")).update(first=item["seq"])
    late = home.call("pharmacist", "GET", path)[1]
    assert (late["reports"], late["exceptions"]) == ([], [])


def test_years_of_reports_are_told_whole_to_who_asks_and_lately_in_a_line(home: Home, at: Any) -> None:
    """Forty days of visits, reported each day; the last five are asked for by day."""
    at("2031-10-19T06:00:00+00:00")
    item = add(home, rrule="FREQ=DAILY;COUNT=60", **AUTUMN)
    first = dt.datetime(2031, 10, 19, 9, tzinfo=ZoneInfo("Europe/Paris"))
    row, nurse = Appointment.objects.get(pk=item["id"]), home.inside("nurse")
    starts = [(first + dt.timedelta(days=day)).astimezone(dt.UTC) for day in range(40)]
    Report.objects.bulk_create(
        Report(appointment=row, occurrence=start, start=start, end=start + dt.timedelta(minutes=30), outcome="done", by=nurse, at=start,
               post=uuid4(), audience="circle") for start in starts
    )  # fmt: skip
    at("2031-11-27T12:00:00+00:00")
    path = f"/appointments/{item['id']}"
    told = home.call("nurse", "PATCH", path, note="x")[1]
    assert [one["occurrence"][:10] for one in told["reports"]] == [f"{start:%Y-%m-%d}" for start in starts[-30:]]
    line = home.call("nurse", "GET", "/changes?after=0")[1]["items"][-1]
    assert line["appointment"]["reports"] == told["reports"]
    assert len(home.call("nurse", "GET", path)[1]["reports"]) == 40
    (copied,) = [one for family, _record, one in everything_of(nurse) if family == "appointment"]
    assert len(copied["reports"]) == 40
    week = starts[30] - dt.timedelta(hours=1), starts[34] + dt.timedelta(hours=1)
    assert len(reports_near([row], *week)[row.pk]) < 10
    shown = occurrences(nurse, *week)
    assert [(one.start, one.state) for one in shown] == [(start, "done") for start in starts[30:35]]


def test_a_visit_reported_where_it_was_moved_to_is_not_shown_where_it_was(home: Home, at: Any) -> None:
    at("2031-10-19T06:00:00+00:00")
    item = add(home, rrule="FREQ=DAILY;COUNT=30", **AUTUMN)
    visit = f"/appointments/{item['id']}/occurrences/2031-10-20T07:00:00Z"
    assert home.call("nurse", "PATCH", visit, start="2031-11-10T15:00:00")[0] == 200
    at("2031-11-10T16:00:00+00:00")
    assert home.call("nurse", "POST", f"{visit}/report", outcome="done")[0] == 201
    week = listed(home, window=WEEK.replace("2026", "2031"))
    assert [one["start"][:10] for one in week] == [f"2031-10-{day}" for day in (19, 21, 22, 23, 24, 25, 26)]
    (there,) = listed(home, window="/appointments?from=2031-11-10T12:00:00Z&to=2031-11-10T18:00:00Z")
    assert (there["occurrence"][:10], there["state"]) == ("2031-10-20", "done")

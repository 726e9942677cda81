"""Calendars that leave and come in: the private link, invitations, and reminders."""
from typing import Any

import pytest
from django.test import Client

from care.agenda.models import Appointment
from care.agenda.reminding import load_reminders, remind
from messaging.feed.enums import Kind
from people.accounts.models import Person
from people.audit.models import TrailLine
from tests.care.test_agenda import add, listed
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ZONE = """BEGIN:VTIMEZONE
TZID:Our own
BEGIN:STANDARD
DTSTART:19710101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=SECONDLY
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19710101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
"""


def invitation(*lines: str, method: str = "REQUEST", zone: str = "") -> str:
    """A calendar file with one event of these lines."""
    said = "\n".join(lines)
    head = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\nMETHOD:{method}\n{zone}"
    return f"{head}BEGIN:VEVENT\n{said}\nEND:VEVENT\nEND:VCALENDAR\n".replace("\n", "\r\n")


def send(home: Home, who: str, text: str, audience: str = "circle") -> tuple[int, Any]:
    """(status, answer) of an invitation; without audience it is only looked at."""
    path = f"/api/v1/circles/{home.circle}/appointments/invitation" + (f"?audience={audience}" if audience else "")
    answer = home.client(who).post(path, text, content_type="text/calendar")
    return answer.status_code, answer.json()


def test_an_invitation_is_looked_at_added_changed_and_cancelled_by_its_uid(home: Home) -> None:
    """Windows' zone names, a zone of the file's own, exceptions, one occurrence moved; never doubled."""
    series = ("UID:ab@hospital", "DTSTART;TZID=Romance Standard Time:20261019T090000", "DTEND;TZID=Romance Standard Time:20261019T093000",
              "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;TZID=Romance Standard Time:20261020T090000", "SUMMARY:Dialyse", "SEQUENCE:1",
              "ORGANIZER;CN=Dr Castets:mailto:castets@example.org")
    status, looked = send(home, "nurse", invitation(*series), audience="")
    assert (status, looked["items"][0]["change"], looked["items"][0]["zone"]) == (200, "new", "Europe/Paris")
    assert listed(home) == []
    assert send(home, "nurse", invitation(*series))[0] == 201
    assert [one["start"][8:16] for one in listed(home)] == ["19T07:00", "21T07:00", "22T07:00"]
    moved = ("UID:ab@hospital", "RECURRENCE-ID;TZID=Our own:20261021T090000", "DTSTART;TZID=Our own:20261021T110000",
             "DTEND;TZID=Our own:20261021T113000", "SUMMARY:Dialyse", "SEQUENCE:2")
    assert send(home, "nurse", invitation(*moved, zone=ZONE))[0] == 201
    assert [one["start"][8:16] for one in listed(home)] == ["19T07:00", "21T09:00", "22T07:00"]
    assert {(one["title"], one["with_name"]) for one in listed(home)} == {("Dialyse", "Dr Castets")}
    later = [line.replace("SEQUENCE:1", "SEQUENCE:3").replace("COUNT=4", "COUNT=2") for line in series if not line.startswith("EXDATE")]
    assert send(home, "nurse", invitation(*later))[1]["items"][0]["rrule"] == "FREQ=DAILY;COUNT=2"
    assert send(home, "nurse", invitation(*series))[1]["items"] == []  # an older one
    assert Appointment.objects.filter(circle=home.circle).count() == 1
    assert send(home, "nurse", invitation("UID:ab@hospital", "DTSTART:20261019T070000Z", "SEQUENCE:4", method="CANCEL"))[0] == 201
    assert listed(home) == []


def test_an_invitation_that_somebody_else_brought_is_not_betrayed(home: Home) -> None:
    """For the care team only: a relative's copy of the same is a new one, and changes nothing of theirs."""
    event = ("UID:same", "DTSTART:20261019T070000Z", "DTEND:20261019T080000Z", "SUMMARY:Bilan")
    assert send(home, "nurse", invitation(*event), "care_team")[0] == 201
    assert send(home, "relative", invitation(*event), "")[1]["items"][0]["change"] == "new"
    assert send(home, "relative", invitation(*event), "care_team")[0] == 403
    assert send(home, "relative", invitation(*event, "SEQUENCE:9"), "relatives")[0] == 201
    assert sorted(one["audience"] for one in listed(home)) == ["care_team", "relatives"]


def test_an_update_does_not_reach_more_readers_than_were_chosen(home: Home) -> None:
    """What is known is shown with its readers; a cancellation says nothing new."""
    event = ("UID:same", "DTSTART:20261019T070000Z", "DTEND:20261019T080000Z")
    assert send(home, "nurse", invitation(*event, "SUMMARY:Bilan"), "circle")[0] == 201
    update = invitation(*event, "SUMMARY:Annonce", "SEQUENCE:1")
    assert send(home, "nurse", update, "")[1]["items"][0]["audience"] == "circle"
    status, answer = send(home, "nurse", update, "care_team")
    assert (status, answer["code"]) == (422, "agenda.known_to_more")
    assert {one["title"] for one in listed(home, "relative")} == {"Bilan"}
    assert send(home, "nurse", update, "circle")[0] == 201
    assert send(home, "nurse", invitation(*event, "SEQUENCE:2", method="CANCEL"), "care_team")[0] == 201


def test_hostile_files_are_refused_with_a_sentence(home: Home) -> None:
    """Bombs of recurrence, nothing in it, unknown zones, broken structure, too much."""
    event = ("UID:x", "SUMMARY:x", "DTSTART:20261019T070000Z")
    hostile = [
        (invitation(*event, "RRULE:FREQ=SECONDLY"), "agenda.rule_too_often"),
        (invitation(*event, "RRULE:FREQ=HOURLY"), "agenda.rule_too_often"),
        (invitation(*event, "RRULE:FREQ=DAILY", "RRULE:FREQ=DAILY"), "agenda.bad_invitation"),
        (invitation(*event, "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=31"), "agenda.bad_rule"),
        (invitation(*event, "RDATE:20261020T070000Z"), "agenda.bad_invitation"),
        (invitation("UID:x", "DTSTART;TZID=Mars:20261019T070000"), "agenda.bad_invitation"),
        (invitation("UID:x", "DTSTART:20261399T070000Z"), "agenda.bad_invitation"),
        (invitation("SUMMARY:x", "DTSTART:20261019T070000Z"), "agenda.bad_invitation"),
        (invitation(*event, "DTSTART:99991231T235959Z"), "agenda.bad_invitation"),
        *((invitation(*event[:2], *lines), "agenda.bad_invitation") for lines in (
            ("DTSTART:00010101T000000Z",), ("DTSTART;TZID=Asia/Tokyo:00010101T000000",), ("DTSTART;TZID=America/New_York:99991231T230000",),
            (event[2], "DTEND:00010101T000000Z"), (event[2], "DTEND:99991231T235959Z"), (event[2], "DURATION:P999999999D"),
            (event[2], "DURATION:-PT1H"), (event[2], "EXDATE;TZID=America/New_York:99991231T230000"),
            (event[2], "RECURRENCE-ID:99991231T230000Z"),
        )),
        (invitation(*event, "RRULE:FREQ=DAILY;UNTIL=00010101T000000Z"), "agenda.bad_rule"),
        (invitation(*event, "RRULE:FREQ=DAILY;UNTIL=99991231"), "agenda.bad_rule"),
        (invitation(*event, "RRULE:FREQ=DAILY", "EXDATE:21991020T070000Z"), "agenda.bad_invitation"),
        (invitation(*event, "RRULE:FREQ=DAILY", "EXDATE:" + ",".join(["20261020T070000Z"] * 401)), "agenda.bad_invitation"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "agenda.bad_invitation"), ("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "agenda.bad_invitation"),
        ("<html>", "agenda.bad_invitation"), ("BEGIN:VCALENDAR\r\n" + "BEGIN:VALARM\r\n" * 3000, "agenda.bad_invitation"),
        (invitation(*event) * 60, "agenda.bad_invitation"), (invitation(*event, *["X-A:b"] * 9000), "agenda.bad_invitation"),
    ]  # fmt: skip
    for text, code in hostile:
        status, answer = send(home, "nurse", text)
        assert (status, answer["code"]) == (422, code), text[:200]
    assert send(home, "nurse", invitation(*event, "DESCRIPTION:" + "x" * 262_200))[0] == 413
    assert listed(home) == []


def test_the_private_link_says_a_letter_unless_names_are_wished_and_dies(home: Home, at: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Revoked, replaced, account disabled, password changed: nothing there. Only what its person may read."""
    at("2031-10-20T06:00:00+00:00")
    nurse, times = home.seat("nurse"), {"start": "2031-10-21T09:00:00", "end": "2031-10-21T09:30:00"}
    add(home, title="Pansement", place="Chez elle", rrule="FREQ=DAILY;COUNT=2", attendees=[nurse, home.seat("relative")], **times)
    add(home, title="Concertation", audience="care_team", attendees=[nurse], **times)
    outside = Client()

    def link(who: str, **choices: bool) -> str:
        answer = home.client(who).post("/api/v1/me/calendar", choices, content_type="application/json")
        assert answer.status_code == 201
        return str(answer.json()["url"]).partition("/calendar/")[2]

    def fetched(address: str) -> tuple[int, str]:
        answer = outside.get(f"/calendar/{address}")
        assert answer["Cache-Control"] in {"private, no-store", "no-store"}
        return answer.status_code, answer.content.decode()

    first = link("nurse")
    status, text = fetched(first)
    assert (status, text.count("BEGIN:VEVENT")) == (200, 3)
    assert "Patient A" in text
    assert TrailLine.objects.filter(circle=home.circle, what="agenda.fetched", person=home.people["nurse"]).count() == 1
    assert not [word for word in ("DURAND", "Jeanne", "Pansement", "Concertation", "Chez elle", str(home.circle)) if word in text]
    named = link("relative", names=True)
    theirs = fetched(named)[1]
    assert "Pansement" in theirs
    assert "Concertation" not in theirs
    assert "DURAND Jeanne" in theirs
    assert " · Pansement" in theirs
    second = link("nurse")
    assert [fetched(one)[0] for one in (first, second, "x" * 43 + ".ics")] == [404, 200, 404]
    person = Person.objects.get(pk=home.people["nurse"])
    person.is_active = False
    person.save()
    assert fetched(second)[0] == 404
    person.is_active = True
    person.save()
    assert fetched(second)[0] == 200
    person.set_password("Un-autre-cheval-9")
    person.save()
    assert fetched(second)[0] == 404
    assert home.client("relative").delete("/api/v1/me/calendar").status_code == 204
    assert fetched(named)[0] == 404
    assert not [one for one in (first, second, named) if one.removesuffix(".ics") in caplog.text]


def test_reminders_come_the_evening_before_and_an_hour_before_once_each(home: Home, at: Any) -> None:
    """To patient, relatives and who is expected, then to who is expected; a second round says nothing, nor does one for what was moved."""
    at("2031-10-20T06:00:00+00:00")
    times = {"start": "2031-10-26T09:00:00", "end": "2031-10-26T09:30:00"}  # the night in which clocks go back lies between
    item = add(home, rrule="FREQ=WEEKLY;COUNT=2", audience="relatives", attendees=[home.seat("nurse")], **times)

    def told() -> list[set[str]]:
        lines = [one for one in home.items("nurse") if one["kind"] == Kind.APPOINTMENT_DUE]
        row = Appointment.objects.get(pk=item["id"])
        reminder = load_reminders([row.pk])[row.pk]
        names = {home.seat(who): who for who in ("nurse", "relative", "trusted", "patient", "gp")}
        return [{names[str(member)] for member in reminder.members[Kind.APPOINTMENT_DUE]}] * len(lines)

    around = {"nurse", "relative", "trusted"}
    for moment, expected in (
        ("2031-10-25T15:59:00+00:00", []), ("2031-10-25T16:00:05+00:00", [around]), ("2031-10-26T06:59:00+00:00", [around]),
        ("2031-10-26T07:00:05+00:00", [{"nurse"}] * 2), ("2031-11-01T17:00:05+00:00", [around] * 3),
    ):  # fmt: skip
        at(moment)
        remind()
        remind()
        assert told() == expected, moment
    assert [one for one in home.items("patient") if one["kind"].startswith("appointment")] == []
    home.call("nurse", "PATCH", f"/appointments/{item['id']}/occurrences/2031-11-02T08:00:00Z", start="2031-11-05T09:00:00")
    at("2031-11-02T07:30:00+00:00")
    assert remind() == 0


def test_what_was_moved_before_the_first_one_reminds_too_and_a_broken_row_stops_nobody(home: Home, at: Any) -> None:
    """Of a series that begins in a month, its first one comes tomorrow; a row that can't be read is left alone for a while."""
    at("2031-10-20T06:00:00+00:00")
    times = {"start": "2031-11-20T09:00:00", "end": "2031-11-20T09:30:00", "rrule": "FREQ=DAILY;COUNT=3"}
    moved, broken = (add(home, attendees=[home.seat("nurse")], **times)["id"] for _n in range(2))
    for one in (moved, broken):
        path = f"/appointments/{one}/occurrences/2031-11-20T08:00:00Z"
        assert home.call("nurse", "PATCH", path, start="2031-10-21T09:00:00")[0] == 200
    Appointment.objects.filter(pk=broken).update(exceptions={"none": {"start": "none", "end": "none"}}, remind_at="2031-10-20T15:00:00Z")
    at("2031-10-20T16:00:05+00:00")
    assert remind() == 1
    assert [one["appointment"]["id"] for one in home.items("nurse") if one["kind"] == Kind.APPOINTMENT_DUE] == [moved]
    assert remind() == 0

"""The agenda's pages without a browser: days of 23 hours, rules in plain words, forms that keep what was typed, the family's view."""
import datetime as dt
import re
import uuid
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from care.agenda.models import Appointment
from care.agenda.protocol import AppointmentBody
from care.agenda.services import add_appointment
from people.circles.models import Membership
from portal.queries.agenda_repeats import CHOICES, Repeat, repeat_of, repeat_words, rule_of
from portal.queries.stretches import View, stretch_of, today
from tests.portal.cast import load
from tests.portal.test_my_patients import signed_in
from tests.portal.test_own_page import scenario

ZONE = "Europe/Paris"
database = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario())


def seat(ids: dict[str, str], who: str) -> Membership:
    """Somebody's membership of the first circle."""
    rows = Membership.objects.select_related("circle__patient", "circle__head", "person")
    return rows.get(circle=UUID(ids["p1"]), person=UUID(ids[who]))


def plan(ids: dict[str, str], title: str, *, hour: int = 8, who: str = "alice", **more: Any) -> Appointment:
    """A visit of today, by the clock of the circle."""
    start = dt.datetime.combine(today(ZONE), dt.time(hour))
    said = {"kind": "visit", "title": title, "start": start, "end": start + dt.timedelta(minutes=30), "audience": "circle", **more}
    return add_appointment(seat(ids, who), key=None, body=AppointmentBody.model_validate(said))[0]


def text(answer: Any) -> str:
    """A page as text without marks."""
    return " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.S).replace(" ", " ").split())


def test_a_stretch_follows_the_wall_clock_over_a_day_of_23_hours() -> None:
    day = stretch_of("day", "2027-03-28", zone=ZONE, phone=False)
    assert day.end - day.start == dt.timedelta(days=1)  # on the wall
    assert day.end.astimezone(dt.UTC) - day.start.astimezone(dt.UTC) == dt.timedelta(hours=23)
    week = stretch_of("week", "2027-03-28", zone=ZONE, phone=True)
    assert (week.first, week.days[-1], week.back) == (dt.date(2027, 3, 22), dt.date(2027, 3, 28), dt.date(2027, 3, 15))


@pytest.mark.parametrize(
    ("view", "on", "phone", "shown"), [("", "", True, View.LIST), ("", "", False, View.WEEK), ("x", "31-12", True, View.LIST)]
)
def test_what_an_address_says_wrongly_is_today(view: str, on: str, phone: bool, shown: View) -> None:
    found = stretch_of(view, on, zone=ZONE, phone=phone)
    assert found.view is shown
    assert today(ZONE) in found.days


@pytest.mark.parametrize("choice", [code for code, _words in CHOICES])
@pytest.mark.parametrize("until", [None, dt.date(2027, 3, 12)])
def test_a_choice_is_read_back_from_its_rule(choice: str, until: dt.date | None) -> None:
    rule = rule_of(Repeat(choice, ("MO", "TH"), until), dt.date(2026, 11, 24))
    found = repeat_of(rule, ZONE)
    assert (found.choice, found.until) == (choice, until if choice else None)


def test_rules_are_said_in_plain_words() -> None:
    start = dt.date(2026, 11, 24)
    said = {
        "FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20270312T225959Z": "chaque lundi et jeudi, jusqu’au 12 mars 2027",
        "FREQ=WEEKLY;BYDAY=TU": "chaque mardi", "FREQ=DAILY": "tous les jours", "FREQ=YEARLY;BYWEEKNO=20": "se répète",
    }  # fmt: skip
    with translation.override("fr"):
        assert {rule: repeat_words(rule, start, ZONE) for rule in said} == said


@database
def test_a_form_keeps_what_was_typed_and_says_beside_each_field_what_is_wrong(ids: dict[str, str]) -> None:
    alice, address = signed_in("alice"), f"/circles/{ids['p1']}/agenda/new"
    sent = {"title": "", "day": "2027-03-09", "from": "10:00", "to": "9:00", "place": "Dax", "audience": "circle", "key": str(uuid.uuid4())}
    refused = alice.post(address, sent)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert 'value="Dax"' in page
    assert [f'id="{name}-wrong"' in page for name in ("title", "to", "day")] == [True, True, False]
    good = {**sent, "title": "INR", "to": "10:30", "repeat": "weekly", "until": "2027-04-30", "coming": str(seat(ids, "alice").pk)}
    assert [alice.post(address, good).status_code for _twice in range(2)] == [302, 302]
    row = Appointment.objects.get()
    assert (row.rrule, row.wall_start) == ("FREQ=WEEKLY;BYDAY=TU;UNTIL=20270430T215959Z", "2027-03-09T10:00:00")


@database
def test_all_of_a_series_moves_as_one_of_it_was_moved(ids: dict[str, str]) -> None:
    row = plan(ids, "Pansement", start="2027-03-22T08:00:00", end="2027-03-22T08:30:00", rrule="FREQ=WEEKLY;BYDAY=MO")
    alice, at = signed_in("alice"), "2027-03-29T06:00:00Z"  # clocks went forward in between
    address = f"/circles/{ids['p1']}/agenda/{row.pk}/change?at={at}"
    assert 'name="from" type="time" value="08:00"' in alice.get(address).content.decode()
    sent = {"title": "Pansement", "which": "all", "day": "2027-03-30", "from": "09:15", "to": "09:45", "repeat": "weekly", "days": "MO"}
    assert alice.post(address, {**sent, "kind": "visit"}).status_code == 302
    row.refresh_from_db()
    assert (row.wall_start, row.wall_end, row.rrule) == ("2027-03-23T09:15:00", "2027-03-23T09:45:00", "FREQ=WEEKLY;BYDAY=TU")


@database
def test_a_relative_reads_nothing_of_what_is_for_the_care_team(ids: dict[str, str]) -> None:
    expected = [str(seat(ids, "alice").pk)]
    plan(ids, "Visite pour tous", attendees=expected)
    before = {view: text(signed_in("claire").get(f"/circles/{ids['p1']}/agenda?view={view}")) for view in View}
    hidden = plan(ids, "Réunion de soins", audience="care_team", attendees=expected)
    assert "Réunion de soins" in text(signed_in("alice").get(f"/circles/{ids['p1']}/agenda?view=list"))
    assert {view: text(signed_in("claire").get(f"/circles/{ids['p1']}/agenda?view={view}")) for view in View} == before
    assert signed_in("claire").get(f"/circles/{ids['p1']}/agenda/{hidden.pk}").status_code == 404


@database
def test_pages_ask_as_much_for_many_as_for_one(ids: dict[str, str]) -> None:
    addresses = [f"/circles/{ids['p1']}/agenda?view=week", "/agenda?view=list", f"/circles/{ids['p1']}/own"]

    def statements() -> list[int]:
        counts = []
        for who, address in zip(("alice", "alice", "jeanne"), addresses, strict=True):
            client = signed_in(who)
            client.get(address)
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    plan(ids, "Une", attendees=[str(seat(ids, "alice").pk)])
    before = statements()
    for hour in range(9, 14):
        plan(ids, f"À {hour} h", hour=hour, attendees=[str(seat(ids, "alice").pk)])
    assert statements() == before


@database
def test_the_patient_reads_who_comes_today_by_kinship(ids: dict[str, str]) -> None:
    plan(ids, "Passe vous voir", hour=11, kind="other", attendees=[str(seat(ids, "claire").pk)])
    page = text(signed_in("jeanne").get(f"/circles/{ids['p1']}/own"))
    assert "11:00 Passe vous voir" in page


INVITATION = b"""BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//FR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:one@example.org\r
DTSTAMP:20270101T080000Z\r\nDTSTART;TZID=Europe/Paris:20270309T140000\r\nDTEND;TZID=Europe/Paris:20270309T143000\r
SUMMARY:Consultation de cardiologie\r\nLOCATION:CH de Dax\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"""


@database
def test_an_invitation_is_looked_at_before_it_is_added(ids: dict[str, str]) -> None:
    alice, address = signed_in("alice"), f"/circles/{ids['p1']}/agenda/invitation"
    looked = alice.post(address, {"file": SimpleUploadedFile("a.ics", INVITATION, "text/calendar")})
    assert "Consultation de cardiologie" in looked.content.decode()
    assert Appointment.objects.count() == 0
    held = re.search(r'name="file" value="([^"]+)"', looked.content.decode())
    assert held
    sent = {"file": held.group(1), "take": "0", "audience": "care_team"}
    assert alice.post(f"{address}/add", sent).status_code == 302
    assert (Appointment.objects.get().wall_start, Appointment.objects.get().said()["place"]) == ("2027-03-09T14:00:00", "CH de Dax")
    refused = alice.post(address, {"file": SimpleUploadedFile("a.ics", b"nothing", "text/calendar")})
    assert refused.status_code == 422


@database
def test_the_private_address_is_shown_once_and_ends_at_a_tap(ids: dict[str, str]) -> None:
    alice = signed_in("alice")
    made = re.search(r">\s*http[^<]*(/calendar/[\w-]+\.ics)", alice.post("/me/calendar", {"act": "make", "names": "0"}).content.decode())
    assert made
    assert made.group(1) not in alice.get("/me/calendar").content.decode()
    assert alice.get(made.group(1)).status_code == 200
    assert alice.post("/me/calendar", {"act": "revoke"}).status_code == 302
    assert alice.get(made.group(1)).status_code == 404

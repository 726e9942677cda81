"""The digest: at the hours chosen, once, and only where there is something new that one may see and has not read."""
import datetime as dt
import json
from collections.abc import Callable
from uuid import UUID

import pytest
from django.core import mail
from django.db import transaction
from pytest_django import Settings

from foundation import clock
from notifications.digests import is_something_new, send_due
from notifications.enums import Channel, News
from notifications.hearing import Ear
from notifications.models import Delivery, Notice, Preference
from notifications.transports.letters import letter_of, send_letter
from people.duty.models import Hours
from tests.circles.home import Home
from tests.notifications.telling import device_of, write
from tests.notifications.test_letters import BODIES, LINK, SENTENCES

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
At = Callable[[str], None]
# A Tuesday and the days after, in winter time: Paris is an hour ahead.
AFTERNOON, EVENING = "2026-11-24T13:00:00+00:00", "2026-11-24T20:00:00+00:00"
BEFORE, NOON, NEXT_NOON = "2026-11-25T11:20:00+00:00", "2026-11-25T11:30:01+00:00", "2026-11-26T11:30:01+00:00"
CANARIES = ("Durand", "Jeanne", "Petit", "Camille", "canari-texte")


def choose(home: Home, who: str = "nurse", **more: object) -> None:
    """Somebody wishes a digest at half past twelve, as they say it over HTTP."""
    body = {"digest": {"at": ["12:30"]}, "zone": "Europe/Paris", **more}
    assert home.client(who).put("/api/v1/me/preferences", json.dumps(body), content_type="application/json").status_code == 200


def comes_next(home: Home, who: str) -> dt.datetime:
    """When somebody's next digest is due."""
    due = Preference.objects.get(person=UUID(home.people[who])).digest_at
    assert due is not None
    return due


def killed(moment: dt.datetime) -> None:
    """A round that ends before its commit."""
    with transaction.atomic():
        assert send_due(moment) == 1
        raise InterruptedError


def told(home: Home, who: str = "nurse") -> int:
    """One round of the worker; how many digests somebody has had by then."""
    send_due(clock.now())
    return Notice.objects.filter(person=UUID(home.people[who]), news=News.DIGEST).count()


def test_an_ordinary_post_at_nine_in_the_evening_rings_nowhere_and_is_in_the_digest_at_the_hour_chosen(home: Home, at: At) -> None:
    at(AFTERNOON)
    weekly = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Hours.objects.create(person_id=UUID(home.people["nurse"]), zone="Europe/Paris", weekly=weekly)
    device_of(home, "nurse")
    choose(home, news={"post": {"by": ["push", "email"]}, "todo": {"by": ["push", "email"]}})
    at(EVENING)
    write(home, "gp", audience="circle")
    write(home, "gp", audience="care_team", urgency="todo", to=["nurse"])
    assert Ear().hear() == 2
    assert not Delivery.objects.filter(notice__person=UUID(home.people["nurse"])).exists()
    at(BEFORE)
    assert told(home) == 0
    at(NOON)
    assert told(home) == 1
    (delivery,) = Delivery.objects.filter(notice__person=UUID(home.people["nurse"]))
    assert (delivery.channel, letter_of(delivery.pk).path) == (Channel.EMAIL, "/new")
    assert told(home) == 1
    at(NEXT_NOON)
    assert told(home) == 1  # nothing has come since


@pytest.mark.parametrize("case", ["own", "read", "withdrawn", "not for this standing", "frozen", "left", "before"])
def test_nobody_is_told_of_what_is_nothing_new_for_them(home: Home, at: At, case: str) -> None:
    who = "relative" if case == "not for this standing" else "pharmacist"
    at(AFTERNOON)
    if case == "before":
        write(home, "gp")
        at(EVENING)
    choose(home, who)
    at(EVENING)
    post = None if case == "before" else write(home, who if case == "own" else "gp")
    if case == "read":
        assert home.call(who, "PUT", "/read", seq=home.call(who, "GET")[1]["head"])[0] == 200
    elif case == "withdrawn":
        path = f"/api/v1/posts/{post}/retraction"
        assert home.client("gp").post(path, {"reason": "essai"}, content_type="application/json").status_code == 200
    elif case == "frozen":
        assert home.call("coordinator", "PUT", "/state", state="frozen", reason="essai")[0] == 200
    elif case == "left":
        assert home.call("coordinator", "DELETE", f"/members/{home.seat(who)}")[0] == 204
    at(NOON)
    assert told(home, who) == 0
    assert comes_next(home, who) > clock.now()


def test_killed_before_its_commit_a_digest_is_sent_by_the_next_round_and_once(home: Home, at: At) -> None:
    at(AFTERNOON)
    choose(home)
    at(EVENING)
    write(home, "gp")
    at(NOON)
    with pytest.raises(InterruptedError):
        killed(clock.now())
    assert told(home) == 1
    assert told(home) == 1


def test_a_digest_that_fails_is_put_off_and_keeps_nobody_waiting(home: Home, at: At, monkeypatch: pytest.MonkeyPatch) -> None:
    at(AFTERNOON)
    for who in ("nurse", "pharmacist"):
        choose(home, who)
    at(EVENING)
    write(home, "gp")
    at(NOON)

    def failing(person: UUID, since: dt.datetime, now: dt.datetime) -> bool:
        if str(person) == home.people["nurse"]:
            raise RuntimeError
        return is_something_new(person, since, now)

    monkeypatch.setattr("notifications.digests.is_something_new", failing)
    assert (told(home, "pharmacist"), told(home, "nurse")) == (1, 0)
    monkeypatch.undo()
    assert send_due(comes_next(home, "nurse")) == 1


def test_hours_that_were_missed_are_made_up_for_by_one_digest(home: Home, at: At) -> None:
    at(AFTERNOON)
    choose(home)
    at(EVENING)
    write(home, "gp")
    at("2026-11-27T15:00:00+00:00")
    assert told(home) == 1
    assert comes_next(home, "nurse") - clock.now() < dt.timedelta(days=1)


def test_no_letter_holds_a_word_of_anybody_s(home: Home, at: At, settings: Settings) -> None:
    settings.PUBLIC_URL = "https://cercle.example"
    at(AFTERNOON)
    choose(home, news={"todo": {"by": ["email"]}, "post": {"by": ["email"]}})
    write(home, "gp", text="canari-texte", urgency="todo", to=["nurse"])
    write(home, "gp", text="canari-texte", audience="circle")
    Ear().hear()
    at(NOON)
    assert told(home) == 1
    rows = Delivery.objects.filter(notice__person=UUID(home.people["nurse"]), channel=Channel.EMAIL)
    assert {send_letter(letter_of(row.pk)).kind for row in rows} == {"accepted"}
    assert len(mail.outbox) == len(rows) == 3
    links = {f"https://cercle.example/notices/{row.pk}" for row in rows} | {"https://cercle.example/new"}
    for letter in mail.outbox:
        (link,) = (line for line in str(letter.body).splitlines() if line in links)
        text = f"{letter.subject}\n{letter.body}".replace(link, LINK)
        assert text == f"{SENTENCES['en']}\n{BODIES['en']}"
        everything = letter.message().as_string()
        assert not [word for word in (*CANARIES, str(home.circle), home.seat("nurse"), home.people["nurse"]) if word in everything]

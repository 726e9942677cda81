"""How people are told: defaults that interrupt nobody, wishes, and an urgent message that always has a way."""
import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from notifications.enums import Channel, News
from notifications.models import Preference
from notifications.preferences import FALLBACK_AFTER, Leg, Ways, ways_of
from people.accounts.models import Person
from people.contacts.enums import CalledBy
from people.contacts.services import give_number
from people.duty.models import Hours
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PUSH, EMAIL, SMS = Channel.PUSH, Channel.EMAIL, Channel.SMS
At = Callable[[str], None]
NOON, NIGHT = "2026-11-24T11:00:00+00:00", "2026-11-24T20:00:00+00:00"  # a Tuesday; 12:00 and 21:00 in Paris
OFF = Ways()


def ways(home: Home, who: str, news: News) -> Ways:
    """How somebody is told of something."""
    person = UUID(home.people[who])
    return ways_of([person], news)[person]


def wish(home: Home, who: str, **news: list[str]) -> None:
    """What somebody has chosen, as it is kept."""
    choices = {"news": {kind: {"by": by} for kind, by in news.items()}}
    Preference.objects.update_or_create(person_id=home.people[who], defaults={"choices": choices})


def test_defaults_interrupt_nobody_but_for_what_is_urgent_or_addressed_to_them(home: Home, at: At) -> None:
    at(NOON)
    rings = Ways((PUSH,), (EMAIL,))
    for who in ("nurse", "gp", "home_help", "relative", "patient"):
        for news in (News.URGENT, News.REMINDER, News.SHIFT, News.UNREACHED):
            assert ways(home, who, news) == rings, (who, news)
        assert ways(home, who, News.POST).off, who
        assert ways(home, who, News.HOSPITAL) == (Ways((PUSH,)) if who in {"nurse", "gp"} else OFF), who
        assert ways(home, who, News.TODO) == (OFF if who == "gp" else Ways((PUSH,))), who


def test_whoever_wishes_more_or_less_gets_it(home: Home) -> None:
    wish(home, "nurse", post=["push"], todo=[])
    assert ways(home, "nurse", News.POST) == Ways((PUSH,))
    assert ways(home, "nurse", News.TODO) == OFF
    assert ways(home, "nurse", News.URGENT) == Ways((PUSH,), (EMAIL,))


def test_an_urgent_message_can_be_moved_and_never_gets_lost(home: Home) -> None:
    wish(home, "nurse", urgent=["email"])
    assert ways(home, "nurse", News.URGENT) == Ways((EMAIL,))
    wish(home, "gp", urgent=["sms"])  # and the number was taken back since
    assert ways(home, "gp", News.URGENT) == Ways((PUSH,), (EMAIL,))
    Person.objects.filter(pk=home.people["gp"]).update(email=None)
    assert ways(home, "gp", News.URGENT) == Ways((PUSH,))


def test_who_has_no_device_does_not_wait_for_one(home: Home) -> None:
    told = ways(home, "nurse", News.URGENT)
    assert told.legs(connected=True) == [Leg(PUSH), Leg(EMAIL, FALLBACK_AFTER, unless_shown=True)]
    assert told.legs(connected=False) == [Leg(EMAIL)]


def test_a_text_message_follows_where_a_number_is_known_and_a_gateway_is_there(home: Home, settings: Settings) -> None:
    give_number(Person.objects.get(pk=home.people["nurse"]), phone="06 12 34 56 78", called_by=CalledBy.NOBODY)
    assert ways(home, "nurse", News.URGENT) == Ways((PUSH,), (EMAIL, SMS))
    settings.SMS_URL = ""
    assert ways(home, "nurse", News.URGENT) == Ways((PUSH,), (EMAIL,))


def test_nothing_ordinary_rings_off_duty(home: Home, at: At) -> None:
    weekly = {day: [["08:00", "18:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    Hours.objects.create(person_id=home.people["nurse"], zone="Europe/Paris", weekly=weekly)
    wish(home, "nurse", post=["push", "email"])
    at(NOON)
    assert ways(home, "nurse", News.POST) == Ways((PUSH, EMAIL))
    at(NIGHT)
    assert ways(home, "nurse", News.POST).off
    assert ways(home, "nurse", News.TODO).off
    assert ways(home, "nurse", News.URGENT) == Ways((PUSH,), (EMAIL,))


def test_families_have_their_nights_but_for_what_is_urgent(home: Home, at: At) -> None:
    at(NIGHT)
    told = ways(home, "relative", News.TODO)
    assert told.at_once == (PUSH,)
    assert abs(told.held - dt.timedelta(hours=10)) < dt.timedelta(seconds=5)
    assert [leg.after for leg in told.legs(connected=True)] == [told.held]
    assert not ways(home, "relative", News.URGENT).held
    assert not ways(home, "nurse", News.TODO).held
    Preference.objects.create(person_id=home.people["relative"], choices={"quiet": None})
    assert not ways(home, "relative", News.TODO).held


def test_everybody_is_asked_for_at_once(home: Home) -> None:
    with CaptureQueriesContext(connection) as one:
        ways_of([UUID(home.people["nurse"])], News.TODO, circle=home.circle)
    with CaptureQueriesContext(connection) as many:
        assert len(ways_of([UUID(person) for person in home.people.values()], News.TODO, circle=home.circle)) == len(home.people)
    assert len(one) == len(many)

"""How people are told: defaults that interrupt nobody, wishes, and an urgent message that always has a way."""
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notifications.enums import Channel, News
from notifications.models import Preference
from notifications.preferences import FALLBACK_AFTER, Leg, Ways, ways_of
from people.accounts.models import Person
from tests.circles.home import Home, load_home
from tests.sealing import site_vault

__all__ = ["site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PUSH, EMAIL = Channel.PUSH, Channel.EMAIL
OFF = Ways()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Jeanne Durand's circle."""
    return load_home(tmp_path)


def ways(home: Home, who: str, news: News) -> Ways:
    """How somebody is told of something."""
    person = UUID(home.people[who])
    return ways_of([person], news)[person]


def wish(home: Home, who: str, **news: list[str]) -> None:
    """What somebody has chosen, as it is kept."""
    choices = {"news": {kind: {"by": by} for kind, by in news.items()}}
    Preference.objects.update_or_create(person_id=home.people[who], defaults={"choices": choices})


def test_defaults_interrupt_nobody_but_for_what_is_urgent_or_addressed_to_them(home: Home) -> None:
    rings = Ways((PUSH,), (EMAIL,))
    for who in ("nurse", "gp", "home_help", "relative", "patient"):
        for news in (News.URGENT, News.REMINDER, News.SHIFT, News.UNREACHED):
            assert ways(home, who, news) == rings, (who, news)
        for news in (News.POST, News.HOSPITAL, News.CIRCLE):
            assert ways(home, who, news).off, (who, news)
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


def test_everybody_is_asked_for_at_once(home: Home) -> None:
    with CaptureQueriesContext(connection) as one:
        ways_of([UUID(home.people["nurse"])], News.URGENT)
    with CaptureQueriesContext(connection) as many:
        assert len(ways_of([UUID(person) for person in home.people.values()], News.URGENT)) == len(home.people)
    assert len(one) == len(many)

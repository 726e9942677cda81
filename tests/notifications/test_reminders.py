"""Reminders: whom a room names for a line of what is due is told by their own ways, as long as it still concerns them."""
from collections.abc import Collection, Iterator, Mapping
from uuid import UUID

import pytest
from django.db import transaction

from foundation import clock, ids
from messaging.feed import calls
from messaging.feed.calls import Reminder, register_reminders
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import opened
from notifications.enums import Lane, News
from notifications.hearing import Ear
from notifications.models import Delivery, Notice, Preference, Unheard
from people.circles.enums import CircleState
from people.circles.models import Circle, Membership
from tests.circles.home import Home
from tests.notifications.telling import device_of, wanted_now

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


class Room:
    """A room with one subject, which says whom it concerns."""

    def __init__(self, home: Home) -> None:
        self.home, self.subject, self.members = home, ids.new(), {"task.due": ("nurse",), "task.late": ("nurse", "gp", "relative")}
        register_reminders(self.load)

    def load(self, subjects: Collection[UUID]) -> Mapping[UUID, Reminder]:
        """As rooms register it."""
        seats = {kind: tuple(UUID(self.home.seat(who)) for who in people) for kind, people in self.members.items()}
        return {self.subject: Reminder(self.home.circle, seats, f"/circles/{self.home.circle}/tasks")} if self.subject in subjects else {}

    def come(self, kind: Kind) -> None:
        """Its time has come."""
        with transaction.atomic(), opened(self.home.circle) as feed:
            feed.append(kind, EVERYONE, self.subject)
        Ear().hear()


@pytest.fixture
def room(home: Home) -> Iterator[Room]:
    """A room around the patient; everybody of it has a telephone."""
    before = list(calls._reminders)
    for who in ("nurse", "gp", "relative", "patient"):
        device_of(home, who)
    Preference.objects.create(person_id=home.people["relative"], choices={"quiet": None})
    yield Room(home)
    calls._reminders[:] = before


def told() -> set[str]:
    """Who has a notice."""
    assert not Unheard.objects.exists()
    assert set(Notice.objects.values_list("news", "lane")) <= {(News.DUE, Lane.ORDINARY)}
    return {str(email).split("@", maxsplit=1)[0] for email in Notice.objects.values_list("person__email", flat=True)}


def test_each_line_is_told_to_those_whom_the_room_names_for_it(room: Room) -> None:
    room.come(Kind.TASK_DUE)
    assert told() == {"nurse"}
    room.come(Kind.TASK_LATE)
    assert told() == {"nurse", "gp", "relative"}
    assert Notice.objects.filter(person=UUID(room.home.people["nurse"])).count() == 2
    room.come(Kind.PLAN_DUE)
    assert Notice.objects.count() == 4


def test_who_is_gone_or_wishes_none_is_not_told(room: Room) -> None:
    Membership.objects.filter(pk=room.home.seat("relative")).update(ended_at=clock.now())
    Preference.objects.create(person_id=room.home.people["gp"], choices={"news": {"due": {"by": []}}})
    room.come(Kind.TASK_LATE)
    assert told() == {"nurse"}


def test_what_is_no_longer_so_does_not_leave(room: Room) -> None:
    room.come(Kind.TASK_LATE)
    assert wanted_now() == {"nurse", "gp", "relative"}
    room.members = {"task.late": ("gp",)}
    assert wanted_now() == {"gp"}
    room.members = {}
    assert wanted_now() == set()


def test_a_family_after_an_announced_death_and_a_closed_circle_hear_nothing(room: Room) -> None:
    Circle.objects.filter(pk=room.home.circle).update(family_silent_since=clock.now())
    room.come(Kind.TASK_LATE)
    assert wanted_now() == {"nurse", "gp"}
    Notice.objects.all().delete()
    Circle.objects.filter(pk=room.home.circle).update(state=CircleState.DECEASED, family_silent_since=None)
    room.come(Kind.TASK_LATE)
    assert told() == set()


def test_a_tap_leads_to_the_room(room: Room) -> None:
    room.come(Kind.TASK_DUE)
    delivery = Delivery.objects.get()
    answer = room.home.client("nurse").get(f"/notices/{delivery.pk}", headers={"accept": "text/html"})
    assert (answer.status_code, answer["location"]) == (302, f"/circles/{room.home.circle}/tasks")
    other = room.home.client("gp").get(f"/notices/{delivery.pk}", headers={"accept": "text/html"})
    assert other.status_code == 404

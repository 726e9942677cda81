"""Hearing the feed: who is told of which line, urgent ones first, and a line that fails keeps no other one waiting."""
import datetime as dt
from typing import Any
from uuid import UUID

import pytest
from django.db import OperationalError

from foundation import clock
from messaging.feed.calls import Call
from messaging.feed.models import FeedLine
from notifications import hearing
from notifications.enums import News
from notifications.hearing import Ear
from notifications.models import Climb, Notice, Unheard
from notifications.notices import drafted
from people.duty.models import Absence
from tests.circles.home import Home
from tests.notifications.telling import device_of, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def told() -> set[tuple[str, str]]:
    """(who, of what kind of news)."""
    rows = Notice.objects.values_list("person__email", "news")
    return {(str(email).split("@", maxsplit=1)[0], news) for email, news in rows}


def test_a_to_do_is_told_to_those_to_whom_it_is_addressed(home: Home) -> None:
    for who in ("nurse", "pharmacist", "coordinator"):
        device_of(home, who)
    write(home, urgency="todo", to=["pharmacist"])
    Ear().hear()
    assert told() == {("pharmacist", News.TODO)}
    assert not Unheard.objects.exists()


def test_an_ordinary_post_rings_for_nobody_who_has_not_wished_it(home: Home) -> None:
    device_of(home, "pharmacist")
    write(home)
    assert Ear().hear() == 1
    assert told() == set()


def test_lines_of_which_nobody_is_told_are_forgotten_together(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    device_of(home, "pharmacist")
    for _ in range(3):
        write(home)
    write(home, urgency="todo", to=["pharmacist"])
    one_by_one: list[int] = []

    def counted(unheard: int) -> bool:
        one_by_one.append(unheard)
        return True

    monkeypatch.setattr("notifications.hearing.work_out", counted)
    assert Ear().hear() == 4
    assert one_by_one == list(Unheard.objects.values_list("pk", flat=True))
    assert len(one_by_one) == 1


def test_who_is_off_duty_is_not_told_of_a_to_do(home: Home) -> None:
    device_of(home, "pharmacist")
    now = clock.now()
    Absence.objects.create(person_id=UUID(home.people["pharmacist"]), since=now, until=now + dt.timedelta(hours=1))
    write(home, urgency="todo", to=["pharmacist"])
    Ear().hear()
    assert told() == set()


def test_urgent_lines_are_heard_first_and_climb_before_the_others(home: Home) -> None:
    for _ in range(3):
        write(home)
    urgent = write(home, urgency="urgent")
    waiting: list[int] = []
    Ear().hear(between=lambda: waiting.append(Unheard.objects.count()))
    assert waiting == [3]
    assert Climb.objects.get().subject == urgent


def test_a_line_that_fails_is_kept_and_keeps_no_other_waiting(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    device_of(home, "pharmacist")
    bad, good = [write(home, urgency="todo", to=["pharmacist"]) for _ in range(2)]

    def failing(people: Any, **more: Any) -> Any:
        if more["subject"] == bad:
            raise RuntimeError
        return drafted(people, **more)

    monkeypatch.setattr("notifications.hearing.drafted", failing)
    ear = Ear()
    assert ear.hear() == 1
    assert list(Notice.objects.values_list("subject", flat=True)) == [good]
    assert Unheard.objects.get().line.subject == bad
    monkeypatch.undo()
    assert Ear().hear() == 1
    assert not Unheard.objects.exists()


def test_lines_that_fail_hide_no_urgent_one_behind_them(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_URGENT_AT_ONCE", "_ORDINARY_AT_ONCE"):
        monkeypatch.setattr(f"notifications.hearing.{name}", 1)
    bad = {write(home, urgency="urgent"), write(home, urgency="todo", to=["pharmacist"])}
    good = write(home, urgency="urgent")

    def failing(line: FeedLine, call: Call) -> hearing.Write:
        if line.subject in bad:
            raise RuntimeError
        return tell(line, call)

    tell = hearing._tell
    monkeypatch.setattr("notifications.hearing._tell", failing)
    ear = Ear()
    assert [ear.hear(), ear.hear()] == [0, 1]
    assert [climb.subject for climb in Climb.objects.all()] == [good]
    assert set(Unheard.objects.values_list("line__subject", flat=True)) == bad


def test_where_the_database_fails_the_round_ends_and_climbs_are_looked_at_all_the_same(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home, urgency="urgent")
    looked: list[bool] = []

    def failing(line: FeedLine, call: Call) -> None:
        raise OperationalError

    monkeypatch.setattr("notifications.hearing._tell", failing)
    with pytest.raises(OperationalError):
        Ear().hear(between=lambda: looked.append(True))
    assert (looked, Unheard.objects.count()) == ([True], 1)

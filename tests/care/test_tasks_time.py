"""Tasks and time: rules in local time, the next of a series made exactly once, reminders said once each."""
import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from care.tasks.models import Task
from care.tasks.reminding import stir_tasks
from care.tasks.rules import BadRule, check_rule, next_due
from foundation import clock
from messaging.feed.calls import reminders_of
from messaging.feed.models import FeedLine
from people.circles.enums import CircleState
from people.circles.models import Circle
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
At = Callable[[str], None]
PARIS = "Europe/Paris"
MONDAY = "2026-10-19T06:00:00+00:00"  # 8:00 in Paris, before clocks go back on the 25th
FIRST = "2027-03-22T07:00:00+00:00"  # a Monday at 8:00, before clocks go forward on the 28th
WEEK = "2027-04-22T07:00:00+00:00"


def moment(said: str) -> dt.datetime:
    """A moment."""
    return dt.datetime.fromisoformat(said)


def add(home: Home, **body: Any) -> Task:
    """A task for the care team."""
    status, item = home.call("nurse", "POST", "/tasks", **{"title": "Injection", "audience": "care_team", **body})
    assert status == 201, item
    return Task.objects.get(pk=item["id"])


def lines(task: Task) -> list[str]:
    """Kinds of the lines about a task."""
    return list(FeedLine.objects.filter(subject=task.pk).order_by("care").values_list("kind", flat=True))


def dues() -> list[str]:
    """When open tasks are due, in UTC."""
    rows = Task.objects.filter(state__in=["to_do", "taken"]).order_by("due_at")
    return [f"{due:%d %H:%M}" for due in rows.values_list("due_at", flat=True)]


def stir() -> None:
    """Rounds until nothing is due."""
    assert not stir_tasks() or not stir_tasks()


def test_every_monday_at_eight_stays_at_eight_when_clocks_change() -> None:
    after = moment(MONDAY)
    found = next_due("FREQ=WEEKLY;BYDAY=MO", begins=after, after=after, zone=PARIS)
    assert found == moment("2026-10-26T07:00:00+00:00")
    skipped = next_due("FREQ=DAILY", begins=moment("2026-03-27T01:30:00+00:00"), after=moment("2026-03-28T02:00:00+00:00"), zone=PARIS)
    assert skipped == moment("2026-03-29T01:30:00+00:00")  # half past two does not exist that day
    assert next_due("FREQ=WEEKLY;UNTIL=20261020", begins=after, after=after, zone=PARIS) is None
    assert next_due("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", begins=after, after=after, zone=PARIS) is None


@pytest.mark.parametrize("rule", [
    "", "WEEKLY", "FREQ=SECONDLY", "FREQ=DAILY;COUNT=3", "BYDAY=MO;FREQ=WEEKLY", "FREQ=DAILY;FREQ=DAILY", "FREQ=WEEKLY;BYDAY=2MO",
    "FREQ=DAILY\nDTSTART:19700101", "FREQ=DAILY;UNTIL=20261399", "FREQ=MONTHLY;BYMONTHDAY=٣",
])  # fmt: skip
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        check_rule(rule)


def test_the_next_is_made_once_when_one_is_done_or_its_time_has_come(home: Home, at: At) -> None:
    at("2027-03-21T07:00:00+00:00")
    task = add(home, due_at=FIRST, repeat={"rule": "FREQ=WEEKLY;BYDAY=MO"})
    assert home.call("nurse", "POST", f"/tasks/{task.pk}/completion")[0] == 200
    assert dues() == ["29 06:00"]
    at("2027-04-04T05:59:00+00:00")  # a week later nobody has done the second
    stir()
    assert dues() == ["29 06:00"]
    at("2027-04-04T06:00:00+00:00")
    stir()
    assert dues() == ["29 06:00", "05 06:00"]
    second = Task.objects.get(place=1)
    assert home.call("nurse", "POST", f"/tasks/{second.pk}/completion")[0] == 200
    assert dues() == ["05 06:00"]
    assert Task.objects.count() == 3
    assert set(Task.objects.values_list("author", flat=True)) == {UUID(home.seat("nurse"))}


def test_after_each_time_so_many_days_later(home: Home, at: At) -> None:
    at("2027-03-21T07:00:00+00:00")
    task = add(home, due_at=FIRST, repeat={"after_days": 7})
    at("2027-03-23T15:00:00+00:00")
    stir()
    assert Task.objects.count() == 1  # nothing follows what has not been done
    home.call("nurse", "POST", f"/tasks/{task.pk}/completion")
    assert dues() == ["30 06:00"]
    home.call("nurse", "DELETE", f"/tasks/{task.pk}/completion")
    home.call("nurse", "POST", f"/tasks/{task.pk}/completion")
    assert Task.objects.count() == 2
    home.call("nurse", "POST", f"/tasks/{Task.objects.get(place=1).pk}/cancellation", reason="Traitement arrêté", ends=True)
    assert dues() == []
    said = {"title": "x", "audience": "care_team"}
    assert home.said("nurse", "POST", "/tasks", **said, repeat={"rule": "FREQ=DAILY"}) == (422, "tasks.repeat_needs_due")
    assert home.said("nurse", "POST", "/tasks", **said, due_at=WEEK, repeat={"rule": "A"}) == (422, "tasks.bad_repeat")


def test_who_has_it_is_reminded_and_the_desk_told_when_it_is_late_once_each(home: Home, at: At) -> None:
    at("2027-03-21T07:00:00+00:00")
    task = add(home, due_at=FIRST, to=["gp"])
    at("2027-03-22T04:59:00+00:00")
    stir()
    assert lines(task) == ["task.added"]
    at("2027-03-22T05:00:00+00:00")
    stir()
    stir()
    assert lines(task) == ["task.added", "task.due"]
    said = reminders_of([task.pk])[task.pk]
    assert said.members == {"task.due": (UUID(home.seat("gp")),), "task.late": (UUID(home.seat("gp")), UUID(home.seat("coordinator")))}
    home.call("nurse", "POST", f"/tasks/{task.pk}/taking")
    at("2027-03-22T07:00:01+00:00")
    stir()
    stir()
    assert lines(task) == ["task.added", "task.due", "task.taken", "task.late"]
    assert set(reminders_of([task.pk])[task.pk].members["task.late"]) == {UUID(home.seat("nurse")), UUID(home.seat("coordinator"))}
    home.call("nurse", "PATCH", f"/tasks/{task.pk}", due_at="2027-03-23T06:00:00Z")
    at("2027-03-23T05:00:00+00:00")
    stir()
    assert lines(task)[4:] == ["task.changed", "task.due"]
    home.call("nurse", "POST", f"/tasks/{task.pk}/completion")
    at("2027-03-24T05:00:00+00:00")
    stir()
    assert lines(task)[6:] == ["task.done"]
    assert not reminders_of([task.pk])[task.pk].concerned


def test_a_circle_that_rests_is_left_alone(home: Home, at: At) -> None:
    at("2027-03-21T07:00:00+00:00")
    task = add(home, due_at=FIRST)
    Circle.objects.filter(pk=home.circle).update(state=CircleState.FROZEN)
    at("2027-03-22T08:00:00+00:00")
    stir()
    assert lines(task) == ["task.added"]
    Circle.objects.filter(pk=home.circle).update(state=CircleState.ACTIVE)
    at("2027-03-22T10:00:00+00:00")
    stir()
    assert lines(task) == ["task.added", "task.late"]
    assert Task.objects.get().stirs_at is None


def test_who_was_admitted_from_now_sees_what_is_to_do_and_nothing_that_was_over(home: Home) -> None:
    over, going = add(home, title="Faite"), add(home, title="À faire")
    home.call("nurse", "POST", f"/tasks/{over.pk}/completion")
    status, _ = home.call("coordinator", "POST", "/members", person=home.people["newcomer"], role="nurse", history="from_now")
    assert status == 201
    assert [item["title"] for item in home.call("newcomer", "GET", "/tasks")[1]["items"]] == ["À faire"]
    assert home.call("newcomer", "GET", f"/tasks/{over.pk}")[0] == 404
    assert home.call("newcomer", "POST", f"/tasks/{going.pk}/taking")[0] == 200
    assert clock.now() > going.made_at

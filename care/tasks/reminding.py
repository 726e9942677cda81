"""What time does to tasks: reminders, what becomes late, the next of a series; and what somebody had who is gone."""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction

from care.records.rounds import each, resting
from care.records.services import change_record
from care.tasks.enums import TaskState
from care.tasks.models import Task
from care.tasks.queries import lost_tasks
from care.tasks.repeating import LEAD, made_by_time_at, make_next, stirs_at
from care.tasks.services import give_back
from foundation import clock
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.enums import CircleState
from people.circles.models import Membership

_AT_ONCE = 100
_STIRRED, _LOST = "tasks", "tasks.lost"


def stir_tasks() -> int:
    """Does what is due about tasks, each in a transaction of its own that reads it again under its lock; how many."""
    due = Task.objects.filter(stirs_at__lte=clock.now(), circle__state=CircleState.ACTIVE).exclude(pk__in=resting(_STIRRED))
    return each(_STIRRED, list(due.order_by("stirs_at").values_list("pk", "circle")[:_AT_ONCE]), _stirred)


def _stirred(pk: UUID, circle: UUID) -> bool:
    with transaction.atomic(), opened(circle) as feed:
        now = clock.now()
        task = _first(Task.objects.whole().filter(pk=pk, stirs_at__lte=now, circle__state=CircleState.ACTIVE))
        if task is None:  # another process has done it, it was finished a moment ago, or the circle was frozen
            return False
        moment = made_by_time_at(task, now)
        if not task.followed and moment is not None and moment <= now:
            make_next(feed, task)
        kind = _said(task, now)
        task.stirs_at = stirs_at(task, now)
        if kind is None:
            task.save(update_fields=["followed", "stirs_at"])
        else:
            change_record(feed, task, kind=kind, by=None)
        return True


def _first(rows: Iterable[Any]) -> Task | None:
    return next(iter(rows), None)


def _said(task: Task, now: dt.datetime) -> Kind | None:
    """Which line its time asks for now, each once: late, or soon due."""
    if task.due_at is None or not task.is_open:
        return None
    if task.due_at <= now and not task.called_late:
        task.reminded = task.called_late = True
        return Kind.TASK_LATE
    if task.due_at - LEAD <= now and not task.reminded:
        task.reminded = True
        return Kind.TASK_DUE
    return None


def give_back_all(feeds: Mapping[UUID, OpenFeed], leaving: Sequence[Membership]) -> None:
    """When memberships end, what their members have is to do again, in the same transaction."""
    owned: Iterable[Any] = Task.objects.whole().filter(taker__in=leaving, state=TaskState.TAKEN).order_by("circle", "care_seq")
    for task in owned:
        give_back(feeds[task.circle_id], task, by=None)


def free_lost_tasks() -> int:
    """To do again is what somebody has whose term was reached or whose account was disabled; how many."""
    lost = lost_tasks().exclude(pk__in=resting(_LOST)).order_by("circle", "care_seq")
    return each(_LOST, list(lost.values_list("pk", "circle")[:_AT_ONCE]), _freed)


def _freed(pk: UUID, circle: UUID) -> bool:
    with transaction.atomic(), opened(circle) as feed:
        task = _first(lost_tasks().whole().filter(pk=pk))
        if task is None:
            return False
        give_back(feed, task, by=None)
        return True

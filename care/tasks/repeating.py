"""What repeats: the next of a series, made exactly once, and when time does something about a task."""
import datetime as dt

from care.records.services import add_record
from care.tasks.enums import OPEN_STATES
from care.tasks.models import Task
from care.tasks.rules import days_after, next_due
from foundation import clock
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed

LEAD = dt.timedelta(hours=2)  # before it is due somebody is reminded
AHEAD = dt.timedelta(hours=24)  # before the next one is due it is made, whatever became of this one


def following(task: Task, now: dt.datetime) -> dt.datetime | None:
    """When the next one of its series is due; None where none follows. Times that have passed meanwhile are left out."""
    repeat = task.repeat or {}
    if rule := repeat.get("rule"):
        after = max(now, task.due_at) if task.due_at else now
        return next_due(rule, begins=task.begins_at or after, after=after, zone=task.circle.zone)
    if days := repeat.get("after_days"):
        return days_after(now, days, like=task.due_at, zone=task.circle.zone)
    return None


def make_next(feed: OpenFeed, task: Task) -> Task | None:
    """The next one of a series, with this one's words, in the transaction that asks for it; None where it is made already, or none follows.

    `task` must have been read under the feed's lock; it is marked, and saved by the caller.
    """
    if task.followed or not task.repeat:
        return None
    task.followed = True
    due = following(task, clock.now())
    if due is None:
        return None
    after = Task(
        circle=task.circle, audience=task.audience, urgency=task.urgency, to=task.to, due_at=due, post=task.post, repeat=task.repeat,
        begins_at=task.begins_at, series=task.series, place=task.place + 1,
    )  # fmt: skip
    after.stirs_at = stirs_at(after, clock.now(), fresh=True)
    words = task.words()
    add_record(feed, after, {"title": words["title"], "note": words["note"]}, kind=Kind.TASK_ADDED, by=None)
    after.author = task.author  # whose task it is stays so; nobody made this one
    after.save(update_fields=["author"])
    return after


def stirs_at(task: Task, now: dt.datetime, *, fresh: bool = False) -> dt.datetime | None:
    """When time does something about a task next: reminds, calls it late, makes the next one. None: never.

    `fresh`: its time was just set; who is given less than `LEAD` is not reminded of what was said a moment ago.
    """
    if task.state not in OPEN_STATES or task.due_at is None:
        return None
    if fresh:
        task.reminded, task.called_late = task.due_at - LEAD <= now, False
    moments = []
    if not task.reminded:
        moments.append(task.due_at - LEAD)
    if not task.called_late:
        moments.append(task.due_at)
    if not task.followed and (moment := made_by_time_at(task, now)):
        moments.append(moment)
    return min(moments, default=None)


def made_by_time_at(task: Task, now: dt.datetime) -> dt.datetime | None:
    """When the next one is made even if this one is not done: a day before it is due, and not before this one is. None: never."""
    if task.due_at is None or not (task.repeat or {}).get("rule"):
        return None
    due = following(task, max(task.due_at, now))
    return max(task.due_at, due - AHEAD) if due else None

"""Adding, changing, taking, finishing tasks: each one transaction under the feed head's lock."""
from typing import Any
from uuid import UUID

from django.db import transaction

from care.records.services import add_record, change_record, once, under_lock
from care.tasks import errors
from care.tasks.checking import check_due, checked_repeat, checked_title
from care.tasks.enums import TaskState
from care.tasks.models import Task
from care.tasks.protocol import TaskBody, TaskChange
from care.tasks.repeating import make_next, stirs_at
from foundation import clock
from foundation.errors import NotFound
from journal.access import visible_post
from journal.services import all_read
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import Refused, require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


def add_task(actor: Membership, *, key: UUID | None, body: TaskBody) -> tuple[Task, bool]:
    """(the task, whether it is new). Raises Refused, NotFound, Invalid (`tasks.*`, `records.key_reused`)."""

    def make(feed: OpenFeed, inside: Membership) -> Task:
        require(inside, Act.ADD_TASK, audience=body.audience)
        return add_within(feed, inside, body)

    return once(actor, Task, key=key, body=body.dict(), make=make)


def add_within(feed: OpenFeed, author: Membership, body: TaskBody) -> Task:
    """A task as part of another act, under a lock that is held already and by a member who may add one. Raises Invalid (`tasks.*`)."""
    now = clock.now()
    repeat = checked_repeat(body.repeat, body.due_at)
    check_due(body.due_at, now)
    _check_asked(author, body.to, body.audience)
    if body.post:
        try:
            visible_post(author, body.post)
        except NotFound:
            raise errors.unknown_post() from None
    task = Task(
        circle=author.circle, audience=body.audience, urgency=body.urgency, to=body.to, due_at=body.due_at, post=body.post, repeat=repeat,
        begins_at=body.due_at if repeat else None,
    )  # fmt: skip
    task.stirs_at = stirs_at(task, now, fresh=True)
    add_record(feed, task, {"title": checked_title(body.title), "note": body.note.strip()}, kind=Kind.TASK_ADDED, by=author)
    return task


def change_task(actor: Membership, *, task: UUID, body: TaskChange) -> Task:
    """Changes what is said of an open task; a new time begins its reminders anew. Raises Refused, Invalid, Conflict `tasks.over`."""
    said = body.dict(exclude_unset=True)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = _allowed(actor, task, Act.CHANGE_TASK)
        if not wanted.is_open:
            raise errors.over()
        words = {**wanted.words(), **{name: said[name] for name in ("title", "note") if said.get(name) is not None}}
        words["title"] = checked_title(words["title"])
        for name in ("urgency", "to"):
            if said.get(name) is not None:
                setattr(wanted, name, said[name])
        _check_asked(inside, wanted.to, Audience(wanted.audience))
        _change_time(wanted, body, said)
        change_record(feed, wanted, words, kind=Kind.TASK_CHANGED, by=inside)
        return wanted


def _change_time(task: Task, body: TaskChange, said: dict[str, Any]) -> None:
    now, moved = clock.now(), "due_at" in said and said["due_at"] != task.due_at
    if moved:
        check_due(body.due_at, now)
        task.due_at = body.due_at
    if "repeat" in said:
        repeat = checked_repeat(body.repeat, task.due_at)
        if repeat != task.repeat:
            task.repeat, task.begins_at = repeat, task.due_at if repeat else None
    elif moved:
        checked_repeat(task.repeat, task.due_at)
    task.stirs_at = stirs_at(task, now, fresh=moved)


def take_task(actor: Membership, *, task: UUID) -> Task:
    """The first taker has it. Raises Refused, Conflict `tasks.taken` with who has it, `tasks.over`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = _allowed(actor, task, Act.TAKE_TASK)
        if not wanted.is_open:
            raise errors.over()
        if wanted.had_by(inside):
            return wanted
        _refuse_taken(wanted)
        wanted.state, wanted.taker = TaskState.TAKEN, inside
        change_record(feed, wanted, kind=Kind.TASK_TAKEN, by=inside)
        return wanted


def hand_back_task(actor: Membership, *, task: UUID) -> Task:
    """Who has it, or a coordinator, gives it back. Raises Refused, Conflict `tasks.not_taken`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Task, task)
        require(inside, Act.FINISH_TASK, **{**wanted.circumstances(inside, Act.FINISH_TASK), "owner": wanted.had_by(inside)})
        if wanted.state != TaskState.TAKEN:
            raise errors.not_taken()
        give_back(feed, wanted, by=inside)
        return wanted


def give_back(feed: OpenFeed, task: Task, *, by: Membership | None) -> None:
    """To do again, for whatever cause."""
    task.state, task.taker = TaskState.TO_DO, None
    change_record(feed, task, kind=Kind.TASK_HANDED_BACK, by=by)


def finish_task(actor: Membership, *, task: UUID) -> Task:
    """Who has it has done it; what nobody has is taken and done in one. Of what repeats the next is made.

    Raises Refused, Conflict `tasks.taken` (somebody else has it) or `tasks.over`.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = _allowed(actor, task, Act.FINISH_TASK)
        if wanted.state == TaskState.DONE and wanted.had_by(inside):
            return wanted
        if not wanted.is_open:
            raise errors.over()
        if not wanted.had_by(inside):
            if not wanted.may_be_taken_by(inside):  # a coordinator gives back what others have, and does it only by taking it
                raise Refused(inside, Act.FINISH_TASK, "not_owner")
            _refuse_taken(wanted)
        wanted.state, wanted.taker = TaskState.DONE, inside
        _end(feed, wanted)
        change_record(feed, wanted, kind=Kind.TASK_DONE, by=inside)
        return wanted


def cancel_task(actor: Membership, *, task: UUID, reason: str, ends: bool = False) -> Task:
    """It is not to be done, for a reason; `ends`: nor what would follow in its series. Raises Refused, Conflict `tasks.over`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = _allowed(actor, task, Act.CHANGE_TASK)
        if not wanted.is_open:
            raise errors.over()
        wanted.state = TaskState.CANCELLED
        wanted.followed = wanted.followed or ends
        _end(feed, wanted)
        change_record(feed, wanted, {**wanted.words(), "reason": reason.strip()}, kind=Kind.TASK_CANCELLED, by=inside)
        return wanted


def reopen_task(actor: Membership, *, task: UUID) -> Task:
    """Done or cancelled by mistake: as it was before; what follows in its series stays. Raises Refused, Conflict `tasks.not_over`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Task, task)
        act = Act.FINISH_TASK if wanted.state == TaskState.DONE else Act.CHANGE_TASK
        told = wanted.circumstances(inside, act)
        require(inside, act, **{**told, "owner": wanted.had_by(inside) if act is Act.FINISH_TASK else told["owner"]})
        if wanted.is_open:
            raise errors.not_over()
        words = {name: said for name, said in wanted.words().items() if name != "reason"}
        still = wanted.taker is not None and wanted.taker.ended_at is None
        wanted.state, wanted.over_at = (TaskState.TAKEN, None) if still else (TaskState.TO_DO, None)
        wanted.taker = wanted.taker if still else None
        wanted.followed = Task.objects.filter(series=wanted.series, place=wanted.place + 1).exists()
        wanted.stirs_at = stirs_at(wanted, clock.now())
        kind = Kind.TASK_TAKEN if wanted.state == TaskState.TAKEN else Kind.TASK_CHANGED
        change_record(feed, wanted, words, kind=kind, by=inside)
        return wanted


def _allowed(actor: Membership, task: UUID, act: Act) -> tuple[Membership, Task]:
    inside, wanted = under_lock(actor, Task, task)
    require(inside, act, **wanted.circumstances(inside, act))
    return inside, wanted


def _end(feed: OpenFeed, task: Task) -> None:
    task.over_at, task.stirs_at = clock.now(), None
    make_next(feed, task)


def _refuse_taken(task: Task) -> None:
    if task.taker is not None:
        raise errors.taken({"member": str(task.taker.pk), "name": task.taker.person.name})


def _check_asked(author: Membership, asked: list[str], audience: Audience) -> None:
    if asked and not all_read(author.circle_id, asked, audience):
        raise errors.bad_addressee()

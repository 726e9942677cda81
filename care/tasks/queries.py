"""Questions about tasks: of one circle, of all of a person, and whom time concerns."""
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from care.tasks.enums import OPEN_STATES, TaskState
from care.tasks.models import Task, TaskRows
from foundation import clock
from journal.models import Post
from messaging.feed.calls import Reminder
from messaging.feed.enums import Kind, Standing
from messaging.feed.items import Reader
from people.accounts.models import Person
from people.circles.access import reader_of
from people.circles.enums import Audience, Role
from people.circles.models import Grant, Membership
from people.circles.policy import TAKERS
from people.circles.queries import live_members, memberships_of

MOST_OVER = 100  # finished ones that a list shows


def tasks_of(
    member: Membership, *, state: TaskState | None = None, mine: bool = False, late: bool = False,
    post: UUID | None = None, posts: bool = False,
) -> list[Task]:  # fmt: skip
    """Tasks that a member may see: open ones by their time, then the newest that are over. `posts`: those made from a message alone."""
    rows = Task.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id)
    if post or posts:
        rows = rows.filter(post=post) if post else rows.filter(post__isnull=False)
    if late:
        rows = rows.filter(state__in=OPEN_STATES, due_at__lt=clock.now())
    if mine:
        rows = rows.filter(Q(taker__person=member.person_id) | Q(state=TaskState.TO_DO))
    found = _listed(rows, state)
    if post or posts:  # of a message that the reader does not see, not even that tasks were made from it
        known, reader = posts_seen(found), reader_of(member)
        found = [task for task in found if task.post and sees_post(known.get(task.post), reader)]
    return [task for task in found if not mine or task.had_by(member) or task.asks(member)]


def _listed(rows: Any, state: TaskState | None) -> list[Task]:
    wanted = [state] if state else list(TaskState)
    going, over = [one for one in wanted if one in OPEN_STATES], [one for one in wanted if one not in OPEN_STATES]
    ended: list[Task] = list(rows.filter(state__in=over).order_by("-over_at", "-pk")[:MOST_OVER]) if over else []
    return [*(in_order(rows.filter(state__in=going)) if going else []), *ended]


def first_open(member: Membership, most: int) -> list[Task]:
    """The first of a member's tasks that are not over, in the order of `in_order`. One statement, however many there are."""
    rows: Any = Task.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id, state__in=OPEN_STATES)
    found: list[Task] = list(rows.order_by(F("due_at").asc(nulls_last=True), "made_at", "pk")[:most])
    return found


def count_open(member: Membership) -> int:
    """How many of a member's tasks are not over."""
    return Task.objects.visible_to(reader_of(member)).filter(circle=member.circle_id, state__in=OPEN_STATES).count()


def in_order(tasks: Iterable[Any]) -> list[Task]:
    """By when they are due, those without a time last, then as they were made."""
    never = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(tasks, key=lambda task: (task.due_at or never, task.made_at, task.pk))


def open_tasks_of(person: Person, *, worded: bool = True) -> list[tuple[Membership, Task]]:
    """Everything that is still to be done in the circles of a person that this person may see, by time. Two statements.

    Not `worded`: for counting.
    """
    members = {member.circle_id: member for member in memberships_of(person)}
    rows = Task.objects.whole() if worded else Task.objects.select_related("taker").defer("sealed_words")
    rows = rows.filter(circle__in=memberships_of(person).values("circle"), state__in=OPEN_STATES)
    return [(members[task.circle_id], task) for task in in_order(rows) if task.seen_by(reader_of(members[task.circle_id]))]


def is_mine(member: Membership, task: Task) -> bool:
    """Whether the member has it, or is asked and nobody has it."""
    return task.had_by(member) if task.taker_id else task.asks(member)


def posts_seen(tasks: Iterable[Task]) -> dict[UUID, Post]:
    """The messages from which tasks were made, without their words: an item names one only to those who see it. One statement."""
    wanted = {task.post for task in tasks if task.post}
    return Post.objects.filter(pk__in=wanted).defer("sealed_text", "sealed_event", "sealed_reason").in_bulk() if wanted else {}


def sees_post(post: Post | None, reader: Reader) -> bool:
    """Whether a reader sees a message."""
    number = post.seq(reader.standing) if post else None
    return number is not None and number >= reader.first


def lost_tasks() -> TaskRows:
    """Taken tasks whose taker is no longer inside: a term was reached, or the account disabled."""
    inside = {"membership": OuterRef("taker"), "membership__ended_at": None, "membership__person__is_active": True}
    return Task.objects.filter(state=TaskState.TAKEN).exclude(Exists(Grant.objects.live(clock.now()).filter(**inside)))


def reminders_of(subjects: Collection[UUID]) -> Mapping[UUID, Reminder]:
    """Whom a task's time concerns; nobody once it is over. Two statements."""
    tasks: list[Any] = list(Task.objects.filter(pk__in=subjects))
    inside = list(live_members({task.circle_id for task in tasks})) if tasks else []
    members = {grant.membership_id: grant.membership for grant in inside}
    return {task.pk: Reminder(task.circle_id, _concerned(task, members.values()), f"/circles/{task.circle_id}/tasks") for task in tasks}


def _concerned(task: Task, members: Iterable[Membership]) -> dict[str, tuple[UUID, ...]]:
    """Soon due: who has it, else who is asked, else who wrote it. Late: these and the coordinators. Of them whoever reads it."""
    readers = Audience(task.audience).readers
    here = [member for member in members if member.circle_id == task.circle_id and Standing(member.standing) in readers]
    if not task.is_open:
        return {}
    if task.taker_id:
        near = [member for member in here if member.pk == task.taker_id]
    elif task.to:
        near = [member for member in here if task.asks(member)]
    else:
        near = [member for member in here if member.pk == task.author_id]
    desk = [member for member in here if member.role == Role.COORDINATOR]
    return {Kind.TASK_DUE: _pks(near), Kind.TASK_LATE: _pks([*near, *desk])}


def _pks(members: Iterable[Membership]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys(member.pk for member in members))


def may_take(member: Membership, task: Task) -> bool:
    """Whether a page offers a member to take it."""
    return task.state == TaskState.TO_DO and (task.asks(member) or member.role in TAKERS)

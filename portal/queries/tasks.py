"""The rows of the pages of tasks: of one patient, and mine over all patients."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from care.tasks.enums import TaskState
from care.tasks.models import Task
from care.tasks.queries import is_mine, may_take, open_tasks_of, posts_seen, sees_post, tasks_of
from foundation import clock
from foundation.vault.seal import warm
from journal.enums import Urgency
from people.accounts.models import Person
from people.circles.access import reader_of
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import STEERING, TAKERS
from people.circles.queries import live_members
from people.circles.words import titled, trade
from portal.queries.repeats import repeat_words

MOST = 60
_SHOWN = {TaskState.TO_DO: 40, TaskState.TAKEN: 40, TaskState.DONE: 20, TaskState.CANCELLED: 20}  # a page is drawn in a moment


@dataclass(frozen=True)
class Row:
    """A task as a page shows it to one member. `post`: the message from which it was made, for who sees it."""

    id: UUID
    circle: UUID
    patient: str
    title: str
    note: str
    reason: str
    state: str
    urgent: bool
    late: bool
    due_at: dt.datetime | None
    over_at: dt.datetime | None
    zone: str
    repeat: str
    asked: str
    taker: str
    audience: str
    audience_words: str
    post: UUID | None
    mine: bool
    may_take: bool
    may_change: bool
    may_hand_back: bool


@dataclass(frozen=True)
class Lists:
    """The parts of a patient's page, the first of each; `counts` says how many there are, by the part's name."""

    to_do: list[Row]
    taken: list[Row]
    over: list[Row]
    counts: dict[str, int]

    @property
    def none(self) -> bool:
        """Nothing at all."""
        return not (self.to_do or self.taken or self.over)

    @property
    def more(self) -> bool:
        """Whether there are some that are not shown."""
        return sum(self.counts.values()) > len(self.to_do) + len(self.taken) + len(self.over)


@dataclass(frozen=True)
class Mine:
    """What a person's circles expect of them, and of others whom they may stand beside."""

    mine: list[Row]
    others: list[Row]


@dataclass(frozen=True)
class Asked:
    """Somebody, or a role, for whom a task may be; `standing` says which readers it needs."""

    value: str
    words: str
    standing: str


def lists_of(member: Membership, *, whole: bool = False) -> Lists:
    """A patient's tasks as one member sees them, late ones first, the first of each state or all. A fixed number of statements."""
    found: dict[str, list[Task]] = {state: [] for state in TaskState}
    for task in tasks_of(member):  # by their time: what is late comes first and is never cut off
        found[task.state].append(task)
    shown = [task for state, tasks in found.items() for task in (tasks if whole else tasks[: _SHOWN[TaskState(state)]])]
    parts: dict[str, list[Row]] = {state: [] for state in TaskState}
    for row in _rows([(member, task) for task in shown], named=False):
        parts[row.state].append(row)
    over = sorted([*parts["done"], *parts["cancelled"]], key=lambda row: row.over_at or clock.now(), reverse=True)
    counts = {"to_do": len(found["to_do"]), "taken": len(found["taken"]), "over": len(found["done"]) + len(found["cancelled"])}
    return Lists(parts["to_do"], parts["taken"], over, counts)


def mine_of(person: Person) -> Mine:
    """Open tasks over all of a person's patients: those that are theirs, and those of their patients that others have or nobody."""
    pairs = open_tasks_of(person)
    mine = [pair for pair in pairs if is_mine(*pair)]
    others = [pair for pair in pairs if not is_mine(*pair) and pair[0].role in TAKERS]
    return Mine(_rows(mine[:MOST], named=True), _rows(others[:MOST], named=True))


def count_mine(person: Person) -> int:
    """How many tasks are a person's. Two statements."""
    return sum(1 for pair in open_tasks_of(person, worded=False) if is_mine(*pair))


def asked_of(member: Membership) -> tuple[list[Asked], list[Asked]]:
    """(roles, members) that a task may be for, in the order of the roles."""
    order = list(Role)
    grants = live_members([member.circle_id]).select_related("membership__person")
    here = {grant.membership_id: grant.membership for grant in grants}.values()
    members = sorted(here, key=lambda one: (order.index(Role(one.role)), one.person.name))
    roles = [role for role in order if any(one.role == role for one in members)]
    return (
        [Asked(role.value, str(role.label), role.standing) for role in roles],
        [Asked(str(one.pk), _named(one, member), one.standing) for one in members],
    )


def _named(one: Membership, reader: Membership) -> str:
    return _("Myself") if one.pk == reader.pk else f"{titled(one.person, one.role)}, {trade(one.person, one.role)}"


def _rows(pairs: Sequence[tuple[Membership, Task]], *, named: bool) -> list[Row]:
    tasks = [task for _member, task in pairs]
    warm({task.vault for task in tasks})
    posts, now = posts_seen(tasks), clock.now()
    names = _names(tasks)
    made = []
    for member, task in pairs:
        words = task.words()
        writes = task.circle.state == CircleState.ACTIVE or (task.circle.state == CircleState.FROZEN and member.role == Role.COORDINATOR)
        own = task.author is not None and task.author.person_id == member.person_id
        had = task.is_open and task.had_by(member)
        made.append(Row(
            id=task.pk, circle=task.circle_id, patient=task.circle.patient.traits.name if named else "", title=words["title"],
            note=words["note"], reason=words.get("reason", ""), state=task.state, urgent=task.urgency == Urgency.URGENT,
            late=task.is_open and task.due_at is not None and task.due_at < now, due_at=task.due_at, over_at=task.over_at,
            zone=task.circle.zone, repeat=repeat_words(task), asked=", ".join(names[one] for one in task.to if one in names),
            taker="" if task.taker is None else _("You") if task.had_by(member) else titled(task.taker.person, task.taker.role),
            audience=task.audience, audience_words=str(Audience(task.audience).label),
            post=task.post if task.post and sees_post(posts.get(task.post), reader_of(member)) else None,
            mine=had, may_take=writes and may_take(member, task),
            may_change=writes and task.is_open and (own or had or member.role in STEERING),
            may_hand_back=writes and task.state == TaskState.TAKEN and (had or member.role == Role.COORDINATOR),
        ))  # fmt: skip
    return sorted(made, key=lambda row: not row.late)


def _names(tasks: Iterable[Task]) -> dict[str, str]:
    """Whom tasks are for, in words: roles, and members by id. One statement."""
    asked = {one for task in tasks for one in task.to}
    names = {role.value: str(role.label) for role in Role if role in asked}
    wanted = asked - set(names)
    members = Membership.objects.filter(pk__in=wanted).select_related("person") if wanted else []
    return {**names, **{str(one.pk): titled(one.person, one.role) for one in members}}

"""What a line asks of people: rooms upstairs register it, so that whoever alerts need not know posts, and posts not who was alerted.

`calls_of` tells of posts what an alert needs to know, and nothing that is sealed. `steps_of` tells of the same subjects whom an alert
has reached. `reminders_of` tells of a task, an appointment or a plan whom its time concerns.
"""
import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from messaging.feed.enums import Standing, Standings


@dataclass(frozen=True)
class Call:
    """A post as an alert sees it: ids, codes and dates. `numbers` is the post's number in each standing that sees it."""

    subject: UUID
    circle: UUID
    author: UUID | None  # a membership; None where a hospital speaks
    kind: str  # "note", "hospital_event"
    urgency: str  # "info", "todo", "urgent"
    state: str  # "open", "taken", "done", "unanswered"; "" where nobody is asked
    addressees: tuple[str, ...]  # member ids and roles
    owner: UUID | None  # a membership
    at: dt.datetime
    withdrawn: bool
    numbers: Mapping[Standing, int]
    quiet: bool = False  # nobody is told of it outside the page: it happened long ago
    others: Standings = frozenset()  # of a hospital event: who sees a card of their own, which asks nothing

    @property
    def readers(self) -> Standings:
        """The standings that read the post itself: an alert is theirs alone."""
        return frozenset(self.numbers) - self.others

    @property
    def of_hospital(self) -> bool:
        """Whether a hospital's system speaks."""
        return self.kind == "hospital_event"

    @property
    def waits(self) -> bool:
        """Whether it still waits for somebody."""
        return self.state in {"open", "unanswered"} and not self.withdrawn


@dataclass(frozen=True)
class Step:
    """Something that an alert did: whom it told, whom it could not reach. `what` is a code of `docs/protocol.md`, "alert steps"."""

    what: str
    at: dt.datetime
    rung: int | None  # from 0
    members: tuple[tuple[UUID, str], ...]  # (membership, "shown" | "sent" | "pending" | "unreached")
    until: dt.datetime | None = None  # of "unanswered": when somebody comes on duty
    next_at: dt.datetime | None = None  # of the last step: when the next one is due


@dataclass(frozen=True)
class Reminder:
    """What somebody is reminded of when its time comes, as it is now: ids and dates alone.

    `members`: kind of line → memberships that are told of such a line. The room that registers it names those alone who may read the
    subject; none where nothing is to be done any more. `page` is where a tap leads: "/circles/ID/tasks".
    """

    circle: UUID
    members: Mapping[str, tuple[UUID, ...]]
    page: str

    @property
    def concerned(self) -> frozenset[UUID]:
        """Memberships that are told of any of its lines."""
        return frozenset(member for members in self.members.values() for member in members)


LoadCalls = Callable[[Collection[UUID]], Mapping[UUID, Call]]
LoadSteps = Callable[[Collection[UUID]], Mapping[UUID, list[Step]]]
LoadReminders = Callable[[Collection[UUID]], Mapping[UUID, Reminder]]
_calls: list[LoadCalls] = []
_steps: list[LoadSteps] = []
_reminders: list[LoadReminders] = []


def register_calls(load: LoadCalls) -> None:
    """Says how subjects are read as calls; what is no subject of this room is missing."""
    if load not in _calls:
        _calls.append(load)


def register_steps(load: LoadSteps) -> None:
    """Says what was done about subjects."""
    if load not in _steps:
        _steps.append(load)


def register_reminders(load: LoadReminders) -> None:
    """Says how the subjects of `*.due` and `task.late` are read; what is no subject of this room is missing."""
    if load not in _reminders:
        _reminders.append(load)


def calls_of(subjects: Collection[UUID]) -> dict[UUID, Call]:
    """Calls by subject; one statement for each room that has some."""
    return {subject: call for load in _calls for subject, call in load(subjects).items()} if subjects else {}


def steps_of(subjects: Collection[UUID]) -> dict[UUID, list[Step]]:
    """What was done about subjects, oldest first."""
    return {subject: steps for load in _steps for subject, steps in load(subjects).items()} if subjects else {}


def reminders_of(subjects: Collection[UUID]) -> dict[UUID, Reminder]:
    """Reminders by subject."""
    return {subject: one for load in _reminders for subject, one in load(subjects).items()} if subjects else {}

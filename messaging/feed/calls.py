"""What a line asks of people: rooms upstairs register it, so that whoever alerts need not know posts, and posts not who was alerted.

`calls_of` tells of posts (and later of tasks) what an alert needs to know, and nothing that is sealed. `steps_of` tells of the same
subjects whom an alert has reached.
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
    author: UUID  # a membership
    kind: str  # "note", "hospital_event"
    urgency: str  # "info", "todo", "urgent"
    state: str  # "open", "taken", "done", "unanswered"; "" where nobody is asked
    addressees: tuple[str, ...]  # member ids and roles
    owner: UUID | None  # a membership
    at: dt.datetime
    withdrawn: bool
    numbers: Mapping[Standing, int]

    @property
    def readers(self) -> Standings:
        """The standings that may read it."""
        return frozenset(self.numbers)

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


LoadCalls = Callable[[Collection[UUID]], Mapping[UUID, Call]]
LoadSteps = Callable[[Collection[UUID]], Mapping[UUID, list[Step]]]
_calls: list[LoadCalls] = []
_steps: list[LoadSteps] = []


def register_calls(load: LoadCalls) -> None:
    """Says how subjects are read as calls; what is no subject of this room is missing."""
    if load not in _calls:
        _calls.append(load)


def register_steps(load: LoadSteps) -> None:
    """Says what was done about subjects."""
    if load not in _steps:
        _steps.append(load)


def calls_of(subjects: Collection[UUID]) -> dict[UUID, Call]:
    """Calls by subject; one statement for each room that has some."""
    return {subject: call for load in _calls for subject, call in load(subjects).items()} if subjects else {}


def steps_of(subjects: Collection[UUID]) -> dict[UUID, list[Step]]:
    """What was done about subjects, oldest first."""
    return {subject: steps for load in _steps for subject, steps in load(subjects).items()} if subjects else {}

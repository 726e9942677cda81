"""Which accesses are unusual: pure rules over what the trail and the circles say. Nothing here reads a database or a clock.

A flag accuses nobody: it is a reason to look. What a rule must not know (a text, a patient's name) is not among its facts.
"""
import datetime as dt
from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

MANY = 30  # circles
WITHIN = dt.timedelta(minutes=10)


class Rule(StrEnum):
    """Why an access is shown to the data protection officer."""

    NO_TRACE = "no_trace"  # no post, no visit, no structure shared with another member
    NAMESAKE = "namesake"  # a professional who bears the patient's name
    MANY = "many"  # many circles in a short time


@dataclass(frozen=True)
class Facts:
    """What is known of one person's accesses to one circle."""

    person: UUID
    circle: UUID
    last: dt.datetime
    times: int
    professional: bool
    posted: bool
    visited: bool
    shares_structure: bool
    bears_the_name: bool


@dataclass(frozen=True)
class Flag:
    """An unusual access. `circle` is None where it is about many; `day` then makes two days two flags."""

    rule: Rule
    person: UUID
    circle: UUID | None
    at: dt.datetime
    times: int
    day: str = ""


def flags_of(facts: Facts) -> list[Flag]:
    """What is unusual about one person in one circle. Family and patients are in their own circle: nothing."""
    if not facts.professional:
        return []
    rules = []
    if not (facts.posted or facts.visited or facts.shares_structure):
        rules.append(Rule.NO_TRACE)
    if facts.bears_the_name:
        rules.append(Rule.NAMESAKE)
    return [Flag(rule, facts.person, facts.circle, facts.last, facts.times) for rule in rules]


def hurried(person: UUID, openings: Iterable[tuple[dt.datetime, UUID]], *, most: int = MANY, within: dt.timedelta = WITHIN) -> list[Flag]:
    """A flag for each day on which one person opened `most` circles or more within a short time; `times` is the most there were."""
    window: deque[tuple[dt.datetime, UUID]] = deque()
    inside: Counter[UUID] = Counter()
    worst: dict[str, Flag] = {}
    for at, circle in sorted(openings):
        window.append((at, circle))
        inside[circle] += 1
        while window[0][0] < at - within:
            _gone, old = window.popleft()
            inside[old] -= 1
            if not inside[old]:
                del inside[old]
        day = at.date().isoformat()
        if len(inside) >= most and (day not in worst or len(inside) > worst[day].times):
            worst[day] = Flag(Rule.MANY, person, None, at, len(inside), day)
    return list(worst.values())


def bears(family_name: str, names: Sequence[str]) -> bool:
    """Whether a family name, normalised, is one of these or a part of a double one: Durand-Moreau bears Durand."""
    parts = {family_name, *family_name.split()} - {""}
    return any(parts & {name, *name.split()} for name in names if name)

"""The policy as a page of documentation: every role × act, and what states and audiences take away. Generated, so never out of date."""
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import TypeVar

from people.circles.enums import Audience, CircleState, Role
from people.circles.policy import FAMILY, GUARDED, Act, admissible, writable_audiences
from people.circles.policy import decide as decide_all

Column = TypeVar("Column", bound=Enum)
_HEAD = """# Access matrix

Generated from `people/circles/policy.py` by `.venv/bin/python manage.py access_matrix --write`; a test fails while it is out of date.

**yes**: in every case. **own**: one's own post, file or membership (a secretary writes down the notes of others that she was asked to).
**owner**: whoever has taken it. **some**: only some roles, see below.
**withdraws**: a consent is withdrawn but not given. A dash: never. Once a day is over since a death was declared, only a coordinator
sets another state.
"""


def access_matrix() -> Iterator[str]:
    """The document, line by line."""
    yield from _HEAD.splitlines()
    for state in CircleState:
        yield from ("", f"## In a circle that is {state}", "")
        yield from _table(state)
    yield from ("", "## Who reads and writes for whom", "")
    yield from _grid(list(Audience), lambda role, audience: "yes" if audience in writable_audiences(role.standing) else "-")
    yield from ("", "## Who admits whom, in an active circle", "")
    yield from _grid(list(Role), lambda role, other: "yes" if other in list(admissible(role)) else "-")
    yield from ("", "## Who ends whose membership, in every state", "")
    yield from _grid(list(Role), _ends)
    yield from ("", "## What a guardian does in the patient's place, as long as the term runs", "")
    yield from _table(CircleState.ACTIVE, [act for act in Act if act in GUARDED], sorted(FAMILY), guardian=True)
    yield from ("", "Reading the trail, a guardian reads the whole of it. A guardian ends any membership but the patient's.", "")


def _table(
    state: CircleState, acts: Sequence[Act] = tuple(Act), roles: Sequence[Role] = tuple(Role), *, guardian: bool = False
) -> Iterator[str]:
    return _grid(acts, lambda role, act: _cell(role, act, state, guardian=guardian), roles)


def _grid(columns: Sequence[Column], cell: Callable[[Role, Column], str], roles: Sequence[Role] = tuple(Role)) -> Iterator[str]:
    yield "| role | " + " | ".join(f"`{column.value}`" for column in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for role in roles:
        yield f"| `{role.value}` | " + " | ".join(cell(role, column) for column in columns) + " |"


def _cell(role: Role, act: Act, state: CircleState, *, guardian: bool) -> str:
    decide = partial(decide_all, guardian=guardian)
    if act is Act.CONSENT and decide(role, act, state) and not decide(role, act, state, gives=True):
        return "withdraws"
    if act in {Act.ADMIT, Act.KEEP_CONTACTS, Act.PRINT_CODE}:
        count = sum(bool(decide(role, act, state, other_role=other)) for other in Role)
        return {0: "-", len(Role): "yes"}.get(count, "some")
    if act is Act.END_MEMBERSHIP and decide(role, act, state, own=True) and not all(
        decide(role, act, state, other_role=other) for other in Role
    ):  # fmt: skip
        return "some" if any(decide(role, act, state, other_role=other) for other in Role) else "own"
    if decide(role, act, state):
        return "yes"
    if decide(role, act, state, own=True):
        return "own"
    return "owner" if decide(role, act, state, owner=True) else "-"


def _ends(role: Role, other: Role) -> str:
    if decide_all(role, Act.END_MEMBERSHIP, CircleState.ACTIVE, other_role=other):
        return "yes"
    return "own" if role is other else "-"

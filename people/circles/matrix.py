"""The policy as a page of documentation: every role × act, and what states and audiences take away. Generated, so never out of date."""
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import TypeVar

from people.circles.enums import Audience, CircleState, Role
from people.circles.policy import Act, admissible, decide, writable_audiences

Column = TypeVar("Column", bound=Enum)
_HEAD = """# Access matrix

Generated from `people/circles/policy.py` by `.venv/bin/python manage.py access_matrix --write`; a test fails while it is out of date.

**yes**: in every case. **own**: one's own post or membership. **owner**: whoever has taken it. **some**: only some roles, see below.
A dash: never.
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
    yield ""


def _table(state: CircleState) -> Iterator[str]:
    return _grid(list(Act), lambda role, act: _cell(role, act, state))


def _grid(columns: Sequence[Column], cell: Callable[[Role, Column], str]) -> Iterator[str]:
    yield "| role | " + " | ".join(f"`{column.value}`" for column in columns) + " |"
    yield "|---" * (len(columns) + 1) + "|"
    for role in Role:
        yield f"| `{role.value}` | " + " | ".join(cell(role, column) for column in columns) + " |"


def _cell(role: Role, act: Act, state: CircleState) -> str:
    if act in {Act.ADMIT, Act.KEEP_CONTACTS, Act.PRINT_CODE}:
        count = sum(bool(decide(role, act, state, other_role=other)) for other in Role)
        return {0: "-", len(Role): "yes"}.get(count, "some")
    if act is Act.END_MEMBERSHIP and not all(decide(role, act, state, other_role=other) for other in Role):
        return "some" if any(decide(role, act, state, other_role=other) for other in Role) else "own"
    if decide(role, act, state):
        return "yes"
    if decide(role, act, state, own=True):
        return "own"
    return "owner" if decide(role, act, state, owner=True) else "-"


def _ends(role: Role, other: Role) -> str:
    if decide(role, Act.END_MEMBERSHIP, CircleState.ACTIVE, other_role=other):
        return "yes"
    return "own" if role is other else "-"

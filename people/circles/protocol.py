"""Bodies that this room's API takes. Unknown fields are ignored and never acted on."""
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from people.circles.enums import CircleState, History, Role


class ConsentBody(Schema):
    """How the patient's consent was recorded."""

    given: bool = False
    recorded_as: str = Field(default="", max_length=64)


class CircleBody(Schema):
    """`POST circles`."""

    patient: dict[str, Any]
    role: Role
    consent: ConsentBody = ConsentBody()
    confirm_distinct: bool = False


class MemberBody(Schema):
    """`POST circles/{id}/members`."""

    person: UUID | None = None
    role: Role
    history: History = History.ALL
    until: AwareDatetime | None = None


class ReasonBody(Schema):
    """A reason that may be missing."""

    reason: str = Field(default="", max_length=2000)


class StateBody(Schema):
    """`PUT circles/{id}/state`."""

    state: CircleState
    reason: str = Field(min_length=1, max_length=2000)

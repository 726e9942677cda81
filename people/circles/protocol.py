"""Bodies that this room's API takes. Unknown fields are ignored and never acted on."""
import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, field_validator

from people.circles.enums import CircleState, History, Role


class ConsentBody(Schema):
    """How the patient's consent was recorded."""

    given: bool = False
    recorded_as: str = Field(default="", max_length=64)
    coordination: bool | None = None  # for a coordinator of no health profession; what `given` says unless said apart


class CircleBody(Schema):
    """`POST circles`."""

    patient: dict[str, Any]
    role: Role
    consent: ConsentBody = ConsentBody()
    confirm_distinct: bool = False


class MemberBody(Schema):
    """`POST circles/{id}/members`."""

    person: UUID | None = None
    structure: UUID | None = None
    role: Role
    history: History = History.ALL
    until: AwareDatetime | None = None

    @field_validator("until")
    @classmethod
    def _storable(cls, until: dt.datetime | None) -> dt.datetime | None:
        """The ends of time have no moment in UTC."""
        if until is not None and not dt.MINYEAR < until.year < dt.MAXYEAR:
            raise ValueError("no such term")
        return until


class ReasonBody(Schema):
    """A reason that may be missing."""

    reason: str = Field(default="", max_length=2000)


class StateBody(Schema):
    """`PUT circles/{id}/state`."""

    state: CircleState
    reason: str = Field(min_length=1, max_length=2000)

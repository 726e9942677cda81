"""Bodies that this room's API takes."""
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, field_validator

from care.tasks.rules import LONGEST
from journal.enums import Urgency
from people.circles.enums import Audience

Asked = Literal[Urgency.TODO, Urgency.URGENT]
Named = Annotated[str, Field(max_length=64)]


class RepeatBody(Schema):
    """One of both: a rule of RFC 5545 ("FREQ=WEEKLY;BYDAY=MO"), or so many days after each time that it was done."""

    rule: str | None = Field(default=None, max_length=LONGEST)
    after_days: int | None = Field(default=None, ge=1, le=366)


class TaskBody(Schema):
    """`POST circles/{id}/tasks`. `to`: member ids and roles; `post`: the message from which it is made."""

    title: str = Field(max_length=200)
    note: str = Field(default="", max_length=4000)
    audience: Audience
    urgency: Asked = Urgency.TODO
    to: list[Named] = Field(default_factory=list, max_length=100)
    due_at: AwareDatetime | None = None
    repeat: RepeatBody | None = None
    post: UUID | None = None

    @field_validator("note", "to", "urgency", mode="before")
    @classmethod
    def _absent(cls, given: Any, info: Any) -> Any:
        """A null is as good as a field left out."""
        return cls.model_fields[str(info.field_name)].get_default(call_default_factory=True) if given is None else given


class TaskChange(Schema):
    """`PATCH circles/{id}/tasks/{task_id}`: what is there changes; a null due or repeat takes it away."""

    title: str | None = Field(default=None, max_length=200)
    note: str | None = Field(default=None, max_length=4000)
    urgency: Asked | None = None
    to: list[Named] | None = Field(default=None, max_length=100)
    due_at: AwareDatetime | None = None
    repeat: RepeatBody | None = None


class CancelBody(Schema):
    """`POST …/cancellation`: why; `ends`: the next of its series is not made either."""

    reason: str = Field(min_length=1, max_length=2000)
    ends: bool = False

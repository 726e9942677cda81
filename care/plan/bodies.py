"""Bodies that the plan's and the stays' APIs take."""
import datetime as dt
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from care.plan.enums import How, Part, Soon
from people.circles.enums import Audience, Role

MOST = 2000
# By part, which words it has besides its text.
HAS: dict[Part, tuple[str, ...]] = {
    Part.REFERENT: ("member", "due_on"),
    Part.PRIORITY: (),
    Part.PROBLEM: (),
    Part.OBJECTIVE: ("problem", "due_on"),
    Part.ACTION: ("member", "role", "due_on", "problem", "objective"),
    Part.PROCEDURE: ("act", "call"),
}


class PlanChange(Schema):
    """`PATCH circles/{id}/plan/{entry_id}`: what is given changes; null or "" empties it."""

    text: str | None = Field(default=None, max_length=MOST)
    act: str | None = Field(default=None, max_length=MOST)
    call: str | None = Field(default=None, max_length=MOST)
    member: UUID | None = None
    role: Role | None = None
    due_on: dt.date | None = None
    problem: UUID | None = None
    objective: UUID | None = None

    def given(self) -> dict[str, Any]:
        """The fields that were sent, as words hold them."""
        sent = self.model_dump(exclude_unset=True, mode="json")
        return {name: value.strip() if isinstance(value, str) else value for name, value in sent.items() if name in PlanChange.model_fields}


class PlanBody(PlanChange):
    """`POST circles/{id}/plan`."""

    part: Part
    audience: Audience


class EndBody(Schema):
    """`DELETE circles/{id}/plan/{entry_id}`: why, which the next edition's readers read."""

    reason: str = Field(default="", max_length=MOST)


class AgreementBody(Schema):
    """`POST …/editions/{number}/agreement`: one's own, or with `of_patient` what the patient said or signed."""

    of_patient: bool = False
    how: How = How.ORAL


class StayBody(Schema):
    """`POST circles/{id}/stay-requests`."""

    unit: UUID
    reason: str = Field(max_length=MOST)
    wished_from: dt.date
    wished_until: dt.date | None = None
    soon: Soon = Soon.PLANNED
    audience: Audience = Audience.CARE_TEAM


class SaidBody(Schema):
    """A reply to the unit's question, or why the request is withdrawn."""

    text: str = Field(default="", max_length=MOST)


class AnswerBody(Schema):
    """`POST units/{id}/stay-requests/{request_id}/answer`."""

    answer: Literal["accepted", "refused", "question"]
    planned_for: dt.date | None = None
    text: str = Field(default="", max_length=MOST)

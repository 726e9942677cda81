"""Bodies that this room's API takes."""
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from people.circles.enums import Audience


class SheetBody(Schema):
    """`POST circles/{id}/sheets` and `…/check`: answers are {linkId: value | [values]}."""

    form: UUID
    answers: dict[str, Any] = Field(default_factory=dict)
    audience: Audience
    media: list[UUID] = Field(default_factory=list, max_length=20)


class WithdrawalBody(Schema):
    """`POST circles/{id}/sheets/{id}/withdrawal`."""

    reason: str = Field(min_length=1, max_length=2000)


class FormBody(Schema):
    """`POST structures/{id}/forms`, `PUT …/forms/{id}`, `POST …/forms/check`: the Questionnaire, as JSON or as the text of a file."""

    questionnaire: dict[str, Any] | str

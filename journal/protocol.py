"""Bodies that the journal's API takes."""
import datetime as dt
import json
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field, ValidationInfo, field_validator

from foundation.vault.seal import keyed_hash
from journal.enums import RetractionCode, Urgency
from people.circles.enums import Audience

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class PostBody(Schema):
    """`POST circles/{id}/posts`. Texts are checked by the service, which has the sentences."""

    text: str = ""
    media: list[UUID] = Field(default_factory=list, max_length=20)
    audience: Audience
    urgency: Urgency = Urgency.INFO
    to: list[str] = Field(default_factory=list, max_length=100)
    reply_to: UUID | None = None
    written_at: AwareDatetime | None = None

    @field_validator("text", "media", "urgency", "to", mode="before")
    @classmethod
    def _absent(cls, given: Any, info: ValidationInfo) -> Any:
        """A null is as good as a field left out."""
        return cls.model_fields[str(info.field_name)].get_default(call_default_factory=True) if given is None else given

    def digest(self, circle: UUID) -> bytes:
        """32 bytes that tell whether a second sending is the same; keyed, so that they tell nothing about the words."""
        written = (self.written_at - _EPOCH) / dt.timedelta(microseconds=1) if self.written_at else None
        parsed = {**self.dict(), "written_at": written, "circle": str(circle)}
        return keyed_hash("journal.key", json.dumps(parsed, sort_keys=True, default=str))


class CorrectionBody(Schema):
    """`POST posts/{id}/corrections`."""

    text: str
    reason: str = Field(min_length=1, max_length=2000)


class RetractionBody(Schema):
    """`POST posts/{id}/retraction`: a reason, or a code that says it."""

    reason_code: RetractionCode | None = None
    reason: str = Field(default="", max_length=2000, validate_default=True)

    @field_validator("reason")
    @classmethod
    def _said(cls, reason: str, info: ValidationInfo) -> str:
        """One of both must be there."""
        if not reason and not info.data.get("reason_code"):
            raise ValueError("a reason is needed")
        return reason


class SearchBody(Schema):
    """`POST circles/{id}/search`."""

    q: str = Field(max_length=400)
    before: Any = None
    limit: int = 50

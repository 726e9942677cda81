"""Bodies that this room's API takes."""
from ninja import Schema
from pydantic import Field

from people.accounts.enums import Gender
from people.circles.enums import Role


class ChangeBody(Schema):
    """`PUT circles/{id}/contacts/{id}`."""

    name: str = Field(max_length=100)
    phone: str = Field(max_length=40)
    words: str = Field(default="", max_length=80)
    gender: Gender | None = None


class ContactBody(ChangeBody):
    """`POST circles/{id}/contacts`."""

    role: Role

"""Bodies that this room's API takes. Unknown fields are ignored and never acted on."""
import datetime as dt
from typing import Annotated, Any, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, Field, field_validator

from foundation.errors import Invalid
from people.circles.enums import CircleState, ConsentScope, Ground, History, Role
from people.circles.spoken import MOST, Words

MOST_CIRCLES = 1000  # named one by one in one replacement


def _storable(until: dt.datetime | None) -> dt.datetime | None:
    """The ends of time have no moment in UTC."""
    if until is not None and not dt.MINYEAR < until.year < dt.MAXYEAR:
        raise ValueError("no such term")
    return until


Term = Annotated[AwareDatetime | None, AfterValidator(_storable)]
Moment = Annotated[AwareDatetime, AfterValidator(_storable)]


class ConsentBody(Schema):
    """How the patient's consent was recorded."""

    given: bool = False
    recorded_as: str = Field(default="", max_length=64)
    coordination: bool | None = None  # for a coordinator of no health profession; what `given` says unless said apart

    @property
    def scopes(self) -> frozenset[ConsentScope]:
        """What is consented to."""
        both = {ConsentScope.CIRCLE: self.given, ConsentScope.COORDINATION: self.given if self.coordination is None else self.coordination}
        return frozenset(scope for scope, given in both.items() if given)


class CircleBody(Schema):
    """`POST circles`."""

    patient: dict[str, Any]
    role: Role
    consent: ConsentBody = ConsentBody()
    confirm_distinct: bool = False
    ask_to_join: bool = False


class MemberBody(Schema):
    """`POST circles/{id}/members`."""

    person: UUID | None = None
    structure: UUID | None = None
    email: str | None = Field(default=None, max_length=254)
    role: Role
    history: History = History.ALL
    until: Term = None

    def one_of(self) -> str:
        """Which of `person`, `structure` and `email` is named. Raises Invalid `circles.whom` unless it is exactly one."""
        named = [which for which in ("person", "structure", "email") if getattr(self, which) is not None]
        if len(named) != 1:
            sentence = _("Name one person, one structure or one e-mail address.")
            raise Invalid("circles.whom", sentence, errors={"person": sentence})
        return named[0]


class CodeBody(Schema):
    """`POST circles/{id}/invitations`: a code to show."""

    role: Role
    history: History = History.ALL
    until: Term = None


class AdmissionBody(CodeBody):
    """`POST circles/{id}/requests/{id}/admission`."""


class UnionBody(Schema):
    """`POST circles/{id}/unions`: the other circle, where the caller steers it too."""

    circle: UUID | None = None


class TokenBody(Schema):
    """`POST invitations/acceptance`."""

    token: str = Field(min_length=1, max_length=200)


class DelegationBody(Schema):
    """`POST delegations`. `circles` absent, null or "all": every circle of the caller's; `from` absent: now."""

    to: UUID
    circles: Annotated[list[UUID], Field(max_length=MOST_CIRCLES)] | Literal["all"] | None = None
    since: Term = Field(default=None, alias="from")
    until: Moment

    @property
    def chosen(self) -> list[UUID] | None:
        """The circles named one by one, or None for all."""
        return self.circles if isinstance(self.circles, list) else None


class ReasonBody(Schema):
    """A reason that may be missing."""

    reason: str = Field(default="", max_length=2000)


class StateBody(Schema):
    """`PUT circles/{id}/state`."""

    state: CircleState
    reason: str = Field(min_length=1, max_length=2000)

    @field_validator("state")
    @classmethod
    def _of_a_member(cls, state: CircleState) -> CircleState:
        """Nobody in a circle erases it: whoever is responsible for the data does, by a command."""
        if state is CircleState.ERASED:
            raise ValueError("not by a member")
        return state


class WordsBody(Schema):
    """How something was recorded, and why."""

    recorded_as: str = Field(default="screen", max_length=MOST)
    reason: str = Field(default="", max_length=2000)

    @property
    def words(self) -> Words:
        """The same as services take it."""
        return Words(self.recorded_as, self.reason)


class ConsentRecordBody(WordsBody):
    """`POST circles/{id}/consents`."""

    scope: ConsentScope
    given: bool


class OppositionBody(WordsBody):
    """`POST circles/{id}/oppositions`."""

    member: UUID


class GuardianBody(Schema):
    """`POST circles/{id}/guardians`. `until` is the last day of a judgement."""

    member: UUID
    ground: Ground
    until: dt.date | None = None

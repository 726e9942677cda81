"""Bodies that this room's API takes."""
from typing import Annotated, Literal, get_args
from uuid import UUID

from ninja import Schema
from pydantic import Field

from notifications.enums import LadderKind
from people.circles.enums import Audience, Role


class KeysBody(Schema):
    """What a browser encrypts with."""

    p256dh: str = Field(max_length=200)
    auth: str = Field(max_length=100)


class SubscriptionBody(Schema):
    """`POST push/subscriptions`: a browser's `endpoint` and `keys`, or an app's `token`. Lengths are judged with the rest of it."""

    transport: Literal["web_push", "fcm", "apns"] = "web_push"
    endpoint: str = Field(default="", max_length=100_000)
    keys: KeysBody | None = None
    token: str = Field(default="", max_length=100_000)
    name: str = Field(default="", max_length=200)
    language: Literal["fr", "en"] | None = None


class ReceiptBody(Schema):
    """`POST push/receipts`."""

    id: str = Field(max_length=100)


DayTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]  # local, "07:30"; \d would take the digits of every script
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class WaysBody(Schema):
    """By what one is told of one kind of news; nothing: by the page of what is new alone."""

    by: list[Literal["push", "email", "sms"]] = Field(max_length=3)


class QuietBody(Schema):
    """Quiet hours of every day; an end before its beginning is of the next morning."""

    begins: DayTime = Field(alias="from")
    ends: DayTime = Field(alias="to")


class DigestBody(Schema):
    """When one is told that there is something new, and how."""

    at: list[DayTime] = Field(min_length=1, max_length=6)
    days: list[Day] = Field(default=list(get_args(Day)), min_length=1, max_length=7)
    email: bool = True
    push: bool = False


class PreferencesBody(Schema):
    """`PUT me/preferences`: the whole of it. What is missing is as usual; `null` is none."""

    news: dict[Literal["urgent", "todo", "due", "hospital_event", "post"], WaysBody] = {}
    quiet: QuietBody | None = None
    digest: DigestBody | None = None
    zone: str | None = Field(default=None, max_length=64)


class RungBody(Schema):
    """Whom to tell after how many seconds without a taker: one of a role, a member, or whoever of a structure is on duty."""

    after_s: int = Field(ge=0, le=86_400)
    role: Role | None = None
    member: UUID | None = None
    structure: UUID | None = None

    @property
    def named(self) -> list[Role | UUID]:
        """Who is meant: one, where the rung is as it should be."""
        return [one for one in (self.role, self.member, self.structure) if one is not None]


class LadderBody(Schema):
    """`PUT circles/{id}/ladder` and `PUT structures/{id}/ladder`; without rungs the default holds again."""

    rungs: list[RungBody] = Field(max_length=20)
    kind: LadderKind = LadderKind.URGENT


class ReachQuery(Schema):
    """`GET circles/{id}/reach`: an urgent message as it would be addressed; `to` once for each member or role."""

    audience: Audience
    to: list[str] = Field(default=[], max_length=100)

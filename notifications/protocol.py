"""Bodies that this room's API takes."""
from typing import Annotated, Literal, get_args

from ninja import Schema
from pydantic import Field


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


DayTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]  # local, "07:30"
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

    news: dict[Literal["urgent", "todo", "hospital_event", "post"], WaysBody] = {}
    quiet: QuietBody | None = None
    digest: DigestBody | None = None
    zone: str | None = Field(default=None, max_length=64)

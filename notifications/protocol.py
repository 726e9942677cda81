"""Bodies that this room's API takes."""
from typing import Literal

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

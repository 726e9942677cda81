"""iPhone and iPad apps, by Apple's service (HTTP/2, a token of ours for a signature). As mute as Web Push."""
import json
import time
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import jwt
from django.conf import settings

from notifications.transports import lines
from notifications.transports.addresses import NativeAddress
from notifications.transports.outcome import Outcome

_RENEWED_EVERY_S = 40 * 60  # Apple wants one token for at least 20 minutes and at most 60
_GONE = frozenset({"BadDeviceToken", "DeviceTokenNotForTopic", "Unregistered", "ExpiredToken"})
_OURS = frozenset({"ExpiredProviderToken", "InvalidProviderToken", "MissingProviderToken"})


def is_configured() -> bool:
    """Whether the operator has a key there."""
    return all((settings.APNS_KEY_FILE, settings.APNS_KEY_ID, settings.APNS_TEAM_ID, settings.APNS_TOPIC))


async def send(address: NativeAddress, payload: bytes, *, ttl_s: int, urgency: str) -> Outcome:
    """One message to one app. Its id is the collapse id, so that a repeat takes the place of the first and is not shown twice."""
    if not is_configured():
        return Outcome("not_configured", "refused")
    said = json.loads(payload)
    body = {"aps": {"alert": {"body": said["text"]}, "sound": "default", "mutable-content": 1}, "id": said["id"]}
    headers = {
        "authorization": f"bearer {_token(int(time.time()) // _RENEWED_EVERY_S)}", "apns-topic": settings.APNS_TOPIC,
        "apns-push-type": "alert", "apns-priority": "10" if urgency == "high" else "5", "apns-collapse-id": said["id"],
        "apns-expiration": str(int(time.time()) + ttl_s), "content-type": "application/json",
    }  # fmt: skip
    outcome, answer = await lines.posted(f"{settings.APNS_URL}/3/device/{address.token}", headers, json.dumps(body).encode())
    return _read(outcome, answer)


def _read(outcome: Outcome, answer: bytes) -> Outcome:
    """Apple says by a word whether it is the app that is gone, or our token that it does not take."""
    reason = _reason(answer)
    if outcome.status == "410" or reason in _GONE:
        return replace(outcome, kind="gone")
    if reason in _OURS:
        _token.cache_clear()
        return replace(outcome, kind="later")
    return replace(outcome, kind="refused") if outcome.kind == "gone" else replace(outcome, ttl_s=None)


def _reason(answer: bytes) -> str:
    try:
        said: Any = json.loads(answer or b"{}")
    except ValueError:
        return ""
    return str(said.get("reason", "")) if isinstance(said, dict) else ""


@lru_cache(maxsize=1)
def _token(_period: int) -> str:
    claims = {"iss": settings.APNS_TEAM_ID, "iat": int(time.time())}
    return jwt.encode(claims, Path(settings.APNS_KEY_FILE).read_text(), algorithm="ES256", headers={"kid": settings.APNS_KEY_ID})

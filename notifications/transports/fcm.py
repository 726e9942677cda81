"""Android apps, by Firebase Cloud Messaging (HTTP v1). As mute as Web Push: a constant sentence and an id, as data for the app."""
import json
import time
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import jwt
from django.conf import settings

from notifications.transports import lines
from notifications.transports.addresses import NativeAddress
from notifications.transports.outcome import Outcome

_SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LASTS_S = 3600
_EARLY_S = 300  # a token is renewed before it ends
_tokens: dict[str, tuple[float, str]] = {}  # by account: (ends at, on the monotonic clock; token)


def is_configured() -> bool:
    """Whether the operator has an account there."""
    return bool(settings.FCM_ACCOUNT_FILE)


async def send(address: NativeAddress, payload: bytes, *, ttl_s: int, urgency: str) -> Outcome:
    """One message to one app."""
    if not is_configured():
        return Outcome("not_configured", "refused")
    account = _account(Path(settings.FCM_ACCOUNT_FILE))
    token, failure = await _token(account)
    if failure is not None:
        return failure
    priority = "HIGH" if urgency == "high" else "NORMAL"
    message = {"token": address.token, "data": json.loads(payload), "android": {"priority": priority, "ttl": f"{ttl_s}s"}}
    url = f"{settings.FCM_URL}/v1/projects/{quote(account['project_id'], safe='')}/messages:send"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    outcome, answer = await lines.posted(url, headers, json.dumps({"message": message}).encode())
    return _read(outcome, answer, account)


def _read(outcome: Outcome, answer: bytes, account: Mapping[str, Any]) -> Outcome:
    """FCM says by a word in its error which 404 means that this app is gone; a refused token of ours is made anew."""
    if outcome.kind == "gone" and b"UNREGISTERED" not in answer:
        return replace(outcome, kind="refused")
    if outcome.status == "401":
        _tokens.pop(account["client_email"], None)
        return replace(outcome, kind="later")
    return replace(outcome, ttl_s=None)


async def _token(account: Mapping[str, Any]) -> tuple[str, Outcome | None]:
    """A token of the account's, from the last hour or asked for now; or what came of asking."""
    ends_at, token = _tokens.get(account["client_email"], (0.0, ""))
    if time.monotonic() < ends_at - _EARLY_S:
        return token, None
    now = int(time.time())
    claims = {"iss": account["client_email"], "scope": _SCOPE, "aud": account["token_uri"], "iat": now, "exp": now + _LASTS_S}
    assertion = jwt.encode(claims, account["private_key"], algorithm="RS256", headers={"kid": account.get("private_key_id", "")})
    form = urlencode({"grant_type": _GRANT, "assertion": assertion}).encode()
    outcome, answer = await lines.posted(account["token_uri"], {"Content-Type": "application/x-www-form-urlencoded"}, form)
    if outcome.kind != "accepted":
        return "", replace(outcome, status=f"token_{outcome.status}", kind="later")
    try:
        given = json.loads(answer)
        token, lasts = str(given["access_token"]), float(given.get("expires_in", _LASTS_S))
    except (ValueError, KeyError, TypeError):
        return "", Outcome("token_unreadable", "later")
    _tokens[account["client_email"]] = (time.monotonic() + lasts, token)
    return token, None


@lru_cache(maxsize=2)
def _account(path: Path) -> dict[str, Any]:
    account: dict[str, Any] = json.loads(path.read_text())
    return account

"""Web Push: the message encrypted for one browser (RFC 8291), sent to its push service (RFC 8030) in this site's name (RFC 8292)."""
import base64
import logging

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec

from foundation.origins import ForbiddenPlace
from notifications.transports import lines, vapid
from notifications.transports.addresses import WebPushAddress
from notifications.transports.endpoints import checked
from notifications.transports.outcome import Outcome

log = logging.getLogger("cercle.push")
SHORTEST_TTL_S = 4 * 3600  # a phone that is off for an afternoon still gets it (security.md, P3)


async def send(address: WebPushAddress, payload: bytes, *, ttl_s: int, urgency: str) -> Outcome:
    """One message to one browser. No Topic: two alerts never replace one another."""
    try:
        origin = checked(address.endpoint)
    except ForbiddenPlace:
        log.warning("push.forbidden_endpoint")
        return Outcome("forbidden", "refused")
    headers = {
        "Authorization": vapid.authorization(str(origin)), "Content-Type": "application/octet-stream", "Content-Encoding": "aes128gcm",
        "TTL": str(max(ttl_s, SHORTEST_TTL_S)), "Urgency": urgency,
    }  # fmt: skip
    outcome, _body = await lines.posted(address.endpoint, headers, encrypted(address, payload))
    return outcome


def encrypted(address: WebPushAddress, payload: bytes) -> bytes:
    """The body, under a key pair that is used once."""
    body: bytes = http_ece.encrypt(
        payload, private_key=ec.generate_private_key(ec.SECP256R1()), dh=from_base64url(address.p256dh),
        auth_secret=from_base64url(address.auth), version="aes128gcm",
    )  # fmt: skip
    return body


def from_base64url(text: str) -> bytes:
    """Bytes out of base64url, padded or not. Raises ValueError."""
    return base64.b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4), altchars=b"-_", validate=True)


def to_base64url(content: bytes) -> str:
    """Unpadded base64url."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")

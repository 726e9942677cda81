"""The ways to a device behind one seam: Web Push, FCM, APNs. Nothing here reads or writes the database."""
import logging

from notifications.enums import Transport
from notifications.transports import apns, fcm, web_push
from notifications.transports.addresses import Address, NativeAddress, WebPushAddress
from notifications.transports.lines import close, ready
from notifications.transports.outcome import Outcome
from notifications.transports.payloads import payload_of

__all__ = ["Address", "NativeAddress", "Outcome", "WebPushAddress", "close", "payload_of", "ready", "send"]
log = logging.getLogger("cercle.push")


async def send(address: Address, payload: bytes, *, ttl_s: int, urgency: str) -> Outcome:
    """Hands `payload` (see `payload_of`) to whoever serves this device. Raises nothing that a service could cause.

    `ttl_s`: how long the service should keep it for a device that is off, four hours at least; `urgency`: "high" or "normal".
    Call `close()` before the event loop ends; `ready()` at its beginning spares the first message a wait.
    """
    if isinstance(address, WebPushAddress):
        outcome = await web_push.send(address, payload, ttl_s=ttl_s, urgency=urgency)
    elif address.transport == Transport.FCM:
        outcome = await fcm.send(address, payload, ttl_s=ttl_s, urgency=urgency)
    else:
        outcome = await apns.send(address, payload, ttl_s=ttl_s, urgency=urgency)
    if outcome.kind == "accepted" and outcome.ttl_s is not None and outcome.ttl_s < ttl_s:
        log.warning("push.ttl_shortened asked=%d given=%d", ttl_s, outcome.ttl_s)
    return outcome

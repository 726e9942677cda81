"""Things of this room as the API shows them."""
from typing import Any

from foundation.clock import rfc3339
from notifications.models import Delivery, Device


def device_item(device: Device, *, state: str, current: bool) -> dict[str, Any]:
    """A device of the caller's, how it fares, and whether the calling session is its own. Its address is never told again."""
    return {
        "id": str(device.pk), "transport": device.transport, "name": device.name, "language": device.language,
        "state": state, "current": current,
        "made_at": rfc3339(device.made_at), "seen_at": rfc3339(device.seen_at), "sent_at": rfc3339(device.sent_at),
        "shown_at": rfc3339(device.shown_at),
    }  # fmt: skip


def delivery_item(delivery: Delivery) -> dict[str, Any]:
    """How far one delivery has come."""
    return {
        "id": str(delivery.pk), "state": delivery.state, "status": delivery.status,
        "sent_at": rfc3339(delivery.sent_at), "shown_at": rfc3339(delivery.shown_at),
    }  # fmt: skip

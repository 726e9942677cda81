"""Native apps."""
from notifications.transports.addresses import NativeAddress
from notifications.transports.outcome import Outcome


async def send(address: NativeAddress, payload: bytes, *, ttl_s: int, urgency: str) -> Outcome:
    """Refused until it is configured."""
    return Outcome("not_configured", "refused")

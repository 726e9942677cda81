"""Where a device is reached. Holds secrets of the device: it is sealed at rest and never logged."""
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from notifications.enums import Transport


@dataclass(frozen=True)
class WebPushAddress:
    """A browser's subscription. `p256dh` (65 bytes, uncompressed) and `auth` (16 bytes) in unpadded base64url."""

    endpoint: str = field(repr=False)
    p256dh: str = field(repr=False)
    auth: str = field(repr=False)

    @property
    def transport(self) -> Transport:
        """Web Push."""
        return Transport.WEB_PUSH

    @property
    def identity(self) -> str:
        """What one device has and no other: the same endpoint with new keys is the same device."""
        return self.endpoint


@dataclass(frozen=True)
class NativeAddress:
    """An app's registration token, of FCM or of APNs."""

    transport: Transport
    token: str = field(repr=False)

    @property
    def identity(self) -> str:
        """What one device has and no other."""
        return f"{self.transport}:{self.token}"


Address = WebPushAddress | NativeAddress


def written(address: Address) -> str:
    """The address as it is sealed."""
    return json.dumps(asdict(address))


def read(transport: str, text: str) -> Address:
    """The address again."""
    content: dict[str, Any] = json.loads(text)
    if transport == Transport.WEB_PUSH:
        return WebPushAddress(**content)
    return NativeAddress(Transport(content["transport"]), content["token"])

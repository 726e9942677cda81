"""One socket, and one socket's watch of one circle."""
import datetime as dt
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from messaging.feed.items import Reader

if TYPE_CHECKING:
    from messaging.live.outlet import Outlet


class Socket(Protocol):
    """What the hub needs of a consumer."""

    person: UUID
    session: UUID
    site_seen: int
    outlet: "Outlet"
    watches: "dict[UUID, Watch]"

    def close_with(self, code: int) -> None:
        """Closes the socket with a code, without waiting."""


class Watch:
    """Where a socket stands in a circle: `number` in its own standing's order, `position` in the care team's.

    `live`: it stands at the line before the hub's next; else it catches up by itself.
    """

    __slots__ = ("catching", "circle", "live", "membership", "number", "over", "position", "reader", "socket", "until")

    def __init__(self, socket: Socket, circle: UUID, membership: UUID, reader: Reader, number: int, until: dt.datetime | None) -> None:
        self.socket, self.circle, self.membership, self.reader = socket, circle, membership, reader
        self.number, self.position, self.until = number, -1, until
        self.live = self.catching = self.over = False

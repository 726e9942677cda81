"""Read marks on their way to the screens: the newest per member, to each standing only what it may know."""
import datetime as dt
from typing import TYPE_CHECKING, Any
from uuid import UUID

from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.enums import Standing
from messaging.live.models import ReadMark
from messaging.live.queries import marks_moved_within, marks_of
from messaging.live.threads import in_thread

if TYPE_CHECKING:
    from messaging.live.hub import Hub

Numbers = dict[Standing, int]


class Marks:
    """What this process has told of marks, in the circles that are watched here."""

    def __init__(self, hub: "Hub") -> None:
        self._hub = hub
        self._moved: dict[UUID, set[UUID]] = {}
        self._told: dict[UUID, dict[UUID, Numbers]] = {}
        self._since: dict[UUID, dt.datetime] = {}

    def begin(self, circle: UUID) -> None:
        """Somebody here begins to watch this circle: what was read before is asked of the API, not told (contract, promise 2)."""
        self._since.setdefault(circle, clock.now())

    def moved(self, circle: UUID, member: UUID) -> None:
        """A member's mark has moved; several moves before the next beat are one."""
        if circle in self._hub.rooms:
            self._moved.setdefault(circle, set()).add(member)

    def forget(self, circle: UUID) -> None:
        """Nobody watches this circle here any more."""
        waiting: tuple[dict[UUID, Any], ...] = (self._told, self._moved, self._since)
        for kept in waiting:
            kept.pop(circle, None)

    async def flush(self) -> None:
        """Tells what has moved since the last beat."""
        if not self._moved:
            return
        members = [member for moved in self._moved.values() for member in moved]
        self._moved = {}
        for mark in await in_thread(marks_of, members):
            self._tell(mark)

    async def heal(self) -> None:
        """Tells what moved in the last minute and was not heard of here."""
        if self._hub.rooms:
            for mark in await in_thread(marks_moved_within, list(self._hub.rooms), 60.0):
                self._tell(mark)

    def _tell(self, mark: ReadMark) -> None:
        member = mark.membership
        room = self._hub.rooms.get(member.circle_id)
        if not room:
            return
        told = self._told.setdefault(member.circle_id, {})
        before = told.get(member.pk)
        since = self._since[member.circle_id]
        told[member.pk] = {standing: mark.told(standing)[0] for standing in Standing}
        for reader, watches in room.items():
            number, at = mark.told(reader.standing)
            # Not heard of before: told is only what passed a line that this standing sees since somebody here watches.
            news = number > before[reader.standing] if before else at is not None and at >= since
            if news and number >= reader.first:
                receipt = {"member": str(member.pk), "seq": number, "at": rfc3339(at)}
                for watch in list(watches):
                    watch.socket.outlet.send_marks(member.circle_id, {str(member.pk): receipt})

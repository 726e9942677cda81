"""Read marks on their way to the screens: the newest per member, to each standing only what it may know."""
from typing import TYPE_CHECKING
from uuid import UUID

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

    def moved(self, circle: UUID, member: UUID) -> None:
        """A member's mark has moved; several moves before the next beat are one."""
        if circle in self._hub.rooms:
            self._moved.setdefault(circle, set()).add(member)

    def forget(self, circle: UUID) -> None:
        """Nobody watches this circle here any more."""
        self._told.pop(circle, None)
        self._moved.pop(circle, None)

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
        own_at = mark.told(member.stands)[1]
        told[member.pk] = {standing: mark.told(standing)[0] for standing in Standing}
        for reader, watches in room.items():
            number, at = mark.told(reader.standing)
            # Not heard of before: the move that rang is told only to the standings that it concerned, whose time it bears.
            news = number > before[reader.standing] if before else at is not None and at == own_at
            if news and number >= reader.first:
                receipt = {"member": str(member.pk), "seq": number, "at": rfc3339(at)}
                for watch in list(watches):
                    watch.socket.outlet.send_marks(member.circle_id, {str(member.pk): receipt})

"""The bell: says to this process's hub, and to other processes, that a circle has moved. It only rings; nothing rests on it.

Within a process it is a direct call. Across processes: on SQLite `PRAGMA data_version`, which tells of other processes'
commits; with `REDIS_URL` one pub/sub channel for all circles. What it misses the hub's heartbeat heals.
"""
import datetime as dt
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from foundation.ids import parse
from messaging.feed.models import FeedHead
from messaging.feed.services import ring_with
from messaging.live.hub import Hub, hub
from messaging.live.services import tell_moved_marks
from people.circles.enums import Audience

if TYPE_CHECKING:
    from messaging.live.broker import Broker

_RECENT_S = 3.0
_TOUCHED = f"SELECT feed, care FROM {FeedHead._meta.db_table} WHERE touched_at >= ?"  # noqa: S608  -- a table's name


class Bell:
    """Rings the local hub, and the other processes where there is a way."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._broker = self._find_broker()
        self._listening = False

    def _find_broker(self) -> "Broker | None":
        if not settings.REDIS_URL:
            return None
        from messaging.live.broker import Broker  # late: a start without Redis need not read its client, a tenth of all imports

        return Broker(settings.REDIS_URL, self)

    def hang(self) -> None:
        """Registers with the feed and the read marks."""
        ring_with(self.ring)
        tell_moved_marks(self.mark_moved)

    def listen(self) -> None:
        """Starts hearing other processes, in a process that has a hub with sockets."""
        if self._listening:
            return
        self._listening = True
        if self._broker:
            self._broker.listen()
        elif str(settings.DATABASES["default"]["ENGINE"]).endswith("sqlite3"):
            self._watch_file(str(settings.DATABASES["default"]["NAME"]))

    def ring(self, feed: UUID) -> None:
        """A feed has moved: called after the commit, in whatever thread it was."""
        self._local(self._hub.rung, feed)
        self._publish({"feed": str(feed)})

    def mark_moved(self, circle: UUID, member: UUID) -> None:
        """A read mark has moved."""
        self._local(self._hub.marks.moved, circle, member)
        self._publish({"mark": [str(circle), str(member)]})

    def typing(self, circle: UUID, member: UUID, audience: Audience) -> None:
        """Somebody types."""
        self._local(self._hub.typing, circle, member, audience.readers)
        self._publish({"typing": [str(circle), str(member), audience.value]})

    def heard(self, message: dict[str, Any]) -> None:
        """Something that another process rang; ids and codes only. What does not parse is dropped."""
        feed, mark, typing = message.get("feed"), message.get("mark"), message.get("typing")
        if feed and (feed_id := parse(feed)):
            self._local(self._hub.rung, feed_id)
        elif mark and len(mark) == 2 and (circle := parse(mark[0])) and (member := parse(mark[1])):
            self._local(self._hub.marks.moved, circle, member)
        elif typing and len(typing) == 3 and typing[2] in set(Audience) and (circle := parse(typing[0])) and (member := parse(typing[1])):
            self._local(self._hub.typing, circle, member, Audience(typing[2]).readers)

    def came_back(self) -> None:
        """The broker answers again: what was rung meanwhile is asked of the database at once."""
        self._local(lambda: self._hub.spawn(self._hub.heal()))

    def _local(self, call: Any, *args: Any) -> None:
        loop = self._hub.loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(call, *args)

    def _publish(self, message: dict[str, Any]) -> None:
        if self._broker:
            self._broker.publish(message)

    def _watch_file(self, path: str) -> None:
        eye = sqlite3.connect(f"{Path(path).absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        seen = None

        async def look() -> None:
            """Polls SQLite's data version (microseconds a call), and asks for the heads just touched when it moves.

            By the same eye, an index look-up in the loop: a thread and the ORM would cost fifty times that, twenty times a second.
            """
            nonlocal seen
            version = eye.execute("PRAGMA data_version").fetchone()[0]
            if version != seen:
                since = connection.ops.adapt_datetimefield_value(timezone.now() - dt.timedelta(seconds=_RECENT_S))
                for feed, position in eye.execute(_TOUCHED, [str(since)]).fetchall():
                    if self._hub.is_behind(UUID(feed), position):
                        self._hub.rung(UUID(feed))
            seen = version

        self._hub.spawn(self._hub.beat(settings.BELL_POLL_S, look))


bell = Bell(hub)

"""The bell: says to this process's hub, and to other processes, that a circle has moved. It only rings; nothing rests on it.

Within a process it is a direct call. Across processes: on SQLite `PRAGMA data_version`, which tells of other processes'
commits; with `REDIS_URL` one pub/sub channel for all circles. What it misses the hub's heartbeat heals.
"""
import asyncio
import json
import logging
import os
import sqlite3
import threading
import time
from typing import Any
from uuid import UUID

import redis
from django.conf import settings

from foundation.ids import parse
from messaging.feed.queries import touched_within
from messaging.feed.services import ring_with
from messaging.live.hub import Hub, hub
from messaging.live.services import tell_moved_marks
from messaging.live.threads import in_thread
from people.circles.enums import Audience

log = logging.getLogger("cercle.bell")
_CHANNEL = "cercle:bell:1"
_SELF = f"{os.getpid()}-{os.urandom(4).hex()}"
_RECENT_S = 3.0


class Bell:
    """Rings the local hub, and the other processes where there is a way."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._broker = Broker(settings.REDIS_URL, self) if settings.REDIS_URL else None
        self._listening = False

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
            self._hub.spawn(self._watch_file(str(settings.DATABASES["default"]["NAME"])))

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
            self._broker.publish({**message, "from": _SELF})

    async def _watch_file(self, path: str) -> None:
        """Polls SQLite's data version (microseconds a call), and asks for the heads just touched when it moves."""
        with sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None) as eye:
            seen = None
            while True:
                await asyncio.sleep(settings.BELL_POLL_S)
                version = eye.execute("PRAGMA data_version").fetchone()[0]
                if version != seen and self._hub.sockets:
                    for feed, position in await in_thread(touched_within, _RECENT_S):
                        if self._hub.is_behind(feed, position):
                            self._hub.rung(feed)
                seen = version


class Broker:
    """Redis pub/sub through two threads, which never make a writer wait and outlive any outage."""

    def __init__(self, url: str, bell: Bell) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2, health_check_interval=10)
        self._bell = bell
        self._waiting: dict[str, None] = {}  # a set in order: a circle that rings twice before it leaves rings once
        self._some = threading.Condition()
        self._publisher: threading.Thread | None = None

    def publish(self, message: dict[str, Any]) -> None:
        """Leaves a message to be sent; returns at once whatever Redis does."""
        with self._some:
            if self._publisher is None or not self._publisher.is_alive():  # also after a fork
                self._publisher = threading.Thread(target=self._publish, name="bell-out", daemon=True)
                self._publisher.start()
            self._waiting[json.dumps(message)] = None
            self._some.notify()

    def _publish(self) -> None:
        while True:
            with self._some:
                while not self._waiting:
                    self._some.wait()
                messages, self._waiting = list(self._waiting), {}
            try:
                with self._redis.pipeline(transaction=False) as pipe:
                    for message in messages:
                        pipe.publish(_CHANNEL, message)
                    pipe.execute()
            except (redis.RedisError, OSError) as error:  # the heartbeat heals what is lost here
                log.warning("bell does not ring: %s", type(error).__name__)
                time.sleep(0.5)

    def listen(self) -> None:
        """Starts the hearing thread."""
        threading.Thread(target=self._listen, name="bell-in", daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                with self._redis.pubsub(ignore_subscribe_messages=True) as channel:  # type: ignore[no-untyped-call]
                    channel.subscribe(_CHANNEL)
                    self._bell.came_back()
                    while True:
                        message = channel.get_message(timeout=5)
                        if message is not None:
                            self._hear(message["data"])
            except (redis.RedisError, OSError) as error:
                log.warning("bell is deaf: %s", type(error).__name__)
                time.sleep(0.5)

    def _hear(self, data: bytes) -> None:
        try:
            message = json.loads(data)
        except ValueError:
            return
        if isinstance(message, dict) and message.get("from") != _SELF:
            self._bell.heard(message)


bell = Bell(hub)

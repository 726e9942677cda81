"""The bell between processes on several machines: Redis pub/sub, which may be down, restarted or emptied at any time."""
import json
import logging
import os
import threading
import time
from typing import Any, Protocol

import redis

log = logging.getLogger("cercle.bell")
_CHANNEL = "cercle:bell:1"
_SELF = f"{os.getpid()}-{os.urandom(4).hex()}"


class Listener(Protocol):
    """Who wants to know."""

    def heard(self, message: dict[str, Any]) -> None:
        """Another process rang."""

    def came_back(self) -> None:
        """Listening began, or began again: rings may have been missed."""


class Broker:
    """Redis pub/sub through two threads, which never make a writer wait and outlive any outage."""

    def __init__(self, url: str, bell: Listener) -> None:
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
            self._waiting[json.dumps({**message, "from": _SELF})] = None
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
                log.warning("bell.mute error=%s", type(error).__name__)
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
                log.warning("bell.deaf error=%s", type(error).__name__)
                time.sleep(0.5)

    def _hear(self, data: bytes) -> None:
        try:
            message = json.loads(data)
        except ValueError:
            return
        if isinstance(message, dict) and message.get("from") != _SELF:
            self._bell.heard(message)

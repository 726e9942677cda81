"""The socket. It parses, dispatches and closes; what it hears of a client never waits, what it says goes through the outlet."""
import asyncio
import logging
from collections import deque
from typing import Any, ClassVar
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.utils import translation

from foundation.errors import CercleError, NotFound
from foundation.http import Bucket
from messaging.live import operations, protocol
from messaging.live.bell import bell
from messaging.live.handshake import Caller, headers_of, identify, origin_allowed
from messaging.live.hub import hub
from messaging.live.outlet import Outlet, PlainSend
from messaging.live.protocol import NOT_SIGNED_IN, SUBPROTOCOL, TOO_FAST, TOO_LARGE
from messaging.live.threads import in_thread
from messaging.live.watch import Watch

log = logging.getLogger("cercle.live")
_FRAMES = Bucket(per_minute=2400, burst=400)  # the contract: nothing bites below 20 a second
_MOST_WAITING = 1000
_MOST_SOCKETS = 100  # of one person


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]
    """One device's socket for all its circles."""

    channel_layer_alias = None  # the bell rings the hub; no channel layer carries anything
    handlers: ClassVar[dict[str, str]] = {
        "websocket.connect": "_connect", "websocket.receive": "_receive", "websocket.disconnect": "_disconnect",
    }  # fmt: skip

    person: UUID
    session: UUID
    site_seen: int
    outlet: Outlet

    async def dispatch(self, message: dict[str, Any]) -> None:
        """An allow-list of types; nothing hops into a thread that does not need one (performance.md, step 1)."""
        handler = self.handlers.get(message["type"])
        if handler is not None:
            await getattr(self, handler)(message)

    # Opening and closing ----------------------------------------------------------------------------------------

    async def _connect(self, message: dict[str, Any]) -> None:
        self.watches: dict[UUID, Watch] = {}
        self._closed = False
        self._waiting: deque[dict[str, Any]] = deque()
        self._working = False
        self._caller: Caller | None = None
        headers = headers_of(self.scope)
        if not origin_allowed(headers):
            await self.base_send({"type": "websocket.close", "code": protocol.NO_RIGHT})
            return
        await hub.ready()
        bell.listen()
        caller = await in_thread(identify, headers)
        subprotocol = SUBPROTOCOL if SUBPROTOCOL in self.scope.get("subprotocols", []) else None
        await self.base_send({"type": "websocket.accept", "subprotocol": subprotocol})
        direct = self.scope.get("extensions", {}).get("cercle.write")
        self.outlet = Outlet(direct or PlainSend(self.base_send), self._freed)
        if caller is None:
            self.close_with(NOT_SIGNED_IN)
            return
        self.person, self.session, self.site_seen, self._caller = caller.person, caller.session, caller.site_seen, caller
        if len(hub.sockets.get(self.person, ())) >= _MOST_SOCKETS and settings.LIMITS:
            self.close_with(TOO_FAST)
            return
        hub.add(self)
        if not self._closed and (hear := self.scope.get("extensions", {}).get("cercle.hear")):
            hear(self._hear)

    async def _disconnect(self, message: dict[str, Any]) -> None:
        self._gone()
        raise StopConsumer

    def _gone(self) -> None:
        self._closed = True
        if self._caller is not None:
            hub.remove(self)
            self._caller = None

    def close_with(self, code: int) -> None:
        """Closes without waiting; nothing is sent after it."""
        if not self._closed:
            self._gone()
            hub.spawn(self.base_send({"type": "websocket.close", "code": code}))

    def _freed(self) -> None:
        hub.freed(self)

    # Hearing ------------------------------------------------------------------------------------------------------

    async def _receive(self, message: dict[str, Any]) -> None:
        self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        """Never waits: counts, parses, answers at once or leaves work for the one task of this socket."""
        if self._closed or self._caller is None:
            return
        text = message.get("text")
        if text is None or len(text) > protocol.LONGEST_FRAME or len(text.encode()) > protocol.LONGEST_FRAME:
            self.close_with(TOO_LARGE)
            return
        try:
            frame = protocol.parse_frame(text)
        except CercleError as error:
            self._count()
            self._refuse(None, error)
            return
        if frame["op"] == "got":
            n = frame.get("n")
            if isinstance(n, int) and not isinstance(n, bool):
                self.outlet.confirm(n)
            return
        self._count()
        if frame["op"] == "ping":
            self._say(protocol.answer(protocol.ref_of(frame)))
        else:
            self._queue(frame)

    def _count(self) -> None:
        if settings.LIMITS and _FRAMES.take(id(self)):
            self.close_with(TOO_FAST)

    def _queue(self, frame: dict[str, Any]) -> None:
        if len(self._waiting) >= _MOST_WAITING:
            self.close_with(TOO_FAST)
            return
        self._waiting.append(frame)
        if not self._working and not self._closed:
            self._working = True
            hub.spawn(self._work())

    async def _work(self) -> None:
        """One operation after another, in the order in which they came."""
        try:
            while self._waiting and not self._closed:
                frame = self._waiting.popleft()
                try:
                    await self._operate(frame, protocol.ref_of(frame))
                except CercleError as error:
                    self._refuse(protocol.ref_of(frame), error)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # one frame's failure closes nobody's socket
                    log.error("operation failed: %s", type(error).__name__)
                    self._refuse(protocol.ref_of(frame), CercleError("http.failure", "Try again."))
        finally:
            self._working = False

    async def _operate(self, frame: dict[str, Any], ref: int | str | None) -> None:
        caller = self._caller
        if caller is None:
            return
        if frame["op"] == "watch":
            self._watch(await in_thread(operations.begin_watch, caller, frame), ref)
        elif frame["op"] == "read":
            self._say(protocol.answer(ref, **await in_thread(operations.move_mark, caller, frame)))
        elif frame["op"] == "unwatch":
            watch = self.watches.get(operations.circle_of(frame) or UUID(int=0))
            if watch is not None:
                hub.unwatch(watch)
            self._say(protocol.answer(ref))
        else:
            self._type(frame, ref)

    def _watch(self, watching: operations.Watching, ref: int | str | None) -> None:
        if self._closed:
            return
        member, circle = watching.membership, watching.membership.circle_id
        self._say(protocol.answer(ref, **watching.answer))
        if watching.reset:
            if circle in self.watches:
                hub.unwatch(self.watches[circle])
            self.outlet.send(protocol.event("reset", circle=str(circle)))
            return
        watch = Watch(self, circle, member.pk, watching.reader, watching.cursor, member.__dict__["until"])
        hub.watch(watch, member.circle.head.care, at_head=watching.cursor == member.head_number)

    def _type(self, frame: dict[str, Any], ref: int | str | None) -> None:
        """Typing asks no database: whoever watches has been let in by the door and is put out by the hub."""
        watch = self.watches.get(operations.circle_of(frame) or UUID(int=0))
        if watch is None:
            raise NotFound
        bell.typing(watch.circle, watch.membership, operations.audience_to_type(frame, watch.reader))
        self._say(protocol.answer(ref))

    # Saying ---------------------------------------------------------------------------------------------------------

    def _say(self, frame: bytes) -> None:
        if not self._closed:
            self.outlet.say(frame)

    def _refuse(self, ref: int | str | None, error: CercleError) -> None:
        with translation.override(self._caller.language if self._caller else None):
            self._say(protocol.refusal(ref, error))

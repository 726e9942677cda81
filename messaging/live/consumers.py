"""The socket. It parses, dispatches and closes; what it hears of a client never waits, what it says goes through the outlet."""
import asyncio
import logging
from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.conf import settings
from django.utils import translation

from foundation.errors import CercleError, NotFound
from foundation.limits import Bucket
from messaging.live import operations, protocol
from messaging.live.bell import bell
from messaging.live.gathering import Gathered
from messaging.live.handshake import Caller, Headers, headers_of, identify_each, origin_allowed
from messaging.live.hub import hub
from messaging.live.outlet import Outlet, PlainSend
from messaging.live.protocol import NOT_SIGNED_IN, SUBPROTOCOL, TOO_FAST, TOO_LARGE
from messaging.live.threads import in_thread
from messaging.live.watch import Watch

log = logging.getLogger("cercle.live")
_FRAMES = Bucket(per_minute=2400, burst=400)  # the contract: nothing bites below 20 a second
_FRAMES_OF_WARY = Bucket(per_minute=2400, burst=60)  # of a device whose socket was cut within a minute: coming back is no new beginning
_CUTS = Bucket(per_minute=1, burst=1)
_MOST_WAITING, _MOST_WAITING_BYTES = 1000, 192 * 1024  # of one socket; parsed they weigh a few times that
_MOST_SOCKETS = 100  # of one person
A = TypeVar("A")
Asked = asyncio.Future[operations.Watching | Exception]
Waiting = tuple[dict[str, Any], Asked | None, int]
_callers: Gathered[Headers, Caller | None] = Gathered(identify_each)
_watchings: Gathered[tuple[Caller, dict[str, Any]], operations.Watching] = Gathered(operations.begin_watches)


def _unless_wrong(answer: A | Exception) -> A:
    """An answer. Raises what was given in its place."""
    if isinstance(answer, Exception):
        raise answer
    return answer


class LiveConsumer(AsyncConsumer):  # type: ignore[misc]
    """One device's socket for all its circles."""

    frames = _FRAMES
    channel_layer_alias = None  # the bell rings the hub; no channel layer carries anything
    handlers: ClassVar[dict[str, str]] = {
        "websocket.connect": "_connect", "websocket.receive": "_receive", "websocket.disconnect": "_disconnect",
    }  # fmt: skip

    scope: Any
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
        self._waiting: deque[Waiting] | None = None
        self._waiting_bytes = 0
        self._working = False
        self._caller: Caller | None = None
        headers = headers_of(self.scope)
        if not origin_allowed(headers):
            await self.base_send({"type": "websocket.close", "code": protocol.NO_RIGHT})
            return
        await hub.ready()
        bell.listen()
        caller = _unless_wrong(await _callers.ask(headers))
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
        if _CUTS.wait(self.session):
            self.frames = _FRAMES_OF_WARY
        hub.add(self)
        settle = self.scope.get("extensions", {}).get("cercle.settle")
        if settle is not None and not self._closed:
            self._leave_loop(settle)

    def _leave_loop(self, settle: Callable[..., None]) -> None:
        """Our server calls for whatever comes: the application's tasks, queue and scope are let go, which is most of a socket's weight."""
        self.scope = None
        settle(self._hear, self._gone)
        raise StopConsumer

    async def _disconnect(self, message: dict[str, Any]) -> None:
        self._gone()
        raise StopConsumer

    def _gone(self) -> None:
        self._closed = True
        if self._caller is not None:
            hub.remove(self)
            self.frames.forget(id(self))
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
            self._queue(frame, len(text))

    def _count(self) -> None:
        if settings.LIMITS and self.frames.take(id(self)):
            _CUTS.take(self.session)
            self.close_with(TOO_FAST)

    def _queue(self, frame: dict[str, Any], size: int) -> None:
        if self._waiting is None:
            self._waiting = deque()
        self._waiting_bytes += size
        too_many = len(self._waiting) >= _MOST_WAITING or self._waiting_bytes > _MOST_WAITING_BYTES
        if self._closed or self._caller is None or too_many:
            self.close_with(TOO_FAST)
            return
        # A watch is asked for at once, with those of other sockets; what it answers still takes its turn.
        self._waiting.append((frame, _watchings.ask((self._caller, frame)) if frame["op"] == "watch" else None, size))
        if not self._working:
            self._working = True
            hub.spawn(self._work())

    async def _work(self) -> None:
        """One operation after another, in the order in which they came."""
        try:
            while self._waiting and not self._closed:
                frame, asked, size = self._waiting.popleft()
                self._waiting_bytes -= size
                try:
                    await self._operate(frame, protocol.ref_of(frame), asked)
                except CercleError as error:
                    self._refuse(protocol.ref_of(frame), error)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # one frame's failure closes nobody's socket
                    log.error("live.operation_failed error=%s", type(error).__name__)
                    self._refuse(protocol.ref_of(frame), CercleError("http.failure", "Try again."))
        finally:
            self._working, self._waiting = False, None

    async def _operate(self, frame: dict[str, Any], ref: int | str | None, asked: Asked | None) -> None:
        caller = self._caller
        if caller is None:
            return
        if asked is not None:
            self._watch(_unless_wrong(await asked), ref)
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

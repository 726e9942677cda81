"""Our small server around Daphne: what it lacks (security.md, F9 to F11; house.md, "Known traps").

- a direct way to the transport, so that an event costs a few microseconds instead of a message's whole journey,
- an end that lets writes finish and tells sockets to come back,
- no `Daphne-Root-Path` from strangers,
- bodies that rest nowhere plain, and answers no faster than they are read (`requests.py`).

Under any other ASGI server everything works through plain `send`.
"""
import asyncio
import struct
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from daphne.server import Server
from daphne.ws_protocol import WebSocketProtocol
from twisted.internet import defer

from messaging.live.bell import bell
from messaging.live.hub import hub
from messaging.live.protocol import LONGEST_FRAME, RESTARTING
from messaging.live.requests import SealedRequest

_DRAIN_S = 20.0
_TEXT_FRAME = 0x81


class LiveProtocol(WebSocketProtocol):  # type: ignore[misc]
    """Daphne's protocol; a malformed Origin is refused like a foreign one, and frames reach a listener without a queue and a task."""

    hear: Callable[[dict[str, Any]], None] | None = None

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803  -- autobahn's names
        """Straight to the consumer once it listens, else Daphne's way. A thousand screens confirm a thousand times a second."""
        if self.hear is None or self.muted:
            super().onMessage(payload, isBinary)
            return
        self.last_ping = time.time()  # as Daphne does: who speaks need not be asked whether they live
        self.hear({"bytes": payload} if isBinary else {"text": payload.decode()})

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:  # noqa: N802, N803  -- autobahn's names
        """403 where the fault is the Origin's (contract), else autobahn's own code."""
        super().failHandshake(reason, 403 if "Origin" in reason else code, responseHeaders)


class LiveServer(Server):  # type: ignore[misc]
    """Daphne with a handle for direct sends, and a graceful end."""

    def __init__(self, application: Any, **options: Any) -> None:
        options.setdefault("websocket_max_message_size", 2 * LONGEST_FRAME)  # a little over is told 4413, far over is cut
        options.setdefault("websocket_max_frame_size", 2 * LONGEST_FRAME)
        options.setdefault("server_name", "cercle")
        options.setdefault("verbosity", 0)
        super().__init__(application, ready_callable=self._with_our_protocol, **options)

    def _with_our_protocol(self) -> None:
        self.ws_factory.protocol = LiveProtocol
        self.http_factory.buildProtocol = with_our_requests(self.http_factory.buildProtocol)
        asyncio.get_event_loop().call_soon(self._begin_hearing)

    def _begin_hearing(self) -> None:
        """With the first turn of the loop: a process hears of destroyed keys also while nobody has a socket here."""
        hub.spawn(begin_hearing())

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Daphne's own, with the socket's direct write and hearing in the scope, or the request's sealed body and pace."""
        scope["root_path"] = ""
        if scope["type"] == "websocket":
            scope["extensions"] = {"cercle.write": direct_write(protocol), "cercle.hear": partial(setattr, protocol, "hear")}
        else:
            scope["extensions"] = {"cercle.body": protocol.take_body(), "cercle.pace": protocol.pace}
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Any:
        """At the end: no new connections, sockets told to come back, writes finished, then the rest."""
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._drain()))

    async def _drain(self) -> None:
        for listener in self.listeners:
            port = getattr(listener, "result", None)
            if port is not None:
                port.stopListening()
        hub.close_all(RESTARTING)
        end = asyncio.get_running_loop().time() + _DRAIN_S
        while self._unfinished() and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110  -- Daphne has no event for it
            await asyncio.sleep(0.05)
        for protocol in [protocol for protocol, details in self.connections.items() if "application_instance" not in details]:
            del self.connections[protocol]  # a body still on its way: Daphne would stumble over it
        super().kill_all_applications()

    def _unfinished(self) -> bool:
        """Whether an HTTP request is still being answered."""
        return any(
            not details["application_instance"].done()
            for protocol, details in self.connections.items()
            if getattr(protocol, "application_type", "http") == "http" and "application_instance" in details
        )


async def begin_hearing() -> None:
    """The hub at work and the bell listened to. Where the database is away, the first socket tries again."""
    await hub.ready()
    bell.listen()


def with_our_requests(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A factory's way to make a connection, so that its requests are ours."""

    def connection(address: Any) -> Any:
        protocol = build(address)
        protocol.requestFactory = SealedRequest
        return protocol

    return connection


def direct_write(protocol: Any) -> Callable[[bytes], None]:
    """A function that puts a text frame on the wire: straight to the socket when nothing waits, else to Twisted's buffer."""

    def write(payload: bytes) -> None:
        if protocol.state != protocol.STATE_OPEN:
            return
        transport, frame = protocol.transport, header(len(payload)) + payload
        idle = not getattr(transport, "_tempDataBuffer", True) and transport.offset == len(transport.dataBuffer)
        if idle and not transport.disconnecting:
            try:
                sent = transport.socket.send(frame)
            except OSError:  # full, or gone: Twisted's buffer knows what to do with either
                sent = 0
            if sent == len(frame):
                return
            frame = frame[sent:]
        transport.write(frame)

    return write


def header(size: int) -> bytes:
    """The header of an unfragmented, unmasked text frame (RFC 6455, 5.2)."""
    if size < 126:
        return bytes((_TEXT_FRAME, size))
    if size < 65536:
        return struct.pack("!BBH", _TEXT_FRAME, 126, size)
    return struct.pack("!BBQ", _TEXT_FRAME, 127, size)

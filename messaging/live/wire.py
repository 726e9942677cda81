"""The socket's protocol: Daphne's and autobahn's, with a short way for what happens all the time, and little of it left once it is open.

A protocol of theirs weighs a dozen KiB: a hundred members of its own, most of them about a handshake that is over or the same for
everybody. What is the same stands on the class here, what is over is let go (docs/adr/0037).
"""
import socket
import time
from collections import deque
from collections.abc import Callable
from types import FunctionType, SimpleNamespace
from typing import Any, ClassVar

import autobahn.twisted.websocket
import autobahn.websocket.protocol
from daphne.ws_protocol import WebSocketProtocol

from messaging.live.frames import header, whole_texts
from messaging.live.protocol import LONGEST_FRAME
from messaging.live.unyielding import Unyielding

Hear = Callable[[dict[str, Any]], None]

# autobahn words its debug lines whether anybody reads them or not: half of what a handshake cost.
for _module in (autobahn.websocket.protocol, autobahn.twisted.websocket):
    for _wording in ("pformat", "hltype", "hlval"):
        if hasattr(_module, _wording):
            setattr(_module, _wording, lambda *_args, **_kwargs: "")

_OVER = {
    "_raw_query_string", "_transport_details", "_wskey", "application_deferred", "application_queue", "clean_headers", "http_headers",
    "http_request_data", "http_request_host", "http_request_params", "http_request_path", "http_request_uri", "http_response_data",
    "http_status_line", "is_open", "path", "peer", "protocol_to_accept", "request", "root_path", "server_addr", "trafficStats",
    "websocket_extensions", "websocket_extensions_in_use", "websocket_origin", "websocket_protocol_in_use", "websocket_protocols",
    "websocket_version", "_results", "_valid_events", "client_addr",
}  # fmt: skip


class LiveProtocol(WebSocketProtocol):  # type: ignore[misc]
    """A malformed Origin is refused like a foreign one, and frames reach a listener without a queue and a task."""

    hear: Hear | None = None
    gone: Callable[[], None] | None = None

    # What an open socket is asked for that is over or alike for all; a socket's own value stands before it.
    request: Any = SimpleNamespace(path="/ws/v1/")
    path = b"/ws/v1/"
    peer = ""
    client_addr: Any = None
    websocket_version = 13
    websocket_extensions_in_use: Any = ()
    trafficStats: Any = SimpleNamespace(  # noqa: N815  -- autobahn's names; it counts there, and nobody reads it
        **vars(autobahn.websocket.protocol.TrafficStats())  # type: ignore[no-untyped-call]
    )
    send_queue: Any = deque()  # for pieces that are sent later, which this server never asks for
    _valid_events: ClassVar[Any] = ["message"]
    _results: ClassVar[Any] = {"message": None}
    data = b""
    current_frame: Any = None
    trackedTimings = wasNotCleanReason = localCloseCode = localCloseReason = remoteCloseCode = remoteCloseReason = None  # noqa: N815
    openHandshakeTimeoutCall = closeHandshakeTimeoutCall = autoPingTimeoutCall = autoPingPending = autoPingPendingCall = None  # noqa: N815
    autoPingPendingSent = _perMessageCompress = None  # noqa: N815
    wasMaxFramePayloadSizeExceeded = wasMaxMessagePayloadSizeExceeded = wasServerConnectionDropTimeout = False  # noqa: N815
    wasOpenHandshakeTimeout = wasCloseHandshakeTimeout = wasServingFlashSocketPolicyFile = wasClean = False  # noqa: N815
    triggered = closedByMe = failedByMe = droppedByMe = inside_message = False  # noqa: N815
    send_state = autoPingPendingSeq = 0  # noqa: N815

    # While it opens ------------------------------------------------------------------------------------------------

    def failHandshake(self, reason: str, code: int = 400, responseHeaders: Any = None) -> None:  # noqa: N802, N803  -- autobahn's names
        """403 where the fault is the Origin's (contract), else autobahn's own code."""
        super().failHandshake(reason, 403 if "Origin" in reason else code, responseHeaders)

    def serverClose(self, code: int | None = None) -> None:  # noqa: N802  -- Daphne's name
        """With any code: autobahn's own call takes 1012, which the contract says of a restart, for none."""
        self.sendCloseFrame(code=1000 if code is None else code)

    def settle(self, hear: Hear, gone: Callable[[], None]) -> None:
        """It is open: from now on frames go to `hear`, its end to `gone`, and what only the handshake needed is let go."""
        queue = self.application_queue
        mine, usual = vars(self), type(self)
        self.__dict__ = {
            name: value for name, value in mine.items() if name not in _OVER and not _is_usual(value, getattr(usual, name, self))
        }  # fmt: skip
        self.hear, self.gone = hear, gone
        self._take_transport()
        while not queue.empty():  # what came while it opened
            message = queue.get_nowait()
            if message["type"] == "websocket.receive":
                hear(message)
            elif message["type"] == "websocket.disconnect":
                gone()

    def _take_transport(self) -> None:
        """Twisted's channel, which read the handshake, is let go; whose buffer is full is read from no further, as by it."""
        transport = self.transport
        if getattr(transport, "producer", None) is not None:
            transport.unregisterProducer()
            transport.registerProducer(self, True)
        if type(getattr(transport, "socket", None)) is socket.socket:
            transport.socket.__class__ = Unyielding

    def pauseProducing(self) -> None:  # noqa: N802  -- Twisted's names
        """The client does not read: nothing more is heard of it until it does."""
        self.transport.pauseProducing()

    def resumeProducing(self) -> None:  # noqa: N802
        """It reads again."""
        self.transport.resumeProducing()

    def stopProducing(self) -> None:  # noqa: N802
        """The connection is lost."""

    # While it is open ----------------------------------------------------------------------------------------------

    def dataReceived(self, data: bytes) -> None:  # noqa: N802
        """Whole small text frames straight to the consumer; whatever else comes goes autobahn's way."""
        if self.hear is not None and not self.data and self.current_frame is None and not self.inside_message:
            texts, taken = whole_texts(data, LONGEST_FRAME)
            for text in texts:
                if self.muted or self.state != self.STATE_OPEN:
                    return
                self.last_ping = time.time()  # as Daphne does: who speaks need not be asked whether they live
                self.hear({"text": text})
            data = data[taken:]
        if data:
            super().dataReceived(data)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:  # noqa: N802, N803
        """Straight to the consumer once it listens, else Daphne's way."""
        if self.hear is None or self.muted:
            super().onMessage(payload, isBinary)
            return
        self.last_ping = time.time()
        self.hear({"bytes": payload} if isBinary else {"text": payload.decode()})

    def onClose(self, wasClean: bool, code: Any, reason: Any) -> None:  # noqa: N802, N803
        """Daphne's, and the consumer hears of it."""
        if self in self.server.connections:  # at the end of the process the server has forgotten it already
            super().onClose(wasClean, code, reason)
        gone, self.hear, self.gone = self.gone, None, None  # so that neither keeps the other
        if gone is not None:
            gone()

    def write(self, payload: bytes) -> None:
        """Puts a text frame on the wire: straight to the socket when nothing waits, else to Twisted's buffer."""
        if self.state != self.STATE_OPEN:
            return
        transport, frame = self.transport, header(len(payload)) + payload
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


def _is_usual(value: Any, usual: Any) -> bool:
    """Whether a member says what its class says anyway: an empty place, a mark that is not set."""
    return type(value) is type(usual) and (value is usual or (not value and not usual))


def alike_for_all(factory: Any) -> type[LiveProtocol]:
    """The protocol's class with the factory's options on it, which autobahn would copy to every socket."""
    options = {name: getattr(factory, name) for name in LiveProtocol.CONFIG_ATTRS}
    # A function on a class would be called with the socket as well: what judges an offer of compression, which every browser makes.
    plain = {name: staticmethod(option) if isinstance(option, FunctionType) else option for name, option in options.items()}
    return type("LiveProtocol", (LiveProtocol,), plain)

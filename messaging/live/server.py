"""Our small server around Daphne: what it lacks (security.md, F9 to F11; house.md, "Known traps").

- a direct way to the transport, so that an event costs a few microseconds instead of a message's whole journey,
- an end that lets writes finish and tells sockets to come back,
- no `Daphne-Root-Path` from strangers,
- bodies that rest nowhere plain, and answers no faster than they are read (`requests.py`).

Under any other ASGI server everything works through plain `send`.
"""
import asyncio
import gc
from collections.abc import Callable
from typing import Any

from daphne.server import Server
from django.conf import settings
from twisted.internet import defer

from foundation import ending
from messaging.live.bell import bell
from messaging.live.hub import hub
from messaging.live.protocol import LONGEST_FRAME, RESTARTING
from messaging.live.requests import SealedRequest
from messaging.live.wire import alike_for_all

_DRAIN_S = 20.0
_PATIENCE_S = 60


class LiveServer(Server):  # type: ignore[misc]
    """Daphne with a handle for direct sends, and a graceful end."""

    def __init__(self, application: Any, **options: Any) -> None:
        options.setdefault("websocket_max_message_size", 2 * LONGEST_FRAME)  # a little over is told 4413, far over is cut
        options.setdefault("websocket_max_frame_size", 2 * LONGEST_FRAME)
        # The request is whole when these begin to count: what they wait for is us. A crowd that comes back at once must not be sent away.
        options.setdefault("websocket_handshake_timeout", _PATIENCE_S)
        options.setdefault("websocket_connect_timeout", _PATIENCE_S)
        options.setdefault("server_name", "cercle")
        options.setdefault("verbosity", 0)
        super().__init__(application, ready_callable=self._with_our_protocol, **options)

    def _with_our_protocol(self) -> None:
        self.ws_factory.protocol = alike_for_all(self.ws_factory)
        self.http_factory.buildProtocol = with_our_requests(self.http_factory.buildProtocol)
        self.http_factory.log = _unsaid
        asyncio.get_event_loop().call_soon(self._begin_hearing)

    def _begin_hearing(self) -> None:
        """With the first turn of the loop: a process hears of destroyed keys also while nobody has a socket here."""
        hub.spawn(begin_hearing())
        gc.collect()
        gc.freeze()  # the house itself, 220,000 objects, is there to stay: looking through it would hold every screen up for 150 ms

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Daphne's own, with the socket's direct write and its settling in the scope, or the request's sealed body and pace."""
        scope["root_path"] = ""
        if scope["type"] == "websocket":
            scope["extensions"] = {"cercle.write": protocol.write, "cercle.settle": protocol.settle}
        else:
            scope["extensions"] = {"cercle.body": protocol.take_body(), "cercle.pace": protocol.pace}
        return super().create_application(protocol, scope)

    def kill_all_applications(self) -> Any:
        """At the end: no new connections, sockets told to come back, writes finished, then the rest."""
        ending.begin()
        return defer.Deferred.fromFuture(asyncio.ensure_future(self._drain()))

    async def _drain(self) -> None:
        end = asyncio.get_running_loop().time() + _DRAIN_S
        await asyncio.sleep(settings.LEAVE_S)  # whoever asks whether we are ready hears that we end; who comes meanwhile is served
        for listener in self.listeners:
            port = getattr(listener, "result", None)
            if port is not None:
                port.stopListening()
        leaving = asyncio.ensure_future(hub.close_all(RESTARTING))
        while (self._unfinished() or not leaving.done()) and asyncio.get_running_loop().time() < end:  # noqa: ASYNC110  -- Daphne has no event for it
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


def _unsaid(request: Any) -> None:
    """Twisted words a line of every request for a log that it then throws away: an address may be in it, and it costs 0.3 ms."""


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

"""What answers: pages and API through Django, sockets through Channels."""
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.signals import request_started
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import set_script_prefix, set_urlconf

from config.checks import refuse_unsafe_start
from config.guards import refuse_unguarded_start
from config.streaming import Streaming, headers_of
from foundation.errors import TooLarge
from foundation.hops import hop
from foundation.http import failure, problem, too_large
from foundation.vault.spool import SealedSpool
from messaging.live.requests import most_body
from messaging.live.routing import websocket_urlpatterns
from people.circles.attempts import begin_writing

refuse_unsafe_start()
refuse_unguarded_start()
begin_writing()


class RequestThreads(ASGIHandler):
    """Django's handler with one hop per request: from its signals to its closing, a request lives in one of a few lasting threads.

    The stock handler hops for each middleware, for the signals at both ends and for closing, and opens a thread for every
    request, so a database connection as well: 2.4 ms for an empty view (docs/performance.md). It also stops a view whose
    client hung up; here what was begun is finished, so that a post is never half answered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(max_workers=settings.REQUEST_THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """The synchronous chain."""
        super().load_middleware(is_async=False)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Reads the body, has the answer made in a thread, sends it."""
        body = (scope.get("extensions") or {}).get("cercle.body")  # our server has it sealed already
        try:
            body = body or await self.read_body(receive)
        except RequestAborted:
            return
        except TooLarge as error:
            await self.send_response(problem(error), send)
            return
        response: HttpResponseBase = await self._in_thread(self._answer, scope, body)
        if not response.streaming:
            await self.send_response(response, send)
            return
        try:
            await self._stream(response, scope, receive, send)
        finally:
            await self._in_thread(response.close)

    async def read_body(self, receive: Any) -> Any:
        """As Django's, into a sealed spool. Raises TooLarge, RequestAborted."""
        body = SealedSpool()
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                body.close()
                raise RequestAborted
            if body.write(message.get("body", b"")) and body.size > most_body():
                body.close()
                raise too_large()
            if not message.get("more_body", False):
                body.seek(0)
                return body

    async def _stream(self, response: Any, scope: Any, receive: Any, send: Any) -> None:
        if response.is_async:
            await self.send_response(response, send)
            return
        start = {"type": "http.response.start", "status": response.status_code, "headers": headers_of(response)}
        try:
            await Streaming(scope, receive, send, self._in_thread).run(start, iter(response.streaming_content))
        except Exception as error:
            await self.send_response(failure(error), send)

    def _in_thread(self, work: Callable[..., Any], *args: Any) -> Any:
        return hop(self._threads, work, *args)

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        set_urlconf(settings.ROOT_URLCONF)
        request_started.send(sender=self.__class__, scope=scope)  # which closes connections that have grown too old
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        response._resource_closers.append(body.close)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size  # 64 KiB
        if not response.streaming:
            response.close()  # its content stays readable; request_finished goes out here
        return cast(HttpResponseBase, response)


class NoSocketHere:
    """A path that is no socket is refused at the handshake."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.close", "code": 4404})


class Sockets:
    """The socket's routes; whatever else is asked for is refused instead of raising."""

    def __init__(self) -> None:
        self._router = URLRouter(websocket_urlpatterns)
        self._elsewhere = NoSocketHere()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self._router if scope["path"] == "/ws/v1/" else self._elsewhere
        await app(scope, receive, send)


application = ProtocolTypeRouter({"http": RequestThreads(), "websocket": Sockets()})

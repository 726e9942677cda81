"""What answers: pages and API through Django, sockets through Channels."""
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import IO, Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from asgiref.sync import sync_to_async
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
        try:
            body = await self.read_body(receive)
        except RequestAborted:
            return
        response: HttpResponseBase = await self._in_thread(self._answer)(scope, body)
        try:
            await self.send_response(response, send)
        finally:
            if response.streaming:
                await self._in_thread(response.close)()

    def _in_thread(self, work: Callable[..., Any]) -> Any:
        return sync_to_async(work, thread_sensitive=False, executor=self._threads)

    def _answer(self, scope: Any, body: IO[bytes]) -> HttpResponseBase:
        set_script_prefix(get_script_prefix(scope))
        set_urlconf(settings.ROOT_URLCONF)
        request_started.send(sender=self.__class__, scope=scope)  # which closes connections that have grown too old
        request, refusal = self.create_request(scope, body)
        response: Any = refusal if request is None else self.get_response(request)
        response._handler_class = self.__class__
        response._resource_closers.append(body.close)
        if isinstance(response, FileResponse):
            response.block_size = self.chunk_size
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

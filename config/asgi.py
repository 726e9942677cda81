"""What answers: pages and API through Django, sockets through Channels."""
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup(set_prefix=False)

from asgiref.sync import sync_to_async
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.core.handlers.asgi import ASGIHandler
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponseBase
from django.urls import set_urlconf

from config.checks import refuse_unsafe_start
from config.guards import refuse_unguarded_start
from messaging.live.routing import websocket_urlpatterns

refuse_unsafe_start()
refuse_unguarded_start()


class RequestThreads(ASGIHandler):
    """Django's handler with one hop per request: the whole chain of middleware and view runs in one of a few lasting threads.

    The stock handler hops for each middleware and opens a thread, so a database connection, per request: 2.4 ms for an
    empty view (performance.md).
    """

    def __init__(self) -> None:
        super().__init__()
        self._threads = ThreadPoolExecutor(max_workers=settings.REQUEST_THREADS, thread_name_prefix="request")

    def load_middleware(self, is_async: bool = False) -> None:
        """The synchronous chain."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The response, made in one of the threads."""
        answer: Any = sync_to_async(self._answer, thread_sensitive=False, executor=self._threads)
        response: HttpResponseBase = await answer(request)
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        close_old_connections()
        set_urlconf(settings.ROOT_URLCONF)
        try:
            return self.get_response(request)
        finally:
            close_old_connections()


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

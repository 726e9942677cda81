"""Daphne serves this: one WebSocket route."""

import os

from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.tutorial.settings")
http = get_asgi_application()  # loads the apps, which the consumer below needs

from tests.bench.tutorial.chat.consumers import ChatConsumer  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": URLRouter([path("ws/v1/", ChatConsumer.as_asgi())])})

"""Where the socket answers."""
from django.urls import path

from messaging.live.consumers import LiveConsumer

websocket_urlpatterns = [path("ws/v1/", LiveConsumer.as_asgi())]

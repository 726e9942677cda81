"""The app of this room."""
from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Hub, bell, socket, read marks."""

    name = "messaging.live"
    label = "live"

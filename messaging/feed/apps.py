"""The app of this room."""
from django.apps import AppConfig


class FeedConfig(AppConfig):
    """The numbered feed."""

    name = "messaging.feed"
    label = "feed"

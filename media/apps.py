"""The app of this room."""
from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Photos, voice notes and documents."""

    name = "media"
    label = "media"

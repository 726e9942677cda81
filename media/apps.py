"""The app of this room."""
from django.apps import AppConfig


class MediaConfig(AppConfig):
    """Photos, voice notes and documents."""

    name = "media"
    label = "media"

    def ready(self) -> None:
        """Tells the feed how lines about files are read."""
        from media.items import tell

        tell()

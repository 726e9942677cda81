"""The app of this room."""
from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Hub, bell, socket, read marks."""

    name = "messaging.live"
    label = "live"

    def ready(self) -> None:
        """Hangs the bell: from now on a commit that moves a feed rings, in every process."""
        from messaging.live.bell import bell

        bell.hang()

"""The app of this room."""
from django.apps import AppConfig


class CirclesConfig(AppConfig):
    """Patients, circles, members and the door."""

    name = "people.circles"
    label = "circles"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read."""
        from people.circles.items import tell

        tell()

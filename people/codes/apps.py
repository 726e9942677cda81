"""The app of this room."""
from django.apps import AppConfig


class CodesConfig(AppConfig):
    """Printed codes, and the devices that they open: signing in without an e-mail address."""

    name = "people.codes"
    label = "codes"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read."""
        from people.codes.items import tell

        tell()

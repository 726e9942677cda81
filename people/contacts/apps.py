"""The app of this room."""
from django.apps import AppConfig


class ContactsConfig(AppConfig):
    """People around a patient who have no account: known by name and telephone."""

    name = "people.contacts"
    label = "contacts"

    def ready(self) -> None:
        """Tells the feed how this room's lines are read."""
        from people.contacts.items import tell

        tell()

"""The app of this room."""
from django.apps import AppConfig


class JournalConfig(AppConfig):
    """What people write."""

    name = "journal"
    label = "journal"

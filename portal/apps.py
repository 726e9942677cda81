"""The app of this room."""
from django.apps import AppConfig


class PortalConfig(AppConfig):
    """Pages made of several rooms."""

    name = "portal"
    label = "portal"

"""The app of this tool."""
from django.apps import AppConfig


class PulseConfig(AppConfig):
    """Signs of life of the processes that answer nobody."""

    name = "foundation.pulse"
    label = "pulse"

"""The house itself as an app: it brings the checks that refuse a half-configured start."""
from django.apps import AppConfig


class HouseConfig(AppConfig):
    """No models; only checks."""

    name = "config"
    label = "house"

    def ready(self) -> None:
        """Registers the checks."""
        from config import checks  # noqa: F401

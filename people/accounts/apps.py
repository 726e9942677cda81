"""The app of this room."""
from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People, sign-in, sessions."""

    name = "people.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Connects the listeners; must stand after allauth in INSTALLED_APPS order of `ready`, or connect by itself."""
        from people.accounts import listeners  # noqa: F401

"""The vault's app."""
from django.apps import AppConfig


class VaultConfig(AppConfig):
    """Keys and sealing."""

    name = "foundation.vault"
    label = "vault"

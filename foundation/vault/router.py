"""Sends the key store to its own database, and nothing else there."""
from typing import Any

from django.db import models


class KeysApart:
    """Django database router: app "vault" lives in "keys", the rest in "default"."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        """The alias for a model."""
        return "keys" if model._meta.app_label == "vault" else "default"

    db_for_write = db_for_read

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Each table in exactly one database."""
        return (db == "keys") == (app_label == "vault")

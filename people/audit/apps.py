"""The app of this room."""
from django.apps import AppConfig


class AuditConfig(AppConfig):
    """The access trail."""

    name = "people.audit"
    label = "audit"

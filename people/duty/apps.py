"""The app of this room."""
from django.apps import AppConfig


class DutyConfig(AppConfig):
    """Working hours, holidays, absences."""

    name = "people.duty"
    label = "duty"

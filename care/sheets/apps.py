"""The app of this room."""
from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SheetsConfig(AppConfig):
    """Structured forms, what was answered, and what follows from it."""

    name = "care.sheets"
    label = "sheets"

    def ready(self) -> None:
        """Says how sheets are told, and keeps the shipped forms when the database is made ready."""
        from care.records.items import tell
        from care.sheets.items import sheets_written
        from care.sheets.models import Answered
        from care.sheets.shipped import keep_shipped

        tell("sheet", Answered, sheets_written)
        post_migrate.connect(keep_shipped, sender=self, dispatch_uid="care.sheets.shipped")

"""Words of the exports."""
from django.db import models
from django.utils.translation import pgettext_lazy


class Format(models.TextChoices):
    """What a copy is."""

    PDF = "pdf", pgettext_lazy("copy", "a PDF to read and print")
    ZIP = "zip", pgettext_lazy("copy", "everything, with the files")

    @property
    def media_type(self) -> str:
        """As it is sent."""
        return f"application/{self.value}"


class ExportState(models.TextChoices):
    """How far a copy has come."""

    WAITING = "waiting", pgettext_lazy("of a copy", "waiting")
    MAKING = "making", pgettext_lazy("of a copy", "being made")
    READY = "ready", pgettext_lazy("of a copy", "ready")
    FAILED = "failed", pgettext_lazy("of a copy", "failed")


UNDER_WAY = (ExportState.WAITING, ExportState.MAKING)

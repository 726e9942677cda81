"""Words of this room."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class TaskState(models.TextChoices):
    """Where a task stands: to do, in exactly one person's hands, done, or given up with a reason."""

    TO_DO = "to_do", _("to do")
    TAKEN = "taken", _("taken")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (TaskState.TO_DO, TaskState.TAKEN)

"""Words of the journal."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class PostKind(models.TextChoices):
    """Who wrote: a person, or a hospital's system."""

    NOTE = "note", _("note")
    HOSPITAL_EVENT = "hospital_event", _("hospital event")


class Urgency(models.TextChoices):
    """How much a post asks."""

    INFO = "info", _("Information")
    TODO = "todo", _("To do")
    URGENT = "urgent", _("Urgent")


class RetractionCode(models.TextChoices):
    """Why a post was withdrawn, where that has a consequence."""

    WRONG_THREAD = "wrong_thread", _("written in the wrong thread")


class AlertState(models.TextChoices):
    """Where an urgent or to-do post stands: seen is not taken, and taken is not done."""

    OPEN = "open", _("open")
    TAKEN = "taken", _("taken")
    DONE = "done", _("done")
    UNANSWERED = "unanswered", _("unanswered")

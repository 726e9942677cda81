"""Words of the care plan: its parts, how somebody agreed, and how a request for a planned stay fares."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Part(models.TextChoices):
    """A part of the care plan, in the order of the HAS's PPCS: who the person is and wants comes before what professionals do."""

    REFERENT = "referent", pgettext_lazy("part of the plan", "Referent and review")
    PRIORITY = "priority", pgettext_lazy("part of the plan", "What matters to the person")
    PROBLEM = "problem", pgettext_lazy("part of the plan", "Problems")
    OBJECTIVE = "objective", pgettext_lazy("part of the plan", "Shared objectives")
    ACTION = "action", pgettext_lazy("part of the plan", "Actions")
    PROCEDURE = "procedure", pgettext_lazy("part of the plan", "If something happens")


class How(models.TextChoices):
    """How an agreement was given: by oneself here, or by the patient to somebody who wrote it down."""

    SELF = "self", pgettext_lazy("of an agreement", "here, by themselves")
    ORAL = "oral", pgettext_lazy("of an agreement", "said aloud")
    SIGNED = "signed", pgettext_lazy("of an agreement", "signed on paper")


class AskedState(models.TextChoices):
    """How a request for a planned stay fares. A question is the unit's; the circle's reply makes it asked again."""

    ASKED = "asked", pgettext_lazy("of a stay", "asked")
    QUESTION = "question", pgettext_lazy("of a stay", "the unit has a question")
    ACCEPTED = "accepted", pgettext_lazy("of a stay", "accepted")
    REFUSED = "refused", pgettext_lazy("of a stay", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("of a stay", "withdrawn")


OPEN = (AskedState.ASKED, AskedState.QUESTION)


class Soon(models.TextChoices):
    """How soon the stay is needed. What cannot wait goes by telephone, and no form says otherwise."""

    PLANNED = "planned", _("On the wished date, or near it")
    WEEKS = "weeks", _("Within two weeks")
    DAYS = "days", _("Within days: we telephone as well")

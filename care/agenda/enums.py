"""Words of the agenda."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class AppointmentKind(models.TextChoices):
    """What somebody wrote into the agenda."""

    VISIT = "visit", _("visit at home")
    APPOINTMENT = "appointment", _("appointment")
    OTHER = "other", _("other")


class Source(models.TextChoices):
    """Where an occurrence comes from: what members wrote, what a hospital told, when members are away."""

    APPOINTMENT = "appointment"
    STAY = "stay"
    ABSENCE = "absence"


class State(models.TextChoices):
    """How an occurrence stands. Stays and absences are only ever planned."""

    PLANNED = "planned", _("planned")
    DONE = "done", _("done")
    MISSED = "missed", _("missed")


class Outcome(models.TextChoices):
    """What came of a visit."""

    DONE = "done", _("done")
    MISSED = "missed", _("missed")


class Why(models.TextChoices):
    """Why two things of the agenda do not go together."""

    MEMBER = "member", _("expected elsewhere at this time")
    VISITS = "visits", _("another visit at this time")
    AWAY = "away", _("away at this time")
    IN_HOSPITAL = "in_hospital", _("in hospital at this time")

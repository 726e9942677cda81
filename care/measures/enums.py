"""What is measured."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class MeasureKind(models.TextChoices):
    """A kind of measure, in the order in which the summary shows them."""

    WEIGHT = "weight", pgettext_lazy("measure", "Weight")
    BLOOD_PRESSURE = "blood_pressure", _("Blood pressure")
    SATURATION = "saturation", _("Saturation")
    PAIN = "pain", pgettext_lazy("measure", "Pain")
    GLUCOSE = "glucose", _("Blood glucose")
    PULSE = "pulse", _("Pulse")
    TEMPERATURE = "temperature", _("Temperature")
    BREATHING = "breathing", _("Breathing rate")
    DIURESIS = "diuresis", _("Diuresis over 24 hours")
    HEIGHT = "height", pgettext_lazy("measure", "Height")

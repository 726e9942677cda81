"""What the summary is made of: its fields, in the order in which somebody who comes to a bed needs them."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# AGGIR, article R232-3 CASF: iso-resource groups from 1 (bedridden, needs somebody at all times) to 6 (does everything alone).
LEAST_GIR, MOST_GIR = 1, 6


class Field(models.TextChoices):
    """A field of the summary. Each has any number of entries, each for its own audience."""

    ALERT_NOTE = "alert_note", _("Watch out")
    ALLERGY = "allergy", _("Allergies")
    PROBLEM = "problem", _("Problems")
    TREATMENT = "treatment", _("Treatments")
    DEVICE = "device", _("Devices at home")
    AUTONOMY = "autonomy", _("Autonomy")
    HABIT = "habit", pgettext_lazy("of daily life", "Habits")
    WISHES = "wishes", _("Living will")
    TRUSTED_PERSON = "trusted_person", pgettext_lazy("field of the summary", "Trusted person")

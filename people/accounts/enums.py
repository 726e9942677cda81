"""Words of the accounts room."""
from django.db import models
from django.utils.translation import gettext_lazy as _


class Profession(models.TextChoices):
    """Professions as the contract names them."""

    PHYSICIAN = "physician", _("physician")
    NURSE = "nurse", _("nurse")
    PHARMACIST = "pharmacist", _("pharmacist")
    PHYSIOTHERAPIST = "physiotherapist", _("physiotherapist")
    MIDWIFE = "midwife", _("midwife")
    DENTIST = "dentist", _("dentist")
    PSYCHOLOGIST = "psychologist", _("psychologist")
    DIETITIAN = "dietitian", _("dietitian")
    OCCUPATIONAL_THERAPIST = "occupational_therapist", _("occupational therapist")
    SPEECH_THERAPIST = "speech_therapist", _("speech therapist")
    CARE_ASSISTANT = "care_assistant", _("care assistant")
    SOCIAL_WORKER = "social_worker", _("social worker")
    OTHER = "other", _("other")

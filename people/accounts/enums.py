"""Words of the accounts room."""
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gender(models.TextChoices):
    """In which gender a person is spoken of; "" where it was not said."""

    FEMALE = "F", _("a woman")
    MALE = "M", _("a man")


class Profession(models.TextChoices):
    """Professions as the contract names them, in the words for a person whose gender is not known."""

    PHYSICIAN = "physician", pgettext_lazy("of a person", "physician")
    NURSE = "nurse", pgettext_lazy("of a person", "nurse")
    PHARMACIST = "pharmacist", pgettext_lazy("of a person", "pharmacist")
    PHYSIOTHERAPIST = "physiotherapist", pgettext_lazy("of a person", "physiotherapist")
    MIDWIFE = "midwife", pgettext_lazy("of a person", "midwife")
    DENTIST = "dentist", pgettext_lazy("of a person", "dentist")
    PSYCHOLOGIST = "psychologist", pgettext_lazy("of a person", "psychologist")
    DIETITIAN = "dietitian", pgettext_lazy("of a person", "dietitian")
    OCCUPATIONAL_THERAPIST = "occupational_therapist", pgettext_lazy("of a person", "occupational therapist")
    SPEECH_THERAPIST = "speech_therapist", pgettext_lazy("of a person", "speech therapist")
    CARE_ASSISTANT = "care_assistant", pgettext_lazy("of a person", "care assistant")
    SOCIAL_WORKER = "social_worker", pgettext_lazy("of a person", "social worker")
    OTHER = "other", pgettext_lazy("of a person", "other profession")

"""A person's own list of patients, what a data protection officer found about an unusual access, and how the canary fares."""
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Pin(models.Model):
    """A circle that a person keeps at hand. Only an order of the list: it gives no right."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pins")
    circle = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "circle", name="pin_once")]


class ReviewState(models.TextChoices):
    """What an officer found about an unusual access."""

    FINE = "fine", _("Seen as fine")
    ASKED = "asked", _("Asked about")
    INCIDENT = "incident", _("An incident")


class AccessReview(models.Model):
    """An answer to a flag. The key is the flag's; the word is sealed, for officers write what they like."""

    key = models.CharField(max_length=32, primary_key=True)
    rule = models.CharField(max_length=16)
    state = models.CharField(max_length=16, choices=ReviewState.choices)
    sealed_word = models.BinaryField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Canary(models.Model):
    """The one row of the canary, by the machine's clock: when it is to try again, and what came of the last time."""

    due_at = models.DateTimeField()
    turn = models.BooleanField(default=False)  # which of the two writes
    heard_at = models.DateTimeField(null=True)  # when all was well last
    delay_s = models.FloatField(null=True)  # from the call to the frame; null: it did not come through
    code = models.CharField(max_length=16, blank=True, default="")  # what is wrong; "": nothing
    troubled_since = models.DateTimeField(null=True)
    told = models.BooleanField(default=False)  # the operator has the e-mail of this trouble

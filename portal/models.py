"""What a person keeps about their own list of patients."""
from typing import ClassVar

from django.conf import settings
from django.db import models


class Pin(models.Model):
    """A circle that a person keeps at hand. Only an order of the list: it gives no right."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="pins")
    circle = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "circle", name="pin_once")]

"""A row for each process that works without being asked: what sort it is of, and when it last went its round."""
from django.db import models

from foundation import ids


class Pulse(models.Model):
    """One process's latest sign of life, by the machine's clock. Says nothing of anybody."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()

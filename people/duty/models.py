"""Working hours of a week, and absences from them."""
from typing import ClassVar

from django.db import models
from django.db.models import Q

from people.accounts.models import Person, Structure


class Hours(models.Model):
    """When somebody works in a week, for one structure or wherever nothing else is said (null). Who has no row is always on duty.

    `weekly` is {"mon": [["08:00", "12:30"], …], …} in local time, days without work missing; an end at or before its beginning is
    of the next day.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="hours")
    structure = models.ForeignKey(Structure, models.CASCADE, null=True, related_name="+")
    zone = models.CharField(max_length=64)
    weekly = models.JSONField(default=dict)
    on_holidays = models.BooleanField(default=False)  # works on public holidays as on any other day

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("person", "structure", name="hours_once_per_structure"),
            models.UniqueConstraint("person", condition=Q(structure=None), name="hours_once_at_all"),
        ]


class Absence(models.Model):
    """Away from one moment to another, whatever the hours say: leave, an illness."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    since = models.DateTimeField()
    until = models.DateTimeField()

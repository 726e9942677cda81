"""Read marks: how far each member has read, in the care team's order and translated into every standing's numbers."""
import datetime as dt
from typing import ClassVar

from django.db import models

from messaging.feed.enums import Standing
from people.circles.models import Membership


class ReadMark(models.Model):
    """A member's mark. For each standing: the number of the newest line passed that both standings see, and when it was passed."""

    membership = models.OneToOneField(Membership, models.CASCADE, primary_key=True, related_name="mark")
    position = models.BigIntegerField(default=0)
    care = models.BigIntegerField(default=0)
    wider = models.BigIntegerField(default=0)
    patient = models.BigIntegerField(default=0)
    relatives = models.BigIntegerField(default=0)
    care_at = models.DateTimeField(null=True)
    wider_at = models.DateTimeField(null=True)
    patient_at = models.DateTimeField(null=True)
    relatives_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField(null=True, db_index=True)  # the machine's clock: the hub asks for the last minute

    def told(self, standing: Standing) -> tuple[int, dt.datetime | None]:
        """(number, time) of the mark as a standing may know it."""
        return getattr(self, standing.column), getattr(self, f"{standing.column}_at")


class ReadMove(models.Model):
    """One move of a mark: a post was read when the first move passed it."""

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="moves")
    position = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("membership", "position", name="move_once")]

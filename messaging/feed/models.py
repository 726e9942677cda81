"""The numbered feed: a head per circle with a counter per standing, and dull lines of ids, kinds and dates."""
from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from foundation import ids
from messaging.feed.enums import EVERYONE, Kind, Rank, Standing, Standings

SITE_FEED = UUID(int=0)  # ended sessions, disabled accounts, changed passwords


class FeedHead(models.Model):
    """How far a feed has come, in each standing's own numbers. Its row lock makes commit order number order."""

    feed = models.UUIDField(primary_key=True, default=ids.new)
    epoch = models.UUIDField(default=ids.new)  # changes when a backup is restored: clients then forget their cursors
    care = models.BigIntegerField(default=0)
    wider = models.BigIntegerField(default=0)
    patient = models.BigIntegerField(default=0)
    relatives = models.BigIntegerField(default=0)
    care_at = models.DateTimeField(null=True)  # when this standing last saw a change: lists are ordered by it
    wider_at = models.DateTimeField(null=True)
    patient_at = models.DateTimeField(null=True)
    relatives_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True, db_index=True)  # the machine's clock: the heartbeat asks for the last minute

    def number(self, standing: Standing) -> int:
        """The newest number of a standing."""
        return int(getattr(self, standing.column))


class FeedLine(models.Model):
    """One change. Stores all four counters as they then stood, and who sees it; the care team always does."""

    feed = models.ForeignKey(FeedHead, models.CASCADE, related_name="lines", db_index=False)
    kind = models.CharField(max_length=32, choices=Kind.choices)
    at = models.DateTimeField()
    subject = models.UUIDField()  # what it is about: a post, a membership, a session …
    actor = models.UUIDField(null=True)  # the membership that did it, null for the system
    until = models.DateTimeField(null=True)  # a membership's term: a deadline for the hub, so nothing has to run for it to end
    care = models.BigIntegerField()
    wider = models.BigIntegerField()
    patient = models.BigIntegerField()
    relatives = models.BigIntegerField()
    wider_sees = models.BooleanField()
    patient_sees = models.BooleanField()
    relatives_sees = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("feed", "care", name="line_once_in_care_order"),
            models.UniqueConstraint("feed", "wider", condition=Q(wider_sees=True), name="line_once_in_wider_order"),
            models.UniqueConstraint("feed", "patient", condition=Q(patient_sees=True), name="line_once_in_patient_order"),
            models.UniqueConstraint("feed", "relatives", condition=Q(relatives_sees=True), name="line_once_in_relatives_order"),
        ]
        indexes: ClassVar = [models.Index("subject", name="line_by_subject")]

    rank: Rank = Rank.ORDINARY  # said by who writes it, and not kept: whoever is told of lines inside their transaction reads it

    @property
    def seen_by(self) -> Standings:
        """The standings that see this line."""
        return frozenset(standing for standing in EVERYONE if self.visible(standing))

    def visible(self, standing: Standing) -> bool:
        """Whether a standing sees this line."""
        return standing is Standing.CARE_TEAM or bool(getattr(self, f"{standing.column}_sees"))

    def number(self, standing: Standing) -> int:
        """This line's number for a standing that sees it; for one that doesn't, the number it then stood at."""
        return int(getattr(self, standing.column))

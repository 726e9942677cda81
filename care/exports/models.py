"""Copies of a record that somebody asked for: rows are the queue of those who make them."""
import json
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.exports.enums import UNDER_WAY, ExportState, Format
from foundation import ids
from foundation.vault.seal import seal, unseal
from media.models import Blob
from people.circles.models import Circle, Membership


class Export(models.Model):
    """One copy, for one member. Times are the machine's, as those of all that is kept for a while."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    standing = models.CharField(max_length=16)  # and `first`: as the member stood when asking, and has to stand when fetching
    first = models.BigIntegerField()
    format = models.CharField(max_length=8, choices=Format.choices)
    language = models.CharField(max_length=8)
    state = models.CharField(max_length=16, choices=ExportState.choices, default=ExportState.WAITING)
    code = models.CharField(max_length=48, blank=True, default="")  # why it failed
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)  # 0 until it is known
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()  # when it may be claimed, the lease's end while it is made, and at last when it is thrown away
    attempts = models.PositiveSmallIntegerField(default=0)  # claims ever made: fences a maker whose lease ran out
    blob = models.ForeignKey(Blob, models.SET_NULL, null=True, related_name="+")
    sealed_facts = models.BinaryField(default=bytes)  # blob, sha256, bytes, counts

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("person", condition=Q(state__in=[str(state) for state in UNDER_WAY]), name="one_export_at_a_time")
        ]
        indexes: ClassVar = [models.Index("due_at", name="export_due"), models.Index("circle", "person", name="export_of_person")]

    def facts(self) -> dict[str, Any]:
        """`blob`, `sha256`, `bytes`, `counts` of the copy, unsealed; the circle and patient must be at hand. Raises SealBroken."""
        facts: dict[str, Any] = json.loads(unseal(self.circle.patient.vault, f"exports.facts:{self.pk}", self.sealed_facts))
        return facts

    def keep_facts(self, facts: dict[str, Any]) -> None:
        """Seals them into the row; save afterwards."""
        self.sealed_facts = seal(self.circle.patient.vault, f"exports.facts:{self.pk}", json.dumps(facts))

"""Somebody of a circle who is not connected: a name, what they are to the patient, a telephone number."""
import json
from dataclasses import asdict, dataclass
from typing import ClassVar

from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import seal, unseal
from messaging.feed.enums import Standing
from people.circles.enums import Role
from people.circles.models import Circle


@dataclass(frozen=True)
class Details:
    """What is known of a contact. `words`: profession or kinship as one says it ("podologue", "voisine, a les clés");
    `phone` in figures, perhaps with a plus before them; `gender` F, M or ""."""

    name: str
    phone: str
    words: str = ""
    gender: str = ""


class Contact(models.Model):
    """A person known by telephone only. Never a reader and never reached: nothing is sent to a contact.

    Details are sealed under the patient's key. With the removal they go: who is no longer needed here is not kept.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="contacts")
    role = models.CharField(max_length=32, choices=Role.choices)
    sealed_details = models.BinaryField(default=bytes)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index("circle", name="contact_by_circle", condition=Q(removed_at=None))]

    @property
    def stands(self) -> Standing:
        """Where this person stands around the patient."""
        return Role(self.role).standing

    @property
    def details(self) -> Details | None:
        """Unsealed; None once removed. Needs `circle__patient` at hand. Raises SealBroken."""
        if not self.sealed_details:
            return None
        return Details(**json.loads(unseal(self.circle.patient.vault, self._place, self.sealed_details)))

    def set_details(self, details: Details | None) -> None:
        """Seals details into the row, or takes them out of it; save afterwards."""
        if details is None:
            self.sealed_details = b""
        else:
            self.sealed_details = seal(self.circle.patient.vault, self._place, json.dumps(asdict(details)))

    @property
    def _place(self) -> str:
        return f"contacts.contact.details:{self.pk}"

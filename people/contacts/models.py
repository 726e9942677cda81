"""Whom one calls around a patient: people who are not connected, members' own numbers, and what a relative is to the patient."""
import json
from dataclasses import asdict, dataclass
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import SITE, seal, unseal
from messaging.feed.enums import Standing
from people.circles.enums import Role
from people.circles.models import Circle, Membership
from people.contacts.enums import CalledBy, Relation


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


class Telephone(models.Model):
    """A member's own number, given by themselves, with who may know it. Sealed under the site's key, for it is in all their circles."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="telephone")
    sealed_number = models.BinaryField(default=bytes)
    called_by = models.CharField(max_length=16, choices=CalledBy.choices)

    @property
    def number(self) -> str:
        """In figures. Raises SealBroken."""
        return unseal(SITE, f"contacts.telephone:{self.person_id}", self.sealed_number)

    def set_number(self, figures: str) -> None:
        """Seals the number into the row; save afterwards."""
        self.sealed_number = seal(SITE, f"contacts.telephone:{self.person_id}", figures)


class Kinship(models.Model):
    """What a member is to the patient. Sealed under the patient's key."""

    membership = models.OneToOneField(Membership, models.CASCADE, primary_key=True, related_name="kinship")
    sealed_relation = models.BinaryField(default=bytes)

    def relation(self, vault: UUID) -> str:
        """One of `Relation`. Raises SealBroken."""
        return unseal(vault, f"contacts.kinship:{self.membership_id}", self.sealed_relation)

    def set_relation(self, vault: UUID, relation: Relation) -> None:
        """Seals it into the row; save afterwards."""
        self.sealed_relation = seal(vault, f"contacts.kinship:{self.membership_id}", relation.value)

"""What the rooms around the journal have in common: a record for an audience, numbered by the feed, its words sealed, its past kept."""
import json
from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import seal, unseal
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from people.circles.enums import Audience
from people.circles.models import Circle, Membership
from people.circles.policy import Act

Words = dict[str, Any]


class Numbered(models.Model):
    """A row with the numbers of a feed line: one in each standing that sees the line, null where it is not seen."""

    care_seq = models.BigIntegerField()
    wider_seq = models.BigIntegerField(null=True)
    patient_seq = models.BigIntegerField(null=True)
    relatives_seq = models.BigIntegerField(null=True)

    class Meta:
        abstract = True

    def seq(self, standing: Standing) -> int | None:
        """The number in a standing, None where it is not seen."""
        number: int | None = getattr(self, f"{standing.column}_seq")
        return number

    def number(self, line: FeedLine) -> None:
        """Takes over the numbers of a line; save afterwards."""
        for standing in Standing:
            setattr(self, f"{standing.column}_seq", line.number(standing) if line.visible(standing) else None)


class RecordRows(models.QuerySet["Record"]):
    """Questions that every kind of record answers alike."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """What a reader may see: what is for the reader's standing and, where `living` is given, still goes on or has changed since
        the reader's first number. Who was admitted "from now" thus sees the present, and nothing of what was over before.
        """
        seen = Q(**{f"{reader.standing.column}_seq__isnull": False})
        if living is not None and reader.first > 1:
            seen &= living | Q(**{f"{reader.standing.column}_seq__gte": reader.first})
        return self.filter(seen)

    def whole(self) -> Self:
        """With all that an item needs: circle, patient, author and who changed it last."""
        return self.select_related("circle__patient", "author__person", "changed_by__person")


class Record(Numbered):
    """Something that is kept around a patient for an audience. Its numbers are those of its latest line: they move with every change.

    `PLACE` names its sealed words; the audience never changes, as that of a post.
    """

    PLACE: ClassVar[str]

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    circle_id: UUID
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")  # null: made by a rule of the house
    audience = models.CharField(max_length=16, choices=Audience.choices)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    sealed_words = models.BinaryField()
    objects = RecordRows.as_manager()

    class Meta:
        abstract = True

    @property
    def vault(self) -> UUID:
        """The patient's vault; the circle and patient must have been selected."""
        vault: UUID = self.circle.patient.vault
        return vault

    def seen_by(self, reader: Reader) -> bool:
        """Whether the record is for this reader's standing."""
        return self.seq(reader.standing) is not None

    def words(self) -> Words:
        """The present words, unsealed. Raises SealBroken."""
        return opened_words(self.vault, self.PLACE, self.pk, self.sealed_words)

    def keep_words(self, words: Mapping[str, Any]) -> None:
        """Seals the words into the row; save afterwards."""
        self.sealed_words = seal(self.vault, f"{self.PLACE}:{self.pk}", json.dumps(words, ensure_ascii=False))

    def circumstances(self, member: Membership, act: Act) -> dict[str, Any]:
        """What the policy needs to know of this record, this member and this act: whose it is and for whom. Rooms say who `owner` is.

        Authorship is the person's: it outlives a membership that ended and began anew.
        """
        own = self.author is not None and self.author.person_id == member.person_id
        return {"own": own, "audience": Audience(self.audience)}


def opened_words(vault: UUID, place: str, record: UUID, sealed: bytes | memoryview) -> Words:
    """A record's words from their sealed value, for those who read rows instead of objects. Raises SealBroken."""
    words: Words = json.loads(unseal(vault, f"{place}:{record}", sealed))
    return words


class Version(Numbered):
    """Words that a change replaced, with the numbers of the line that had brought them. Nothing of the record is lost."""

    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    record = models.UUIDField()
    of = models.PositiveIntegerField()  # which version it was, from 1
    by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    sealed_words = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("record", "of", name="record_version_once")]


class RecordKey(models.Model):
    """An idempotency key that was answered with 201, kept until the patient is erased: sent again it is the same thing."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)  # keyed, of circle, kind of record and parsed body
    record = models.UUIDField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "key", name="record_key_once_per_person")]

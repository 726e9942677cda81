"""Files around a patient: what is known of each, where its sealed bytes lie, which posts carry it, who heard it."""
import json
from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import seal, unseal
from media.enums import MediaKind, MediaState, Part, Wait
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from people.circles.models import Circle, Membership


class Medium(models.Model):
    """One file. What it is called, how large it is and what was written beside it are sealed as one JSON object."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="media")
    uploader = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="media")  # null: a hospital's system sent it
    kind = models.CharField(max_length=16, choices=MediaKind.choices)
    state = models.CharField(max_length=16, choices=MediaState.choices, default=MediaState.PROCESSING)
    code = models.CharField(max_length=48, blank=True, default="")  # why it was refused, as `media.too_many_pixels`
    sealed_facts = models.BinaryField()  # name, media_type, bytes, width, height, duration, taken_at, waveform, placeholder, caption, site
    sealed_transcript = models.BinaryField(default=bytes)
    transcript_reviewed = models.BooleanField(default=False)
    transcribed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)  # when it became ready or was refused
    due_at = models.DateTimeField(null=True)  # when a worker may claim it; moved on as the lease while one has it; null once settled
    attempts = models.PositiveIntegerField(default=0)  # claims ever made: fences a worker whose lease ran out
    lost_claims = models.PositiveSmallIntegerField(default=0)  # those that came to no end and were not given back either
    waits_for = models.CharField(max_length=16, choices=Wait.choices, blank=True, default="")

    class Meta:
        indexes: ClassVar = [models.Index("due_at", name="medium_due", condition=Q(due_at__isnull=False))]

    @property
    def vault(self) -> UUID:
        """The patient's vault; the circle and patient must have been selected."""
        vault: UUID = self.circle.patient.vault
        return vault

    def facts(self) -> dict[str, Any]:
        """What is known of the file, unsealed: the names of `sealed_facts`, absent where unknown. Raises SealBroken."""
        return opened_facts(self.vault, self.pk, self.sealed_facts)

    def set_facts(self, facts: dict[str, Any]) -> None:
        """Seals them into the row; save afterwards."""
        self.sealed_facts = seal(self.vault, f"media.facts:{self.pk}", json.dumps(facts, ensure_ascii=False))

    def transcript(self) -> str:
        """A voice note in words, unsealed; "" where nobody has written it down. Raises SealBroken."""
        return opened_transcript(self.vault, self.pk, self.sealed_transcript)

    def set_transcript(self, text: str) -> None:
        """Seals it into the row; save afterwards."""
        self.sealed_transcript = seal(self.vault, f"media.transcript:{self.pk}", text) if text else b""


def opened_facts(vault: UUID, medium: UUID, sealed: bytes | memoryview) -> dict[str, Any]:
    """A file's facts from their sealed value, for those who read rows instead of objects. Raises SealBroken."""
    facts: dict[str, Any] = json.loads(unseal(vault, f"media.facts:{medium}", sealed))
    return facts


def opened_transcript(vault: UUID, medium: UUID, sealed: bytes | memoryview) -> str:
    """A transcript from its sealed value, "" where there is none. Raises SealBroken."""
    return unseal(vault, f"media.transcript:{medium}", sealed) if bytes(sealed) else ""


class Upload(models.Model):
    """A file that comes in pieces (tus 1.0). It becomes a medium with its last byte, or expires."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    uploader = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    sealed_facts = models.BinaryField()  # what was said of the file before its first byte
    expires_at = models.DateTimeField()
    medium = models.ForeignKey(Medium, models.CASCADE, null=True, related_name="+")


class Blob(models.Model):
    """Sealed bytes in the store, under the name of this row's id, with a key of their own wrapped by the patient's."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    medium = models.ForeignKey(Medium, models.CASCADE, null=True, related_name="blobs")
    upload = models.ForeignKey(Upload, models.CASCADE, null=True, related_name="pieces")
    part = models.CharField(max_length=16, choices=Part.choices)
    start = models.BigIntegerField(default=0)  # of a piece: its first byte's place in the file
    size = models.BigIntegerField()  # plain bytes
    wrapped_key = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("medium", "part", condition=Q(medium__isnull=False), name="part_once_per_medium"),
            models.UniqueConstraint("upload", "start", condition=Q(upload__isnull=False), name="piece_once_per_place"),
        ]


class MediaKey(models.Model):
    """An idempotency key that was answered: the same file sent again is the same medium."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)  # of circle and body, keyed
    medium = models.ForeignKey(Medium, models.CASCADE, null=True, related_name="+")
    upload = models.ForeignKey(Upload, models.CASCADE, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "key", name="media_key_once_per_person")]


class CarryRows(models.QuerySet["Carry"]):
    """Questions about what posts carry."""

    def visible_to(self, reader: Reader) -> "CarryRows":
        """Files that a reader sees: in a post for the reader's standing, from the reader's first number on, not retracted."""
        column = reader.standing.column
        sees = {} if column == "care" else {f"line__{column}_sees": True}
        return self.filter(withdrawn_at=None, **{f"line__{column}__gte": reader.first}, **sees)


class Carry(models.Model):
    """A post carries a file. `line` is the post's `post.written`, which says who may see it and by which number."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    medium = models.ForeignKey(Medium, models.PROTECT, related_name="carries")
    post = models.UUIDField()
    line = models.ForeignKey(FeedLine, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    withdrawn_at = models.DateTimeField(null=True)  # when the post was retracted
    objects = CarryRows.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("medium", "post", name="carried_once_per_post")]
        indexes: ClassVar = [models.Index("post", "position", name="carry_by_post")]

    def seen_by(self, reader: Reader) -> bool:
        """As `visible_to`, for a row at hand with its line."""
        seen = self.line.visible(reader.standing) and self.line.number(reader.standing) >= reader.first
        return seen and self.withdrawn_at is None


class Listening(models.Model):
    """A member has heard a voice note in a post. By post, so that having heard it in one tells nothing to the readers of another."""

    carry = models.ForeignKey(Carry, models.CASCADE, related_name="listenings")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("carry", "member", name="heard_once_per_post_and_member")]


class Transcriber(models.Model):
    """Somebody whom a note's author has asked to write it down: for this note only, they hear it."""

    medium = models.ForeignKey(Medium, models.CASCADE, related_name="transcribers")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("medium", "member", condition=Q(ended_at__isnull=True), name="transcriber_once_per_medium")
        ]

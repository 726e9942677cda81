"""Posts, their versions, the keys that make a second sending the same post, and the words beside an alert's steps."""
from typing import ClassVar
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from foundation import ids
from foundation.vault.seal import seal, unseal
from journal.cards import EventCards, Kept
from journal.enums import AlertState, PostKind, RetractionCode, Urgency
from messaging.feed.enums import Rank, Standing, Standings
from messaging.feed.items import Reader
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.models import Circle, Membership


class PostRows(models.QuerySet["Post"]):
    """Questions about posts."""

    def visible_to(self, reader: Reader) -> "PostRows":
        """Posts that a reader's standing may see, from the first number on that this reader sees."""
        return self.filter(**{f"{reader.standing.column}_seq__gte": reader.first})


class Post(models.Model):
    """What somebody wrote. Its number in each standing is that of its `post.written` line; null where not seen."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="posts")
    author = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="posts")  # null: a hospital's system, `source`
    source = models.ForeignKey(Structure, models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=16, choices=PostKind.choices, default=PostKind.NOTE)
    sealed_text = models.BinaryField()
    sealed_event = models.BinaryField(default=bytes)  # of a hospital event: `journal.cards.Kept`
    quiet = models.BooleanField(default=False)  # nobody is told of it outside the page
    audience = models.CharField(max_length=16, choices=Audience.choices)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.INFO)
    addressees = models.JSONField(default=list)  # member ids and roles, as the contract's `to`
    media_kinds = models.JSONField(default=list)  # of the files that it carries, in their order; what they are is the room of media's
    reply_to = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    written_at = models.DateTimeField()
    received_at = models.DateTimeField()
    corrected_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)
    retracted_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    sealed_reason = models.BinaryField(default=bytes)  # why it was retracted
    retraction_code = models.CharField(max_length=16, choices=RetractionCode.choices, blank=True, default="")
    alert_state = models.CharField(max_length=16, choices=AlertState.choices, blank=True, default="")
    owner = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="owned_posts")
    care_seq = models.BigIntegerField()
    wider_seq = models.BigIntegerField(null=True)
    patient_seq = models.BigIntegerField(null=True)
    relatives_seq = models.BigIntegerField(null=True)
    objects = PostRows.as_manager()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("circle", "care_seq", name="post_once_in_care_order")]
        indexes: ClassVar = [
            models.Index("circle", "wider_seq", name="post_in_wider_order"),
            models.Index("circle", "patient_seq", name="post_in_patient_order"),
            models.Index("circle", "relatives_seq", name="post_in_relatives_order"),
            models.Index("circle", "alert_state", name="post_by_alert"),
            models.Index("owner", name="post_by_owner", condition=Q(owner__isnull=False)),
            models.Index("circle", name="post_taken", condition=Q(alert_state=AlertState.TAKEN)),  # asked every second for all circles
        ]

    def seq(self, standing: Standing) -> int | None:
        """The post's number in a standing, None where it is not seen."""
        number: int | None = getattr(self, f"{standing.column}_seq")
        return number

    @property
    def rank(self) -> Rank:
        """How soon its line is heard by those who tell people outside the page."""
        of_hospital = self.kind == PostKind.HOSPITAL_EVENT
        if self.quiet or (self.urgency == Urgency.INFO and not of_hospital):
            return Rank.LEAST
        if self.urgency != Urgency.URGENT:
            return Rank.ORDINARY
        return Rank.HOSPITAL if of_hospital else Rank.ALERT

    def seen_by(self, reader: Reader) -> bool:
        """Whether this reader may see the post."""
        number = self.seq(reader.standing)
        return number is not None and number >= reader.first

    @property
    def vault(self) -> UUID:
        """The patient's vault; the circle and patient must have been selected."""
        vault: UUID = self.circle.patient.vault
        return vault

    @property
    def readers(self) -> Standings:
        """The standings that see the post, or a card of it."""
        return frozenset(standing for standing in Standing if self.seq(standing) is not None)

    def is_whole_for(self, standing: Standing) -> bool:
        """Whether a standing that sees the post reads the post itself: of a hospital event the others have a card of their own.

        Alert, files, addressees, and whatever may be done about them are for those alone who read the post itself.
        """
        return standing in Audience(self.audience).readers

    def audience_for(self, standing: Standing) -> Audience:
        """The audience as a standing is shown it: of its own card, who sees any card of the post."""
        if self.is_whole_for(standing):
            return Audience(self.audience)
        return next((audience for audience in Audience if audience.readers == self.readers), Audience.CIRCLE)

    def urgency_for(self, standing: Standing) -> Urgency:
        """The urgency as a standing is shown it: the others' card asks nothing of anybody."""
        return Urgency(self.urgency) if self.is_whole_for(standing) else Urgency.INFO

    def text(self) -> str:
        """The present text, unsealed, as those read it who read the post itself; "" once retracted."""
        return "" if self.retracted_at else opened_text(self.vault, self.pk, self.sealed_text)

    def text_for(self, standing: Standing) -> str:
        """The present text as a standing reads it; "" once retracted."""
        return self.text() if self.retracted_at or self.is_whole_for(standing) else self.kept().card(whole=False).text

    def kept(self) -> Kept:
        """A hospital event's cards, unsealed. Raises SealBroken."""
        return opened_cards(self.vault, self.pk, self.sealed_event)

    def keep_cards(self, cards: EventCards, *, others_at: str | None = None) -> None:
        """Seals a hospital event's cards into the row, its text being that of the audience's card; save afterwards."""
        self.set_text(cards.care.text)
        self.sealed_event = seal(self.vault, f"journal.post.event:{self.pk}", Kept(cards, others_at).packed())

    def set_text(self, text: str) -> None:
        """Seals the text into the row; save afterwards."""
        self.sealed_text = seal(self.vault, f"journal.post.text:{self.pk}", text)


def opened_text(vault: UUID, post: UUID, sealed: bytes | memoryview) -> str:
    """A post's text from its sealed value, for those who read rows instead of objects. Raises SealBroken."""
    return unseal(vault, f"journal.post.text:{post}", sealed)


def opened_cards(vault: UUID, post: UUID, sealed: bytes | memoryview) -> Kept:
    """A hospital event's cards from their sealed value, for those who read rows instead of objects. Raises SealBroken."""
    return Kept.unpacked(unseal(vault, f"journal.post.event:{post}", sealed))


class PostVersion(models.Model):
    """A text that a correction replaced, and why. Nothing of the record is lost."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    sealed_text = models.BinaryField()
    sealed_event = models.BinaryField(default=bytes)  # of a hospital event: its cards as they were, `journal.cards.Kept`
    sealed_reason = models.BinaryField(default=bytes)  # why the text that came after was written
    written_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("post", "number", name="version_once")]


class PostKey(models.Model):
    """An idempotency key that was answered with 201, remembered for ever."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.UUIDField()
    digest = models.BinaryField(max_length=32)  # of circle and parsed body
    post = models.ForeignKey(Post, models.CASCADE, related_name="keys")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", "key", name="key_once_per_person")]


class StepReason(models.Model):
    """Why an alert was handed back: the words beside a feed line, which itself holds none."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="step_reasons")
    place = models.BigIntegerField()  # the line's number in the care team's order
    sealed_reason = models.BinaryField()

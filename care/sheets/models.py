"""Forms with their versions, and what was answered to them."""
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.records.models import Record, RecordRows
from foundation import ids
from foundation.vault.seal import seal, unseal
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from people.accounts.models import Structure
from people.circles.models import Membership
from people.circles.policy import Act


class Form(models.Model):
    """A form of a structure, or one that Cercle ships (`key`, no structure). Nothing of a patient is in it."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    structure = models.ForeignKey(Structure, models.PROTECT, null=True, related_name="+")
    structure_id: UUID | None
    key = models.CharField(max_length=40, null=True, unique=True)
    made_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(structure=None, key__isnull=False) | models.Q(structure__isnull=False, key=None),
                name="form_shipped_or_of_a_structure",
            )
        ]


class FormVersion(models.Model):
    """A form as it was at a time: what is answered stays with its version, so a version never changes."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    form = models.ForeignKey(Form, models.PROTECT, related_name="versions")
    form_id: UUID
    number = models.PositiveIntegerField()
    questionnaire = models.JSONField()  # FHIR R4, as `writing` wrote it
    digest = models.BinaryField(max_length=32)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("form", "number", name="form_version_once")]


class AnsweredRows(RecordRows):
    """Sheets tell of a moment: who was admitted "from now" sees none that was filled in before, whatever becomes of it later."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """What a reader may see."""
        seen = super().visible_to(reader)
        return seen.filter(**{f"filled__{reader.standing.column}__gte": reader.first}) if reader.first > 1 else seen

    def whole(self) -> Self:
        """With all that an item needs."""
        return super().whole().select_related("version_of__form", "filled", "withdrawn_by__person")


class Answered(Record):
    """A sheet that was filled in. Its words: {"answers": {linkId: [values]}, "scores": {linkId: number}, "reason": of its withdrawal}.

    `points` are its numbers by linkId, sealed apart and small, so that a thousand of them are plotted in a moment.
    """

    PLACE = "sheets.answered"

    version_of = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    version_of_id: UUID
    form = models.ForeignKey(Form, models.PROTECT, related_name="+")
    form_id: UUID
    filled = models.ForeignKey(FeedLine, models.PROTECT, related_name="+")  # its first line
    sealed_points = models.BinaryField()
    post = models.UUIDField(null=True)  # what the rules and the photos wrote into the journal
    tasks = models.JSONField(default=list)
    measures = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    objects = AnsweredRows.as_manager()  # type: ignore[misc, unused-ignore]  # as the base declares its own

    class Meta:
        indexes: ClassVar = [models.Index("circle", "form", "made_at", name="answered_series")]

    def number(self, line: FeedLine) -> None:
        """Takes over the numbers of a line; the first is the one by which it was filled in."""
        super().number(line)
        if not self.__dict__.get("filled_id"):
            self.filled = line

    def seen_by(self, reader: Reader) -> bool:
        """Whether it is for this reader's standing, and of the reader's time."""
        return super().seen_by(reader) and self.filled.number(reader.standing) >= reader.first

    def keep_points(self, points: str) -> None:
        """Seals the numbers, as JSON; save afterwards."""
        self.sealed_points = seal(self.vault, f"sheets.points:{self.pk}", points)

    def circumstances(self, member: Membership, act: Act) -> dict[str, Any]:
        """Who withdraws it is its author, or a coordinator."""
        return {**super().circumstances(member, act), "owner": True}


def opened_points(vault: UUID, sheet: UUID, sealed: bytes | memoryview) -> str:
    """The numbers of a sheet, as JSON. Raises SealBroken."""
    return unseal(vault, f"sheets.points:{sheet}", sealed)

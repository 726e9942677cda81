"""A measure: what was measured, when, by whom. Its numbers are sealed under the patient's key."""
from decimal import Decimal
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from care.measures.enums import MeasureKind
from care.measures.units import UNITS, Unit
from care.records.models import Record, RecordRows
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from people.circles.models import Membership


class MeasureRows(RecordRows):
    """A measure is of its moment: who was admitted "from now" sees none that was noted before, whatever becomes of it later."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """What a reader may see."""
        seen = super().visible_to(reader)
        return seen.filter(**{f"noted__{reader.standing.column}__gte": reader.first}) if reader.first > 1 else seen

    def whole(self) -> Self:
        """With its first line and who withdrew it, too."""
        return super().whole().select_related("noted", "withdrawn_by__person")


class Measure(Record):
    """One measure of a kind. Words: `values` (name → number as text, in the kind's UCUM unit), `note`, once withdrawn `reason`.

    Withdrawn it counts nowhere and its numbers leave every answer; the record keeps them.
    """

    PLACE: ClassVar[str] = "measures.measure"

    kind = models.CharField(max_length=16, choices=MeasureKind.choices)
    noted = models.ForeignKey(FeedLine, models.PROTECT, related_name="+")  # its first line
    taken_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    objects = MeasureRows.as_manager()  # type: ignore[misc, unused-ignore]  # the plugin types it as an instance variable now and then

    class Meta:
        indexes: ClassVar = [models.Index("circle", "kind", "taken_at", name="measure_by_circle_and_kind")]

    def number(self, line: FeedLine) -> None:
        """Takes over the numbers of a line; the first is the one by which it was noted."""
        super().number(line)
        if not self.__dict__.get("noted_id"):
            self.noted = line

    def seen_by(self, reader: Reader) -> bool:
        """Whether it is for this reader's standing, and of the reader's time."""
        return super().seen_by(reader) and self.noted.number(reader.standing) >= reader.first

    @property
    def unit(self) -> Unit:
        """Unit and bounds of its kind."""
        return UNITS[MeasureKind(self.kind)]

    def values(self) -> dict[str, Decimal]:
        """Its numbers by part, unsealed."""
        return {name: Decimal(text) for name, text in self.words()["values"].items()}

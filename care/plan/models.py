"""What this room keeps: the summary's entries, the care plan with its editions and agreements, requests for planned stays."""
import datetime as dt
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.plan.enums import OPEN, AskedState, How, Part, Soon
from care.plan.fields import Field
from care.records.models import Record, RecordRows
from foundation import ids
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from people.accounts.models import Unit
from people.circles.models import Circle, Membership


class EntryRows(RecordRows):
    """Questions about entries."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """What counts still goes on; what was ended before somebody came is past to them."""
        return super().visible_to(reader, living=Q(ended_at=None) if living is None else living)

    def whole(self) -> Self:
        """With who ended it, too."""
        return super().whole().select_related("ended_by__person")


class Entry(Record):
    """One statement of the summary: an allergy, a problem, a treatment. Ended, it stays in the record and in its field's past.

    Words: `text`, and where they fit the field `gir` (1 to 6) and `until` (a day, YYYY-MM-DD, the last on which it counts).
    """

    PLACE: ClassVar[str] = "plan.entry"

    field = models.CharField(max_length=16, choices=Field.choices)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    objects = EntryRows.as_manager()  # type: ignore[misc, unused-ignore]  # the plugin types it as an instance variable now and then

    class Meta:
        indexes: ClassVar = [models.Index("circle", name="entry_by_circle")]

    def counts_on(self, day: dt.date) -> bool:
        """Whether it is in force on a day: not ended, and its term not over."""
        until = self.words().get("until")
        return self.ended_at is None and (until is None or day <= dt.date.fromisoformat(until))


class PlanRows(RecordRows):
    """Questions about what the care plan consists of."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """Who came in "from now" sees the plan as it stands, and nothing of what was ended before."""
        return super().visible_to(reader, living=Q(ended_at=None) if living is None else living)


class Planned(Record):
    """One entry of the care plan: a priority, a problem, an objective, an action, a procedure, or who refers and when it is reviewed.

    Words: `text`, and by part `act`, `call` (a procedure), `member`, `role` (who is responsible, or refers), `due_on` (a day),
    `problem`, `objective` (ids of entries that all who read this one read too); `ended`, the reason why it ended.
    """

    PLACE: ClassVar[str] = "plan.planned"

    part = models.CharField(max_length=16, choices=Part.choices)
    ended_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)  # of a referent: the day of the next review, for the round that looks for it
    told_for = models.DateField(null=True)  # the day of review of which the referent was told
    task = models.UUIDField(null=True)  # what an action became
    appointment = models.UUIDField(null=True)
    objects = PlanRows.as_manager()  # type: ignore[misc, unused-ignore]  # the plugin types it as an instance variable now and then

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint("circle", condition=Q(part=Part.REFERENT, ended_at=None), name="one_referent_per_circle"),
        ]
        indexes: ClassVar = [
            models.Index("circle", name="planned_by_circle"),
            models.Index("due_on", condition=Q(due_on__isnull=False, ended_at=None), name="review_by_day"),
        ]


class Publication(models.Model):
    """Somebody published the plan. What each standing got of it is an edition; a standing in whose view nothing changed got none."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    circle = models.ForeignKey(Circle, models.PROTECT, related_name="+")
    circle_id: UUID
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Edition(models.Model):
    """The plan as a standing read it at a publication, numbered 1, 2, 3 … in that standing.

    The sealed content is a JSON list of entries: `id`, `part`, `audience` and the entry's words.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="editions")
    circle = models.ForeignKey(Circle, models.CASCADE, related_name="+")
    standing = models.CharField(max_length=16, choices=Standing.choices)
    number = models.PositiveIntegerField()
    seq = models.BigIntegerField()  # of the line that told it, in this standing
    sealed_content = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("circle", "standing", "number", name="edition_once_per_standing")]


class Agreement(models.Model):
    """Somebody agreed to what a publication gave them to read; or the patient did, and somebody of the care team wrote it down."""

    id = models.UUIDField(primary_key=True, default=ids.new)
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="agreements")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+")  # who agreed, or wrote the patient's agreement down
    of_patient = models.BooleanField(default=False)
    how = models.CharField(max_length=8, choices=How.choices, default=How.SELF)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("publication", "member", "of_patient", name="agreement_once")]


class AskedRows(RecordRows):
    """Questions about requests for a stay."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """Those that wait or were accepted go on; the others are past to who came in "from now"."""
        going = Q(state__in=[*OPEN, AskedState.ACCEPTED])
        return super().visible_to(reader, living=going if living is None else living)


class StayRequest(Record):
    """A planned stay that the circle asks of a hospital's unit. Asking is what lets the unit know the patient's name and the reason.

    Words: `reason` and `said`, a list of {`from`: circle or unit, `as`: AskedState or "reply", `text`, `name`, `at`}.
    """

    PLACE: ClassVar[str] = "plan.stay"

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    state = models.CharField(max_length=16, choices=AskedState.choices, default=AskedState.ASKED)
    soon = models.CharField(max_length=16, choices=Soon.choices, default=Soon.PLANNED)
    wished_from = models.DateField()
    wished_until = models.DateField(null=True)
    planned_for = models.DateField(null=True)  # what the unit offers
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    objects = AskedRows.as_manager()  # type: ignore[misc, unused-ignore]  # the plugin types it as an instance variable now and then

    class Meta:
        indexes: ClassVar = [models.Index("unit", "state", name="asked_by_unit")]

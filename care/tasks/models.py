"""A task: what is to be done around a patient, for whom, by when, and who has it."""
from typing import Any, ClassVar, Self
from uuid import UUID

from django.db import models
from django.db.models import Q

from care.records.models import Record, RecordRows
from care.tasks.enums import OPEN_STATES, TaskState
from foundation import ids
from journal.enums import Urgency
from messaging.feed.items import Reader
from people.circles.models import Membership
from people.circles.policy import TAKERS, Act

LIVING = Q(state__in=OPEN_STATES)


class TaskRows(RecordRows):
    """As those of records; who was admitted "from now" sees what is still to be done, and nothing that was over before."""

    def visible_to(self, reader: Reader, *, living: Q | None = LIVING) -> Self:
        """What a reader may see."""
        return super().visible_to(reader, living=living)

    def whole(self) -> Self:
        """With all that an item needs."""
        return super().whole().select_related("taker__person")


class Task(Record):
    """Words: {"title", "note"} and, of a cancelled one, "reason". Times are those of the service's clock."""

    PLACE = "tasks.task"

    state = models.CharField(max_length=16, choices=TaskState.choices, default=TaskState.TO_DO)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.TODO)
    taker = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    taker_id: UUID | None
    to = models.JSONField(default=list)  # member ids and roles that are asked; []: whoever takes tasks
    due_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    post = models.UUIDField(null=True, db_index=True)  # from which it was made
    repeat = models.JSONField(null=True)  # {"rule": RFC 5545} or {"after_days": 7}
    begins_at = models.DateTimeField(null=True)  # the first moment of its rule
    series = models.UUIDField(default=ids.new)
    place = models.PositiveIntegerField(default=0)  # in its series
    followed = models.BooleanField(default=False)  # the next of its series is made
    reminded = models.BooleanField(default=False)  # that it will soon be due
    called_late = models.BooleanField(default=False)
    stirs_at = models.DateTimeField(null=True)  # when time does something about it next
    objects = TaskRows.as_manager()  # type: ignore[misc, unused-ignore]  # the plugin types it as an instance variable now and then

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("series", "place", name="task_once_in_series")]
        indexes: ClassVar = [
            models.Index("circle", "state", name="task_by_circle"),
            models.Index("stirs_at", name="task_stirs", condition=Q(stirs_at__isnull=False)),
            models.Index("taker", name="task_by_taker", condition=Q(state="taken")),
        ]

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in OPEN_STATES

    def had_by(self, member: Membership) -> bool:
        """Whether this person has it. That is the person's, and outlives a membership that ended and began anew."""
        return self.taker is not None and self.taker.person_id == member.person_id

    def asks(self, member: Membership) -> bool:
        """Whether it is addressed to this member, by name or by role."""
        return str(member.pk) in self.to or member.role in self.to

    def may_be_taken_by(self, member: Membership) -> bool:
        """Whoever takes alerts takes tasks; besides them whoever is asked."""
        return self.asks(member) or member.role in TAKERS

    def circumstances(self, member: Membership, act: Act) -> dict[str, Any]:
        """Whoever is asked may take it; whoever has it, or may take what nobody has, finishes it; author and taker change it."""
        said = super().circumstances(member, act)
        if act is Act.TAKE_TASK:
            return {**said, "owner": self.asks(member)}
        if act is Act.FINISH_TASK:
            return {**said, "owner": self.had_by(member) or self.may_be_taken_by(member)}
        return {**said, "owner": said["own"] or self.had_by(member)}

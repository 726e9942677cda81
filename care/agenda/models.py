"""Appointments, what was reported of them, and private links to calendars."""
import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Q

from care.agenda.enums import AppointmentKind, Outcome
from care.records.models import Record, RecordRows
from foundation import clock, ids
from messaging.feed.items import Reader
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


class AppointmentRows(RecordRows):
    """Questions about appointments."""

    def visible_to(self, reader: Reader, *, living: Q | None = None) -> Self:
        """What a reader may see; who was admitted "from now" sees nothing of what was over or cancelled before."""
        goes_on = (Q(over_at=None) | Q(over_at__gt=clock.now())) & Q(cancelled_at=None)
        return super().visible_to(reader, living=living or goes_on)


class Appointment(Record):
    """A visit, an appointment, anything at a time; perhaps again and again.

    `start` and `end` are those of the first one. What repeats does so in the wall time of `zone`: `wall_start` and `wall_end` are
    "2026-03-29T02:30:00", or for whole days dates, the end being the day after the last one. `exceptions` holds single occurrences
    that differ, by the moment at which they would begin: {"cancelled": true}, or `start`, `end` (RFC 3339) and `attendees`.
    Words: title, place, note, with_name.
    """

    PLACE: ClassVar[str] = "agenda.appointment"

    kind = models.CharField(max_length=16, choices=AppointmentKind.choices)
    start = models.DateTimeField()
    end = models.DateTimeField()
    all_day = models.BooleanField(default=False)
    zone = models.CharField(max_length=64)
    wall_start = models.CharField(max_length=19)
    wall_end = models.CharField(max_length=19)
    rrule = models.CharField(max_length=500, blank=True, default="")  # RFC 5545, without "RRULE:"
    over_at = models.DateTimeField(null=True)  # when the last one ends; null: it has no end
    exceptions = models.JSONField(default=dict)
    attendees = models.JSONField(default=list)  # member ids: who is expected
    cancelled_at = models.DateTimeField(null=True)
    remind_at = models.DateTimeField(null=True)  # when somebody is to be reminded next: the queue of the round
    due_to = models.JSONField(default=list)  # whom the newest reminder is for
    uid = models.BinaryField(max_length=32, null=True)  # a keyed hash of the UID of the invitation that brought it
    sequence = models.PositiveIntegerField(default=0)  # of that invitation
    objects = AppointmentRows.as_manager()  # type: ignore[misc, unused-ignore]  # as the base declares its own

    class Meta:
        indexes: ClassVar = [
            models.Index("circle", "over_at", name="appointment_by_end"),
            models.Index("remind_at", name="appointment_by_reminder", condition=Q(remind_at__isnull=False)),
        ]

    def circumstances(self, member: Membership, act: Act) -> dict[str, Any]:
        """Who wrote it or is expected has it; the others are those who steer."""
        found = super().circumstances(member, act)
        return {**found, "owner": found["own"] or str(member.pk) in self.everybody_expected()}

    def everybody_expected(self) -> set[str]:
        """Member ids of all who are expected, at any of the occurrences."""
        return set(self.attendees).union(*[one.get("attendees") or [] for one in self.exceptions.values()])

    def said(self) -> Mapping[str, str]:
        """The words, those that are missing as ""."""
        return {"title": "", "place": "", "note": "", "with_name": "", **self.words()}


class Attendance(models.Model):
    """Who is expected at which appointment, for those who ask by person; follows `Appointment.attendees` and its exceptions."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="attendances")
    member = models.ForeignKey(Membership, models.CASCADE, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("appointment", "member", name="attendance_once")]


class Report(models.Model):
    """What came of an occurrence: said once, by whom, with a post in the journal. `occurrence` is when it would have begun by its rule."""

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="reports")
    appointment_id: UUID
    occurrence = models.DateTimeField()
    start = models.DateTimeField()  # as it was when it was reported: a rule may change later, what was done does not
    end = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    post = models.UUIDField()
    audience = models.CharField(max_length=16, choices=Audience.choices)  # of the post

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("appointment", "occurrence", name="visit_reported_once")]


class CalendarLink(models.Model):
    """A person's private address of their agenda as a calendar. Of its secret only a keyed hash is kept.

    It ends when it is revoked, when another one is made, with a changed password, and is dead as long as the account is disabled.
    """

    id = models.UUIDField(primary_key=True, default=ids.new)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    password_mark = models.BinaryField(max_length=32)
    names = models.BooleanField(default=False)  # the person chose to have patients named
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint("person", condition=Q(revoked_at=None), name="one_calendar_link_per_person")]


def occurrence_key(moment: dt.datetime) -> str:
    """How exceptions name the moment at which an occurrence would begin by its rule."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

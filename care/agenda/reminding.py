"""Reminders of what is about to take place: the line of each, written once, in the transaction that moves the next one's time on."""
import datetime as dt
from collections.abc import Collection
from uuid import UUID

from django.db import transaction

from care.agenda.models import Appointment
from care.agenda.reminders import Due, dues, next_reminder
from care.records.rounds import each, resting
from care.records.services import change_record
from foundation import clock
from messaging.feed.calls import Reminder
from messaging.feed.enums import Kind, Standing
from messaging.feed.services import opened
from people.circles.enums import Audience, CircleState
from people.circles.models import Membership
from people.circles.queries import live_members

_MOST = 50
_REMINDED = "appointments"
_LIVING = [CircleState.ACTIVE, CircleState.FROZEN]
_STALE = dt.timedelta(days=2)  # what should have been said before that is not said any more
_AROUND = {Standing.PATIENT, Standing.RELATIVES}


def remind() -> int:
    """Writes the lines of what is due; of how many appointments. What one turn leaves, the next takes."""
    due = Appointment.objects.filter(remind_at__lte=clock.now(), circle__state__in=_LIVING).exclude(pk__in=resting(_REMINDED))
    return each(_REMINDED, list(due.order_by("remind_at").values_list("pk", "circle")[:_MOST]), _remind)


def _remind(appointment: UUID, circle: UUID) -> bool:
    """Everything is read again under the lock: what was moved or cancelled a moment ago reminds nobody of its old time."""
    with transaction.atomic(), opened(circle) as feed:
        now = clock.now()
        row = Appointment.objects.whole().filter(pk=appointment, remind_at__lte=now, circle__state__in=_LIVING).first()
        if not isinstance(row, Appointment) or row.remind_at is None:
            return False
        since = max(row.remind_at, now - _STALE) - dt.timedelta(microseconds=1)
        due = [one for one in dues(row, since, now) if one.time.start > now and one.time.report is None]
        row.remind_at = next_reminder(row, now)
        told = _concerned(row, due)
        if not told:
            row.save(update_fields=["remind_at"])
            return True
        row.due_to = sorted(str(member) for member in told)
        change_record(feed, row, kind=Kind.APPOINTMENT_DUE, by=None)
        return True


def _concerned(row: Appointment, due: Collection[Due]) -> set[UUID]:
    """Whom these reminders are for: members who are here and read it."""
    reading = _reading(row) if due else {}
    expected = {UUID(member) for one in due for member in one.time.attendees}
    around = {key for key, one in reading.items() if one.stands in _AROUND} if any(one.all_around for one in due) else set()
    return (expected & set(reading)) | around


def _reading(row: Appointment) -> dict[UUID, Membership]:
    readers = Audience(row.audience).readers
    inside = {grant.membership_id: grant.membership for grant in live_members([row.circle_id])}
    return {key: one for key, one in inside.items() if one.stands in readers}


def load_reminders(subjects: Collection[UUID]) -> dict[UUID, Reminder]:
    """Whom the newest reminder of appointments is for; nobody any more once it was cancelled or is over."""
    rows = Appointment.objects.filter(pk__in=list(subjects))
    going = [row for row in rows if isinstance(row, Appointment)]
    inside = {grant.membership_id: grant.membership for grant in live_members({row.circle_id for row in going})} if going else {}
    found = {}
    for row in going:
        lasting = row.cancelled_at is None and (row.over_at is None or row.over_at > clock.now())
        readers = Audience(row.audience).readers
        told = tuple(UUID(member) for member in row.due_to if lasting)
        reading = tuple(member for member in told if member in inside and inside[member].stands in readers)
        found[row.pk] = Reminder(row.circle_id, {Kind.APPOINTMENT_DUE: reading}, f"/circles/{row.circle_id}/agenda")
    return found

"""An action becomes a task or an appointment: one tap, linked back, for the same readers and under the same lock."""
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from care.agenda import services as agenda
from care.agenda.models import Appointment
from care.agenda.protocol import LONGEST_TITLE, AppointmentBody
from care.plan import errors
from care.plan.enums import Part
from care.plan.models import Planned
from care.records.services import change_record, under_lock
from care.tasks import services as tasks
from care.tasks.enums import TaskState
from care.tasks.models import Task
from care.tasks.protocol import TaskBody
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act

_LONGEST_TASK = 200
_BY_THE_EVENING = dt.time(18)  # of the day by which an action is to be done


def make_task(actor: Membership, *, entry: UUID) -> Planned:
    """A task of an action; one that is not cancelled stays the one. Raises Refused, NotFound, Invalid `plan.not_an_action`, `tasks.*`."""

    def make(feed: OpenFeed, inside: Membership, action: Planned) -> None:
        if action.task is None or not Task.objects.filter(pk=action.task).exclude(state=TaskState.CANCELLED).exists():
            action.task = tasks.add_within(feed, inside, _task(action)).pk
            change_record(feed, action, kind=Kind.PLAN_CHANGED, by=inside)

    return _carry_out(actor, entry, Act.ADD_TASK, make)


def make_appointment(actor: Membership, *, entry: UUID) -> Planned:
    """An appointment of an action, for the whole of its day. Raises as `make_task`, and Invalid `plan.no_date`."""

    def make(feed: OpenFeed, inside: Membership, action: Planned) -> None:
        if action.appointment is None or not Appointment.objects.filter(pk=action.appointment, cancelled_at=None).exists():
            action.appointment = agenda.add_within(feed, inside, _appointment(action)).pk
            change_record(feed, action, kind=Kind.PLAN_CHANGED, by=inside)

    return _carry_out(actor, entry, Act.ADD_APPOINTMENT, make)


def _carry_out(actor: Membership, entry: UUID, act: Act, make: Callable[[OpenFeed, Membership, Planned], None]) -> Planned:
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, action = under_lock(actor, Planned, entry)
        for needed in (Act.KEEP_PLAN, act):
            require(inside, needed, audience=Audience(action.audience), own=True, owner=True)
        if action.ended_at is not None:
            raise errors.ended()
        if action.part != Part.ACTION:
            raise errors.not_an_action()
        make(feed, inside, action)
        return action


def _task(action: Planned) -> TaskBody:
    words = action.words()
    to = [words[name] for name in ("member", "role") if words.get(name)]
    due = _day(words)
    at = dt.datetime.combine(due, _BY_THE_EVENING, ZoneInfo(action.circle.zone)) if due else None
    title, note = _shortened(words["text"], _LONGEST_TASK)
    return TaskBody(title=title, note=note, audience=Audience(action.audience), to=to, due_at=at)


def _appointment(action: Planned) -> AppointmentBody:
    words = action.words()
    day = _day(words)
    if day is None:
        raise errors.no_date()
    title, note = _shortened(words["text"], LONGEST_TITLE)
    expected = [UUID(words["member"])] if words.get("member") else []
    return AppointmentBody(title=title, note=note, first_day=day, last_day=day, attendees=expected, audience=Audience(action.audience))


def _day(words: Mapping[str, Any]) -> dt.date | None:
    return dt.date.fromisoformat(words["due_on"]) if words.get("due_on") else None


def _shortened(text: str, longest: int) -> tuple[str, str]:
    """(a title, the whole text as a note where the title could not hold it)."""
    return (text, "") if len(text) <= longest else (f"{text[: longest - 1].rstrip()}…", text)

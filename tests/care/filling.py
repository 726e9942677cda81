"""A room with much in it: records of every kind by several members, written by the services, in a few transactions.

Of six things of a kind there is one of every sort (taken or not, repeating or not, reported or not): few and many differ in number alone.
"""
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID, uuid4

from django.db import transaction

from care.agenda import services as agenda
from care.agenda.enums import Outcome
from care.agenda.models import Appointment
from care.agenda.protocol import AppointmentBody, ReportBody
from care.agenda.reporting import report_visit
from care.measures import services as measures
from care.measures.protocol import MeasureBody
from care.plan import planning, publishing, summaries
from care.plan.bodies import PlanBody
from care.plan.enums import Part
from care.plan.fields import Field
from care.plan.protocol import EntryBody
from care.sheets.forming import new_version
from care.sheets.models import Form
from care.sheets.reading import understood
from care.sheets.services import fill_sheet
from care.tasks import services as tasks
from care.tasks.models import Task
from care.tasks.protocol import RepeatBody, TaskBody
from foundation import clock
from journal import services as journal
from journal.enums import Urgency
from journal.protocol import PostBody
from messaging.feed.services import OpenFeed, opened
from people.circles.enums import Audience
from people.circles.models import Membership
from tests.care.sheet_forms import form

Make = Callable[[OpenFeed, Membership, int], object]
_BATCH = 250
_READERS = [Audience.CIRCLE, Audience.CARE_TEAM, Audience.WIDER_TEAM]
_VALUES = {"weight": 62, "pain": 3, "pulse": 72, "temperature": 37, "saturation": 96}
_PARTS = [Part.PRIORITY, Part.PROBLEM, Part.ACTION]
_FIELDS = [Field.ALLERGY, Field.PROBLEM, Field.TREATMENT]


def _audience(number: int) -> Audience:
    return _READERS[number % 3]


def _hour(days: int) -> dt.datetime:
    return clock.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=days)


def _post(feed: OpenFeed, by: Membership, number: int) -> object:
    urgency = Urgency.TODO if number % 3 == 1 and number < 60 else Urgency.INFO
    return journal.write_within(feed, by, PostBody(text=f"Passage {number}, tout va bien.", audience=_audience(number), urgency=urgency))


def _task(feed: OpenFeed, by: Membership, number: int) -> object:
    due = _hour(1 + number % 60) if number % 3 else None
    repeat = RepeatBody(rule="FREQ=WEEKLY") if number % 3 == 1 else None
    body = TaskBody(title=f"Tâche {number}", audience=_audience(number), to=[str(by.pk)], due_at=due, repeat=repeat)
    return tasks.add_within(feed, by, body)


def _appointment(feed: OpenFeed, by: Membership, number: int) -> object:
    start = _hour(number % 50 - 3)
    body = AppointmentBody(
        title=f"Visite {number}", start=start, end=start + dt.timedelta(hours=1), audience=_audience(number), attendees=[by.pk],
        rrule="FREQ=WEEKLY" if number % 5 == 0 else "",
    )  # fmt: skip
    return agenda.add_within(feed, by, body)


def _measure(feed: OpenFeed, by: Membership, number: int) -> object:
    kind = list(_VALUES)[number % 3 if number < 3 else number % 5]
    taken = clock.now() - dt.timedelta(hours=2 * (number % 1000))
    body = MeasureBody.model_validate({"kind": kind, "values": {"value": _VALUES[kind]}, "taken_at": taken, "audience": _audience(number)})
    return measures.note_within(feed, by, body)


def _planned(feed: OpenFeed, by: Membership, number: int) -> object:
    part = _PARTS[number % 3]
    said = {"member": by.pk, "due_on": _hour(30).date()} if part is Part.ACTION else {}
    return planning.add_within(feed, by, PlanBody.model_validate({"part": part, "audience": "patient", "text": f"Point {number}", **said}))


def _entry(feed: OpenFeed, by: Membership, number: int) -> object:
    body = EntryBody(field=_FIELDS[number % 3], text=f"À savoir {number}", audience=_audience(number))
    return summaries.add_within(feed, by, body)


_MAKES: dict[str, Make] = {
    "posts": _post, "tasks": _task, "appointments": _appointment, "measures": _measure, "plan": _planned, "summary": _entry,
}  # fmt: skip


def drawn_form() -> UUID:
    """A form that everybody is offered."""
    kept = Form.objects.create(key=f"full-{uuid4()}", made_at=clock.now())
    new_version(kept, understood(form()), 1).save(force_insert=True)
    return kept.pk


def fill(writers: Sequence[Membership], amounts: Mapping[str, int], wanted: UUID, *, first: int = 0) -> None:
    """So many of each: posts, tasks, appointments, measures, plan, summary, and sheets of the form `wanted`; numbered from `first`.

    `writers`, of one circle's care team, with circle, patient and person selected, write by turns.
    """
    for name, make in _MAKES.items():
        made = []
        for start in range(first, first + amounts[name], _BATCH):
            with transaction.atomic(), opened(writers[0].circle_id) as feed:
                numbers = range(start, min(start + _BATCH, first + amounts[name]))
                made += [make(feed, writers[number % len(writers)], number) for number in numbers]
        _move_on(writers[0], name, made)
    for number in range(first, first + amounts["sheets"]):
        answers = {"weight": 60 + number % 2, "pain": "some", "since": "2026-11-20", "others": ["a"]}
        fill_sheet(writers[number % len(writers)], key=None, form=wanted, answers=answers, audience=_audience(number))


def _move_on(by: Membership, name: str, made: Sequence[object]) -> None:
    """Every third is under way: tasks taken, visits reported; of the plan an edition comes out."""
    for one in made[::3]:
        if isinstance(one, Task):
            tasks.take_task(by, task=one.pk)
        elif isinstance(one, Appointment) and one.start < clock.now():
            body = ReportBody(outcome=Outcome.DONE, text="Fait.")
            report_visit(by, appointment=one.pk, occurrence=one.start, body=body)
    if name == "plan" and made:
        publishing.publish_plan(by)

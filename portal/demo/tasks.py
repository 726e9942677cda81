"""Tasks of the demo, written as members would: in the voice of the people of the story."""
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4
from zoneinfo import ZoneInfo

from care.tasks import services
from care.tasks.protocol import RepeatBody, TaskBody
from foundation import clock
from people.circles.access import enter
from people.circles.enums import Audience
from people.circles.models import Membership


@dataclass(frozen=True)
class Given:
    """A task: by whom, for whom (a person of the cast, a role or nobody), in how many days at which hour; and what became of it."""

    by: str
    title: str
    audience: str
    days: int
    hour: int = 18
    to: str = ""
    note: str = ""
    rule: str = ""
    after_days: int = 0
    taken_by: str = ""
    done_by: str = ""


TASKS: dict[str, tuple[Given, ...]] = {
    "p-durand": (
        Given("castets", "Prendre rendez-vous pour l’écho-Doppler", "care_team", 3, 12, "coordinator", taken_by="bordenave"),
        Given("alice", "Acheter des compresses et du sérum", "circle", 1, 19, "claire", "Compresses stériles 10 × 10, deux boîtes."),
        Given("alice", "Changer la bande de contention", "wider_team", 1, 9, rule="FREQ=WEEKLY"),
        Given("saintgermain", "Renouveler l’ordonnance des pansements", "care_team", 2, 12, "gp"),
        Given("alice", "Retirer le vieux matériel du garage", "relatives", 2, 18, done_by="alice"),
    ),
    "p-castagnet": (
        Given("alice", "Injection de fer", "care_team", 4, 9, "nurse", after_days=7),
        Given("castets", "Peser tous les matins", "circle", 1, 8, rule="FREQ=DAILY", taken_by="thomas"),
    ),
}


def store_tasks(patient: str, seated: Mapping[str, Membership]) -> None:
    """A patient's tasks, each by its own service, inside the transaction that stores the region."""
    for given in TASKS.get(patient, ()):
        by = _inside(seated[given.by])
        task, _new = services.add_task(by, key=uuid4(), body=_body(given, seated, by.circle.zone))
        if given.taken_by:
            services.take_task(_inside(seated[given.taken_by]), task=task.pk)
        if given.done_by:
            services.finish_task(_inside(seated[given.done_by]), task=task.pk)


def _inside(member: Membership) -> Membership:
    return enter(member.person, member.circle_id)


def _body(given: Given, seated: Mapping[str, Membership], zone: str) -> TaskBody:
    day = clock.now().astimezone(ZoneInfo(zone)).date() + dt.timedelta(days=given.days)
    due = dt.datetime.combine(day, dt.time(given.hour), tzinfo=ZoneInfo(zone))
    repeat = RepeatBody(rule=given.rule or None, after_days=given.after_days or None) if given.rule or given.after_days else None
    to = [str(seated[given.to].pk) if given.to in seated else given.to] if given.to else []
    return TaskBody(title=given.title, note=given.note, audience=Audience(given.audience), to=to, due_at=due, repeat=repeat)

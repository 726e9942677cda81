"""What stands in the agendas of a few patients of the demo: rounds that repeat, appointments to come, one visit that moved."""
import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from care.agenda.enums import AppointmentKind
from care.agenda.models import occurrence_key
from care.agenda.protocol import AppointmentBody
from care.agenda.rules import spans
from care.agenda.services import add_within, exception
from care.agenda.timing import timing
from messaging.feed.services import opened
from people.accounts.models import Person
from people.circles.bulk import NewCircle
from people.circles.enums import Audience
from people.circles.models import Membership

VISIT, OTHER, MEETING = AppointmentKind.VISIT, AppointmentKind.OTHER, AppointmentKind.APPOINTMENT


@dataclass(frozen=True)
class Entry:
    """An appointment of the story. `day`: days from today; `hours`: beginning and end; `who`: the first writes it and is expected."""

    patient: str
    who: tuple[str, ...]
    kind: AppointmentKind
    title: str
    day: int
    hours: tuple[str, str] | None
    rule: str = ""
    place: str = ""
    note: str = ""
    with_name: str = ""
    audience: Audience = Audience.CIRCLE
    moves: int = 0  # hours by which its second occurrence was moved


ENTRIES = (
    Entry("p-durand", ("alice",), VISIT, "Pansement du talon", -6, ("08:30", "09:00"), "FREQ=WEEKLY;BYDAY=MO,WE,FR", "À domicile", moves=5),
    Entry("p-durand", ("capdeville",), VISIT, "Aide à la toilette", -10, ("09:15", "10:15"), "FREQ=DAILY", "À domicile"),
    Entry("p-durand", ("dubos",), VISIT, "Kinésithérapie", -8, ("14:00", "14:30"), "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=20", "À domicile"),
    Entry("p-durand", ("claire",), MEETING, "Consultation de cardiologie", 3, ("10:30", "11:00"), place="CH de Dax, consultations",
          note="Apporter la dernière ordonnance et le carnet de poids.", with_name="Dr Lafitte"),
    Entry("p-durand", ("castets", "alice", "bordenave"), MEETING, "Concertation sur la plaie", 2, ("13:00", "13:30"),
          place="Par téléphone", audience=Audience.CARE_TEAM),
    Entry("p-durand", ("claire",), OTHER, "Chez sa fille pour le week-end", 12, None),
    Entry("p-castagnet", ("thomas",), VISIT, "Pesée et tension", -12, ("07:45", "08:00"), "FREQ=DAILY", "À domicile"),
    Entry("p-castagnet", ("castets",), VISIT, "Visite du médecin", 1, ("15:00", "15:30"), "FREQ=MONTHLY;COUNT=6", "À domicile"),
    Entry("p-durand2", ("dupouy",), VISIT, "Courses et repas", -9, ("11:00", "12:00"), "FREQ=WEEKLY;BYDAY=MO,TH", "À domicile"),
)  # fmt: skip


def store_agenda(people: dict[str, Person], circles: dict[str, NewCircle], now: dt.datetime) -> None:
    """Writes the entries of those patients who are there. Inside a transaction, after members and journals."""
    for entry in ENTRIES:
        if entry.patient in circles:
            circle = circles[entry.patient].circle.id
            around = {person: people[person].pk for person in entry.who}
            seats = Membership.objects.filter(circle=circle, person__in=around.values(), ended_at=None).select_related("circle__patient")
            members = {member.person_id: member for member in seats}
            with opened(circle) as feed:
                body = _body(entry, [members[around[person]] for person in entry.who], now)
                author = members[around[entry.who[0]]]
                add_within(feed, author, body, exceptions=_moved(entry, body, author.circle.zone))


def _body(entry: Entry, members: list[Membership], now: dt.datetime) -> AppointmentBody:
    zone = members[0].circle.zone
    day = (now + dt.timedelta(days=entry.day)).astimezone(ZoneInfo(zone)).date()
    words = {"title": entry.title, "place": entry.place, "note": entry.note, "with_name": entry.with_name}
    common = {**words, "kind": entry.kind, "rrule": entry.rule, "audience": entry.audience, "attendees": [one.pk for one in members]}
    if entry.hours is None:
        return AppointmentBody(**common, first_day=day, last_day=day + dt.timedelta(days=1))  # type: ignore[arg-type]
    start, end = (dt.datetime.combine(day, dt.time.fromisoformat(hour)) for hour in entry.hours)
    return AppointmentBody(**common, start=start, end=end)  # type: ignore[arg-type]


def _moved(entry: Entry, body: AppointmentBody, zone: str) -> dict[str, object]:
    """The second occurrence from today on, at another hour."""
    if not entry.moves:
        return {}
    times = timing(body.dict(), zone)
    coming = spans(times.when, times.start + dt.timedelta(days=7), times.start + dt.timedelta(days=21))
    start, end = coming[1]
    later = dt.timedelta(hours=entry.moves)
    return {occurrence_key(start): exception(start + later, end + later, None)}

"""Questions about the agenda, each answered from what that reader may see, in a fixed number of statements."""
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from itertools import chain
from typing import cast
from uuid import UUID

from django.db.models import Q

from care.agenda import errors
from care.agenda.conflicts import with_conflicts
from care.agenda.elsewhere import absences_of, expected, own_absences, stays_of
from care.agenda.enums import Source, State
from care.agenda.models import Appointment, AppointmentRows, Report
from care.agenda.occurrences import Expected, Occurrence, Time, times
from care.agenda.rules import reaches
from foundation import clock
from foundation.vault.seal import warm
from messaging.feed.enums import Kind, Standing
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from people.accounts.models import Person
from people.circles.access import reader_of
from people.circles.models import Membership
from people.circles.queries import memberships_of

LONGEST_WINDOW = dt.timedelta(days=400)
_NEXT_WITHIN = (dt.timedelta(days=40), LONGEST_WINDOW)
Names = Mapping[str, Expected]


def occurrences(member: Membership, start: dt.datetime, end: dt.datetime) -> list[Occurrence]:
    """All that a member sees of the agenda between two moments, in order: appointments, stays, absences; with conflicts.

    Raises Invalid `agenda.bad_window` above 400 days.
    """
    check_window(start, end)
    rows = _going_on(Appointment.objects.visible_to(reader_of(member)).filter(circle=member.circle_id), start)
    found = _followed({member.circle_id: member}, rows, start, end)
    others = [*stays_of([member], start, end), *absences_of({member.circle_id: member}, start, end)]
    return _ordered(with_conflicts([*found, *_since_admission([member], others)]))


def next_occurrences(member: Membership, n: int = 3) -> list[Occurrence]:
    """The next appointments that a member sees, those that run included; neither stays nor absences, and nothing reported."""
    now = clock.now()
    rows = _going_on(Appointment.objects.visible_to(reader_of(member)).filter(circle=member.circle_id), now)
    found: list[Occurrence] = []
    for far in _NEXT_WITHIN:
        found = [one for one in _followed({member.circle_id: member}, rows, now, now + far) if one.state is State.PLANNED]
        if len(found) >= n:
            break
    return _ordered(found)[:n]


def my_occurrences(person: Person, start: dt.datetime, end: dt.datetime, *, everything: bool = False) -> list[Occurrence]:
    """A person's own agenda over all their circles: of a professional's circles where they are expected and their own absences, of a
    patient's and a relative's all that they see. `everything`: all of all circles. Raises Invalid `agenda.bad_window`.
    """
    check_window(start, end)
    members = {member.circle_id: member for member in memberships_of(person).select_related("person")}
    whole = {circle: member for circle, member in members.items() if everything or member.stands in {Standing.PATIENT, Standing.RELATIVES}}
    mine = Q(circle__in=list(whole)) | Q(attendances__member__in=[member.pk for member in members.values()])
    rows = _visible(members.values(), _going_on(Appointment.objects.filter(mine).distinct(), start)) if members else []
    found = [one for one in _followed(members, rows, start, end) if one.circle in whole or _is_expected(one, person)]
    away = absences_of(whole, start, end)
    own = own_absences(list(members.values()), start, end)
    others = [*stays_of(list(whole.values()), start, end), *[one for one in away if one.attendees[0].person != person.pk], *own]
    return _ordered(with_conflicts([*found, *_since_admission(list(members.values()), others)]))


def reported(appointment: Appointment) -> list[Report]:
    """What was said of an appointment's occurrences."""
    return list(Report.objects.filter(appointment=appointment).select_related("by__person").order_by("occurrence"))


def reports_near(appointments: Collection[Appointment], start: dt.datetime, end: dt.datetime) -> dict[UUID, list[Report]]:
    """By appointment, what was said of occurrences that lie in [start, end), or would lie there by their rule or by an exception to it."""
    if not appointments:
        return {}
    longest = max(one.end - one.start for one in appointments) + dt.timedelta(days=1)  # a change of the clocks may make one longer
    moved = {dt.datetime.fromisoformat(key) for one in appointments for key in _moved_into(one, start, end)}
    there = Q(start__lt=end, end__gte=start) | Q(occurrence__lt=end, occurrence__gt=start - longest) | Q(occurrence__in=moved)
    found: dict[UUID, list[Report]] = {}
    for report in Report.objects.filter(there, appointment__in=[one.pk for one in appointments]).select_related("by__person"):
        found.setdefault(report.appointment_id, []).append(report)
    return found


def _moved_into(appointment: Appointment, start: dt.datetime, end: dt.datetime) -> list[str]:
    moved = {key: one for key, one in appointment.exceptions.items() if not one.get("cancelled")}
    read = dt.datetime.fromisoformat
    return [key for key, one in moved.items() if read(one["start"]) < end and read(one["end"]) >= start]


def check_window(start: dt.datetime, end: dt.datetime) -> None:
    """Raises Invalid `agenda.bad_window` unless the end is after the beginning, by at most 400 days, and neither is far away."""
    if not reaches(start) or not reaches(end) or not start < end <= start + LONGEST_WINDOW:
        raise errors.bad_window()


def names_of(members: Iterable[str]) -> dict[str, Expected]:
    """Members by id, whether they are here or have gone; one statement."""
    wanted = set(members)
    rows = Membership.objects.filter(pk__in=wanted).select_related("person") if wanted else []
    return {str(member.pk): expected(member) for member in rows}


def admitted_at(members: Collection[Membership]) -> dict[UUID, dt.datetime]:
    """Circle → when somebody who was admitted "from now" came in; those who see all of the past are missing."""
    late = {member.pk: member.circle_id for member in members if member.first > 1}
    lines = FeedLine.objects.filter(feed__in=set(late.values()), kind=Kind.MEMBER_JOINED, subject__in=list(late)) if late else []
    return {line.feed_id: line.at for line in lines}


def _visible(members: Iterable[Membership], rows: Iterable[Appointment]) -> list[Appointment]:
    """Those that their circle's member may see, by standing and first number."""
    now, readers = clock.now(), {member.circle_id: reader_of(member) for member in members}
    found = []
    for one in rows:
        reader = readers.get(one.circle_id)
        number = one.seq(reader.standing) if reader else None
        if reader is None or number is None:
            continue
        goes_on = one.cancelled_at is None and (one.over_at is None or one.over_at > now)
        if goes_on or number >= reader.first:
            found.append(one)
    return found


def _going_on(rows: AppointmentRows, since: dt.datetime) -> list[Appointment]:
    """Without those that were cancelled, and those that were over before a moment."""
    goes_on = rows.filter(Q(over_at=None) | Q(over_at__gt=since), cancelled_at=None)
    return cast(list[Appointment], list(goes_on.select_related("circle__patient", "author")))


def _followed(
    members: Mapping[UUID, Membership], rows: Iterable[Appointment], start: dt.datetime, end: dt.datetime
) -> list[Occurrence]:
    """Appointments as occurrences of [start, end); `rows` have been judged to be visible."""
    kept = list(rows)
    reports = reports_near(kept, start, end)
    found = [(one, time) for one in kept for time in times(one, start, end, reports.get(one.pk, ()))]
    names = names_of(chain.from_iterable(time.attendees for _one, time in found))
    warm({one.vault for one, _time in found})
    since = admitted_at(list(members.values()))
    shown = [_occurrence(one, time, names) for one, time in found]
    return [one for one in shown if one.circle not in since or (one.end is not None and one.end > since[one.circle])]


def _occurrence(appointment: Appointment, time: Time, names: Names) -> Occurrence:
    words = appointment.said()
    return Occurrence(
        appointment.circle_id, Source.APPOINTMENT, str(appointment.pk), time.key, appointment.kind, time.start, time.end,
        all_day=appointment.all_day, zone=appointment.zone, audience=appointment.audience, title=words["title"], place=words["place"],
        note=words["note"], with_name=words["with_name"], attendees=tuple(names[one] for one in time.attendees if one in names),
        repeats=bool(appointment.rrule), moved=time.moved, state=State(time.report.outcome) if time.report else State.PLANNED,
        report=time.report, author=appointment.author.person_id if appointment.author else None,
    )  # fmt: skip


def _since_admission(members: Collection[Membership], found: Iterable[Occurrence]) -> list[Occurrence]:
    since = admitted_at(members)
    return [one for one in found if one.circle not in since or one.end is None or one.end > since[one.circle]]


def _is_expected(one: Occurrence, person: Person) -> bool:
    return any(expected.person == person.pk for expected in one.attendees)


def _ordered(found: Iterable[Occurrence]) -> list[Occurrence]:
    return sorted(found, key=lambda one: (one.start, one.end or one.start, one.ref))



def readers_of(person: Person) -> dict[UUID, Reader]:
    """For whom items of a person's circles are made, by circle."""
    return {member.circle_id: reader_of(member) for member in memberships_of(person)}

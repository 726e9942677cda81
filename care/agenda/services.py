"""Writing into the agenda: each one transaction under the feed head's lock, its line at its end."""
import datetime as dt
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import transaction

from care.agenda import errors
from care.agenda.models import Appointment, Attendance, occurrence_key
from care.agenda.occurrences import Time, by_rule_at, keys_by_rule, time_at
from care.agenda.protocol import AppointmentBody, AppointmentChange, OccurrenceChange
from care.agenda.reminders import next_reminder
from care.agenda.timing import check_bounds, last_end, moment, timing
from care.records.services import add_record, change_record, once, under_lock
from foundation import clock, ids
from foundation.errors import NotFound
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import live_members

MOST_EXCEPTIONS = 400
_TIMES = {"start", "end", "first_day", "last_day", "zone", "rrule"}
_WORDS = ("title", "place", "note", "with_name")


def add_appointment(actor: Membership, *, key: UUID | None, body: AppointmentBody) -> tuple[Appointment, bool]:
    """(the appointment, whether it is new); the same key with the same body gives it as it is now.

    Raises Invalid (`agenda.*`, `records.key_reused`), Refused, NotFound.
    """

    def make(feed: OpenFeed, inside: Membership) -> Appointment:
        require(inside, Act.ADD_APPOINTMENT, audience=body.audience)
        return add_within(feed, inside, body)

    return once(actor, Appointment, key=key, body=body.dict(), make=make)


def add_within(feed: OpenFeed, author: Membership, body: AppointmentBody, **kept: Any) -> Appointment:
    """An appointment as part of another act, under a lock that is held, by a member who may add one. Raises Invalid (`agenda.*`)."""
    if not body.title.strip():
        raise errors.no_title()
    appointment = Appointment(
        id=ids.new(), circle=author.circle, audience=body.audience, kind=body.kind,
        attendees=_expected(author, body.attendees, body.audience), **kept,
    )  # fmt: skip
    timing(body.dict(), author.circle.zone).into(appointment)
    appointment.over_at = last_end(appointment, appointment.over_at)
    appointment.remind_at = next_reminder(appointment, clock.now())
    add_record(feed, appointment, body.words(), kind=Kind.APPOINTMENT_ADDED, by=author)
    _index(appointment)
    return appointment


def change_appointment(actor: Membership, *, appointment: UUID, body: AppointmentChange) -> Appointment:
    """Changes what was given; dates that differ stay where the rule still has them. Raises Invalid (`agenda.*`), Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Appointment, appointment)
        require(inside, Act.CHANGE_APPOINTMENT, **wanted.circumstances(inside, Act.CHANGE_APPOINTMENT))
        given = body.given()
        if wanted.cancelled_at is not None and given.get("cancelled") is not False:
            raise errors.cancelled()
        return change_within(feed, inside, wanted, given)


def change_within(
    feed: OpenFeed, by: Membership, wanted: Appointment, given: dict[str, Any], *, exceptions: dict[str, Any] | None = None
) -> Appointment:
    """Changes an appointment read under the lock, by a member who may. `given`: fields of `AppointmentChange`; `exceptions`: those of
    its new rule instead of what is kept. Raises Invalid.
    """
    words = {**wanted.words(), **{name: given[name].strip() for name in _WORDS if name in given}}
    if not words["title"]:
        raise errors.no_title()
    wanted.kind = given.get("kind", wanted.kind)
    if "attendees" in given:
        wanted.attendees = _expected(by, given["attendees"], Audience(wanted.audience))
    if _TIMES & given.keys():
        timing(_said(wanted, given), wanted.circle.zone).into(wanted)
        if exceptions is None:
            still = keys_by_rule(wanted, wanted.exceptions)
            exceptions = {key: one for key, one in wanted.exceptions.items() if key in still}
        wanted.exceptions = exceptions
        wanted.over_at = last_end(wanted, wanted.over_at)
    kind = Kind.APPOINTMENT_CHANGED
    if "cancelled" in given:
        wanted.cancelled_at = clock.now() if given["cancelled"] else None
        kind = Kind.APPOINTMENT_CANCELLED if given["cancelled"] else kind
    return _save(feed, wanted, by, kind, words)


def _said(wanted: Appointment, given: dict[str, Any]) -> dict[str, Any]:
    """The times as a body would say them: what is kept, and what is given instead."""
    check_bounds(given)
    days = "first_day" in given or (wanted.all_day and "start" not in given)
    kept = _kept_days(wanted, given) if days else _kept_times(wanted, given)
    return {"zone": wanted.zone, "rrule": wanted.rrule, **kept, **{name: given[name] for name in _TIMES if name in given}}


def _kept_days(wanted: Appointment, given: dict[str, Any]) -> dict[str, Any]:
    if not wanted.all_day:
        return {}
    first = dt.date.fromisoformat(wanted.wall_start)
    length = dt.date.fromisoformat(wanted.wall_end) - first - dt.timedelta(days=1)
    return {"first_day": first, "last_day": given.get("first_day", first) + length}


def _kept_times(wanted: Appointment, given: dict[str, Any]) -> dict[str, Any]:
    if "start" in given and "end" not in given:
        length = dt.timedelta(hours=1) if wanted.all_day else wanted.end - wanted.start
        return {"end": moment(given["start"], given.get("zone") or wanted.zone) + length}
    if wanted.rrule and not wanted.all_day:
        return {"start": dt.datetime.fromisoformat(wanted.wall_start), "end": dt.datetime.fromisoformat(wanted.wall_end)}
    return {"start": wanted.start, "end": wanted.end}


def cancel_appointment(actor: Membership, *, appointment: UUID) -> Appointment:
    """All of it will not take place; it can be brought back by a change. Raises Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, Appointment, appointment)
        require(inside, Act.CHANGE_APPOINTMENT, **wanted.circumstances(inside, Act.CHANGE_APPOINTMENT))
        return wanted if wanted.cancelled_at else cancel_within(feed, inside, wanted)


def cancel_within(feed: OpenFeed, by: Membership, wanted: Appointment) -> Appointment:
    """The same under a lock that is held, by a member who may."""
    wanted.cancelled_at = clock.now()
    return _save(feed, wanted, by, Kind.APPOINTMENT_CANCELLED)


def change_occurrence(actor: Membership, *, appointment: UUID, occurrence: dt.datetime, body: OccurrenceChange) -> Appointment:
    """Moves one occurrence, or says who comes then, or puts it back as its rule says. Raises Invalid, Conflict, Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted, by_rule = _occurrence(actor, appointment, occurrence)
        key = by_rule.key
        if body.restored:
            wanted.exceptions.pop(key, None)
            return save_exceptions(feed, inside, wanted, Kind.APPOINTMENT_CHANGED)
        now_is = time_at(wanted, occurrence)
        if now_is is None:
            raise errors.cancelled()
        start, end = _moved(wanted, now_is, body)
        kept = wanted.exceptions.get(key, {}).get("attendees")
        expected = kept if body.attendees is None else _expected(inside, body.attendees, Audience(wanted.audience))
        wanted.exceptions[key] = exception(start, end, expected)
        return save_exceptions(feed, inside, wanted, Kind.APPOINTMENT_CHANGED)


def cancel_occurrence(actor: Membership, *, appointment: UUID, occurrence: dt.datetime) -> Appointment:
    """One occurrence will not take place; of what takes place once it is all of it. Raises Conflict, Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted, by_rule = _occurrence(actor, appointment, occurrence)
        if not wanted.rrule:
            return cancel_within(feed, inside, wanted)
        wanted.exceptions[by_rule.key] = {"cancelled": True}
        return save_exceptions(feed, inside, wanted, Kind.APPOINTMENT_CANCELLED)


def exception(start: dt.datetime, end: dt.datetime, attendees: list[str] | None) -> dict[str, Any]:
    """An occurrence that differs, as a row keeps it."""
    kept: dict[str, Any] = {"start": occurrence_key(start), "end": occurrence_key(end)}
    return kept if attendees is None else {**kept, "attendees": attendees}


def save_exceptions(feed: OpenFeed, by: Membership, wanted: Appointment, kind: Kind) -> Appointment:
    """Saves an appointment whose exceptions were changed under the lock. Raises Invalid `agenda.too_many_exceptions`."""
    if len(wanted.exceptions) > MOST_EXCEPTIONS:
        raise errors.too_many_exceptions()
    wanted.over_at = last_end(wanted, wanted.over_at)
    return _save(feed, wanted, by, kind)


def _occurrence(actor: Membership, appointment: UUID, occurrence: dt.datetime) -> tuple[Membership, Appointment, Time]:
    """(the member, who may change it; the appointment; the occurrence as its rule has it). Raises NotFound, Refused, Conflict."""
    inside, wanted = under_lock(actor, Appointment, appointment)
    by_rule = by_rule_at(wanted, occurrence)
    if by_rule is None:
        raise NotFound
    require(inside, Act.CHANGE_APPOINTMENT, **wanted.circumstances(inside, Act.CHANGE_APPOINTMENT))
    if wanted.cancelled_at is not None:
        raise errors.cancelled()
    said = wanted.reports.filter(occurrence=by_rule.original).select_related("by__person").first()
    if said is not None:
        raise errors.reported(said.by.person.name, said.outcome, str(said.by_id))
    return inside, wanted, by_rule


def _moved(wanted: Appointment, now_is: Time, body: OccurrenceChange) -> tuple[dt.datetime, dt.datetime]:
    check_bounds(body.dict())
    if body.start is None and body.end is None:
        return now_is.start, now_is.end
    start = moment(body.start, wanted.zone) if body.start is not None else now_is.start
    length = None if body.end is not None else now_is.end - now_is.start
    said = {"start": start, "end": body.end if length is None else start + length, "all_day": wanted.all_day}
    new = timing(said, wanted.zone)
    return new.start, new.end


def _expected(author: Membership, members: Collection[UUID], audience: Audience) -> list[str]:
    """Who is expected: members who are here and read it. Raises Invalid `agenda.bad_attendee`."""
    wanted = set(members)
    if not wanted:
        return []
    rows = live_members([author.circle_id]).filter(membership__in=wanted).values_list("membership", "membership__standing")
    standings = dict(rows)
    if wanted != set(standings) or not set(standings.values()) <= audience.readers:
        raise errors.bad_attendee()
    return list(dict.fromkeys(str(member) for member in members))


def _save(feed: OpenFeed, wanted: Appointment, by: Membership, kind: Kind, words: dict[str, Any] | None = None) -> Appointment:
    wanted.remind_at = next_reminder(wanted, clock.now())
    change_record(feed, wanted, words, kind=kind, by=by)
    _index(wanted)
    return wanted


def _index(appointment: Appointment) -> None:
    """Who is expected, for those who ask by person."""
    expected: Iterable[str] = appointment.everybody_expected()
    Attendance.objects.filter(appointment=appointment).exclude(member__in=list(expected)).delete()
    rows = [Attendance(appointment=appointment, member_id=UUID(member)) for member in expected]
    Attendance.objects.bulk_create(rows, ignore_conflicts=True)

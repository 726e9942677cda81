"""How the agenda is written for the API and the socket, as it is now, for one reader."""
import datetime as dt
from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Q

from care.agenda.models import Appointment, Report, occurrence_key
from care.agenda.occurrences import Expected, Occurrence
from care.agenda.queries import Names, names_of
from care.records.items import record_item, versions_of, who
from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader
from messaging.feed.models import FeedLine
from people.circles.enums import Audience

_LATELY, _MOST_REPORTS = dt.timedelta(days=30), 100  # what a line of the feed carries: a series of years has thousands


def render(appointments: Sequence[Appointment]) -> Callable[[Appointment, Reader], Item]:
    """How appointments of a batch are written, with what was reported lately; asks the database twice for all of them."""
    return _written(appointments, Q(at__gte=clock.now() - _LATELY), _MOST_REPORTS)


def render_whole(appointments: Sequence[Appointment]) -> Callable[[Appointment, Reader], Item]:
    """The same with everything that was ever reported."""
    return _written(appointments, Q(), None)


def _written(appointments: Sequence[Appointment], which: Q, most: int | None) -> Callable[[Appointment, Reader], Item]:
    names = names_of(chain.from_iterable(one.everybody_expected() for one in appointments))
    reports: dict[Any, list[Report]] = {}
    if appointments:
        said = Report.objects.filter(which, appointment__in=[one.pk for one in appointments])
        for report in said.select_related("by__person").order_by("occurrence"):
            reports.setdefault(report.appointment_id, []).append(report)

    came: dict[tuple[UUID, Reader], dt.datetime | None] = {}

    def one(appointment: Appointment, reader: Reader) -> Item:
        key = appointment.circle_id, reader
        if key not in came:
            came[key] = admitted(*key)
        return appointment_item(appointment, reader, names, reports.get(appointment.pk, [])[-most if most else 0 :], came[key])

    return one


def appointment_item(
    appointment: Appointment, reader: Reader, names: Names, reports: Sequence[Report], since: dt.datetime | None
) -> Item:
    """An appointment with its rule; of one of whole days also its first and last day. Of what was over before `since` nothing."""
    words = appointment.said()
    days = _days(appointment)
    shown = [one for one in reports if since is None or one.end > since]
    kept = sorted(appointment.exceptions.items())
    differ = [(key, one) for key, one in kept if since is None or dt.datetime.fromisoformat(one.get("end") or key) > since]
    return {
        **record_item(appointment, reader), "kind": appointment.kind, **words,
        "start": rfc3339(appointment.start), "end": rfc3339(appointment.end), "all_day": appointment.all_day, **days,
        "zone": appointment.zone, "rrule": appointment.rrule, "over_at": rfc3339(appointment.over_at),
        "attendees": [_expected(names[one]) for one in appointment.attendees if one in names],
        "exceptions": [_exception(key, one, names) for key, one in differ],
        "cancelled_at": rfc3339(appointment.cancelled_at), "reports": [report_item(one, reader, since) for one in shown],
    }  # fmt: skip


def one_item(appointment: Appointment, reader: Reader, *, versions: bool = False) -> Item:
    """One appointment as its lines tell it; with `versions` also the words that changes replaced, and everything that was reported."""
    if not versions:
        return render([appointment])(appointment, reader)
    item = render_whole([appointment])(appointment, reader)
    kept = versions_of(appointment, reader)
    return {**item, "versions": [{"version": one.of, "at": rfc3339(one.at), "by": who(one.by), **words} for one, words in kept]}


def occurrence_item(one: Occurrence, reader: Reader) -> Item:
    """One time of the agenda."""
    report = report_item(one.report, reader, admitted(one.circle, reader)) if one.report else None
    days = {"first_day": one.first_day.isoformat(), "last_day": one.last_day.isoformat()}
    return {
        "ref": one.ref, "circle": str(one.circle), "source": one.source, "id": one.id, "occurrence": one.occurrence, "kind": one.kind,
        "start": rfc3339(one.start), "end": rfc3339(one.end), "all_day": one.all_day, **days, "zone": one.zone,
        "audience": one.audience or None, "title": one.title, "place": one.place, "note": one.note, "with_name": one.with_name,
        "attendees": [_expected(expected) for expected in one.attendees], "repeats": one.repeats, "moved": one.moved,
        "state": one.state, "report": report,
        "conflicts": [{"why": clash.why, "with": clash.other, "member": str(clash.member) if clash.member else None}
                      for clash in one.conflicts],
    }  # fmt: skip


def report_item(report: Report, reader: Reader, since: dt.datetime | None) -> Item:
    """What came of an occurrence; the post with the word about it for those who read that, and were there (`since`) when it was said."""
    reads = (since is None or report.at >= since) and reader.standing in Audience(report.audience).readers
    return {
        "occurrence": occurrence_key(report.occurrence), "outcome": report.outcome, "by": who(report.by), "at": rfc3339(report.at),
        "post": str(report.post) if reads else None,
    }  # fmt: skip


def admitted(circle: UUID, reader: Reader) -> dt.datetime | None:
    """When a reader who was admitted "from now" came in, by the line that was their first; None for who sees all of the past."""
    if reader.first <= 1:
        return None
    lines = FeedLine.objects.filter(feed=circle, **{f"{reader.standing.column}__lte": reader.first})
    return lines.order_by(f"-{reader.standing.column}").values_list("at", flat=True).first()


def _days(appointment: Appointment) -> Item:
    if not appointment.all_day:
        return {"first_day": None, "last_day": None}
    last = dt.date.fromisoformat(appointment.wall_end) - dt.timedelta(days=1)
    return {"first_day": appointment.wall_start, "last_day": last.isoformat()}


def _exception(key: str, exception: dict[str, Any], names: Names) -> Item:
    """An occurrence that differs from the rule."""
    expected = exception.get("attendees")
    return {
        "occurrence": key, "cancelled": bool(exception.get("cancelled")), "start": exception.get("start"), "end": exception.get("end"),
        "attendees": None if expected is None else [_expected(names[one]) for one in expected if one in names],
    }  # fmt: skip


def _expected(one: Expected) -> Item:
    return {
        "member": str(one.member), "name": one.name, "role": one.role, "profession": one.profession or None, "gender": one.gender or None,
    }  # fmt: skip

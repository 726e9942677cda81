"""An invitation brought into the agenda: what is in it first, then added. The same UID again changes what it brought, or cancels it.

Whether something was brought before is asked of what the caller may see, so nothing tells of what is for others.
"""
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from care.agenda import errors
from care.agenda.enums import AppointmentKind
from care.agenda.models import Appointment, occurrence_key
from care.agenda.protocol import AppointmentBody
from care.agenda.reading_ics import Invited, Moment, bad
from care.agenda.rules import Repeating, Span, starts_of
from care.agenda.services import MOST_EXCEPTIONS, add_within, cancel_within, change_within, exception, save_exceptions
from care.agenda.timing import moment, timing
from foundation.vault.seal import keyed_hash
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import reader_of, require, still_enters
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act, widens

_LONGEST_WALK = dt.timedelta(days=36_600)  # of all rules of a file together, from their beginnings to the last date that differs


@dataclass
class Proposal:
    """What an invitation would do. `change`: "new", "update", "cancel", "none" (older than what is there, or nothing to cancel)."""

    digest: bytes
    main: Invited
    singles: list[Invited]
    known: Appointment | None
    said: dict[str, Any] = field(default_factory=dict)
    exceptions: dict[str, Any] = field(default_factory=dict)  # by the rule that is brought, or that is there

    @property
    def change(self) -> str:
        """The change in a word."""
        if self.known is not None and self.main.sequence < self.known.sequence:
            return "none"
        if self.main.cancelled and self.main.recurrence is None:
            return "cancel" if self.known is not None and self.known.cancelled_at is None else "none"
        return "new" if self.known is None else "update"

    @property
    def times(self) -> dict[str, Any]:
        """The times, as a body says them, that its dates that differ belong to: of single occurrences of what is there, those there."""
        if self.known is None or self.main.recurrence is None:
            return self.said
        known = self.known
        return {"start": known.start, "end": known.end, "all_day": known.all_day, "zone": known.zone, "rrule": known.rrule}


def proposals(member: Membership, events: Iterable[Invited]) -> list[Proposal]:
    """What some events would do to what a member sees. Raises Invalid (`agenda.*`) where one of them can't be taken in."""
    groups: dict[str, list[Invited]] = {}
    for event in events:
        groups.setdefault(event.uid, []).append(event)
    found, walked = [], dt.timedelta()
    for uid, group in groups.items():
        digest = keyed_hash("agenda.uid", str(member.circle_id), uid)
        mains = [one for one in group if one.recurrence is None]
        main = max(mains, key=lambda one: one.sequence) if mains else group[0]
        known = Appointment.objects.visible_to(reader_of(member)).whole().filter(circle=member.circle_id, uid=digest).order_by("-made_at")
        first = known.first()
        proposal = Proposal(digest, main, [one for one in group if one.recurrence], first if isinstance(first, Appointment) else None)
        if not main.cancelled or main.recurrence is not None:
            proposal.said = _said(main, member.circle.zone)
            timing(proposal.said, member.circle.zone)
        if proposal.change in {"new", "update"}:
            proposal.exceptions, far = _exceptions(proposal, member.circle.zone, _LONGEST_WALK - walked)
            walked += far
        found.append(proposal)
    return found


def bring_in(actor: Membership, events: list[Invited], *, audience: Audience, kind: AppointmentKind) -> list[Appointment]:
    """Adds, changes, cancels, all in one transaction; what was touched. Raises Invalid (`agenda.*`), Refused, NotFound."""
    proposals(actor, events)  # refuses what can't be taken in, and walks the rules, while nobody waits for the lock
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        touched = [_applied(feed, inside, one, audience, kind) for one in proposals(inside, events)]
        return [one for one in touched if one is not None]


def _applied(feed: OpenFeed, inside: Membership, one: Proposal, audience: Audience, kind: AppointmentKind) -> Appointment | None:
    if one.change == "none":
        return None
    if one.known is None:
        require(inside, Act.ADD_APPOINTMENT, audience=audience)
        body = AppointmentBody(**one.said, kind=kind, audience=audience)
        kept = {"uid": one.digest, "sequence": one.main.sequence, "exceptions": one.exceptions}
        return add_within(feed, inside, body, **kept)
    require(inside, Act.CHANGE_APPOINTMENT, **one.known.circumstances(inside, Act.CHANGE_APPOINTMENT))
    if one.change == "update" and widens(Audience(one.known.audience), audience):
        raise errors.known_to_more(Audience(one.known.audience))
    one.known.sequence = one.main.sequence
    if one.change == "cancel":
        return cancel_within(feed, inside, one.known)
    if one.main.recurrence is not None:  # only single occurrences of what is there
        one.known.exceptions |= one.exceptions
        return save_exceptions(feed, inside, one.known, Kind.APPOINTMENT_CHANGED)
    given = {**one.said, **({"cancelled": False} if one.known.cancelled_at else {})}
    return change_within(feed, inside, one.known, given, exceptions=one.exceptions)


def _said(event: Invited, zone: str) -> dict[str, Any]:
    """An event as the body of an appointment says it. What takes place once in UTC is shown in the circle's zone."""
    words = {"title": event.title or _("Appointment"), "place": event.place, "note": event.note, "with_name": event.with_name}
    if event.start.whole_day:
        first = event.start.wall
        last = _last_day(event, first)
        return {**words, "first_day": first, "last_day": max(last, first), "zone": zone, "rrule": event.rule}
    own = event.start.zone or zone
    own = zone if own == "UTC" and not event.rule else own
    start = event.start.at(zone)
    end = event.end.at(zone) if event.end else start + event.length if event.length else start
    if end <= start:
        end = start + dt.timedelta(hours=1)
    if not event.rule:
        return {**words, "start": start, "end": end, "zone": own, "rrule": ""}
    local = end.astimezone(ZoneInfo(own)).replace(tzinfo=None)
    return {**words, "start": event.start.wall, "end": local, "zone": own, "rrule": event.rule}


def _last_day(event: Invited, first: dt.date) -> dt.date:
    if event.end is not None:
        end = event.end.wall
        return (end.date() if isinstance(end, dt.datetime) else end) - dt.timedelta(days=1)
    return first + event.length - dt.timedelta(days=1) if event.length else first


def _exceptions(one: Proposal, zone: str, most: dt.timedelta) -> tuple[dict[str, Any], dt.timedelta]:
    """Occurrences that differ, those alone that the rule has; and how far it had to be walked for them: `most` at most."""
    when = timing(one.times, zone).when
    named = [(_window(when, gone, zone), {"cancelled": True}) for gone in one.main.without]
    singles = one.singles if when.rule else []
    named += [(_window(when, single.recurrence, zone), _differs(single, zone)) for single in singles if single.recurrence]
    if not named:
        return {}, dt.timedelta()
    last = max(until for (_since, until), _change in named)
    far = max(last - when.first[0], dt.timedelta()) if when.rule else dt.timedelta()
    if far > most:
        raise bad(_("There is too much in this file."))
    keys = _keys(when, tuple(window for window, _change in named))
    found = {key: dict(change) for (window, change) in named for key in keys[window]}
    if len(found) > MOST_EXCEPTIONS:
        raise errors.too_many_exceptions()
    return found, far


def _differs(single: Invited, zone: str) -> dict[str, Any]:
    if single.cancelled:
        return {"cancelled": True}
    times = timing({**_said(single, zone), "rrule": ""}, zone)
    return exception(times.start, times.end, None)


def _window(when: Repeating, said: Moment, zone: str) -> Span:
    """From when until when an occurrence begins that a date or a moment names: of a date all of that day."""
    start = moment(Moment(said.wall, said.zone or when.zone).at(zone), when.zone)
    return start, start + (dt.timedelta(days=1) if said.whole_day else dt.timedelta(seconds=1))


@lru_cache(maxsize=128)
def _keys(when: Repeating, windows: tuple[Span, ...]) -> dict[Span, tuple[str, ...]]:
    """The occurrences that begin in each of some windows, by one walk; what was worked out before the lock is not again under it."""
    starts = starts_of(when, min(since for since, _until in windows), max(until for _since, until in windows))
    return {
        (since, until): tuple(occurrence_key(one) for one in starts[bisect_left(starts, since) : bisect_left(starts, until)])
        for since, until in windows
    }  # fmt: skip

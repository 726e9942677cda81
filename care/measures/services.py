"""Noting a measure and withdrawing one: each one line of the feed, the record kept."""
import datetime as dt
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from care.measures import errors
from care.measures.models import Measure
from care.measures.protocol import MeasureBody
from care.measures.units import UNITS, impossible_values, unlikely_values
from care.records.services import add_record, change_record, once, under_lock
from foundation import clock
from messaging.feed.enums import Kind, Standing
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act

_OLDEST = dt.timedelta(days=366)
_SKEW = dt.timedelta(seconds=5)  # two clocks are never quite one
_NARROW = {Standing.RELATIVES: Audience.RELATIVES, Standing.WIDER_TEAM: Audience.WIDER_TEAM}


def audience_for(standing: Standing) -> Audience:
    """Who reads a measure where nothing else was chosen: the care team with the patient, or with those who measured themselves."""
    return _NARROW.get(standing, Audience.PATIENT)


def note_measure(actor: Membership, *, key: UUID | None, body: MeasureBody) -> tuple[Measure, bool]:
    """(the measure, whether it is new). Raises Refused, NotFound, Invalid (`measures.*`, `records.key_reused`), and Conflict
    `measures.unlikely` where a value is unusual and was not confirmed.
    """

    def make(feed: OpenFeed, inside: Membership) -> Measure:
        require(inside, Act.NOTE_MEASURE, audience=body.audience or audience_for(inside.stands))
        return note_within(feed, inside, body)

    return once(actor, Measure, key=key, body=body.dict(exclude={"confirm"}), make=make)


def note_within(feed: OpenFeed, author: Membership, body: MeasureBody) -> Measure:
    """A measure as part of another act, under a lock that is held already, by a member who may note it. Raises as `note_measure`."""
    now = clock.now()
    values = _checked(body)
    taken_at = body.taken_at or now
    if not now - _OLDEST <= taken_at <= now + _SKEW:
        raise errors.bad_time()
    if len(body.note) > errors.LONGEST_NOTE:
        raise errors.long_note()
    audience = body.audience or audience_for(author.stands)
    measure = Measure(circle=author.circle, audience=audience, kind=body.kind, taken_at=min(taken_at, now), withdrawn_by=None)
    words = {"values": {name: str(value) for name, value in values.items()}, "note": body.note.strip()}
    add_record(feed, measure, words, kind=Kind.MEASURE_NOTED, by=author)
    return measure


def _checked(body: MeasureBody) -> dict[str, Decimal]:
    """The numbers, as finely as the kind is read. Raises Invalid or Conflict."""
    unit = UNITS[body.kind]
    names = {part.name for part in unit.parts}
    if names != set(body.values):
        raise errors.missing_value(sorted(names ^ set(body.values)))
    if wrong := impossible_values(body.kind, body.values):
        raise errors.impossible(wrong)
    values = {part.name: round(body.values[part.name], part.decimals) for part in unit.parts}
    if "diastolic" in values and values["diastolic"] >= values["systolic"]:
        raise errors.crossed()
    if not body.confirm and (strange := unlikely_values(body.kind, values)):
        raise errors.unlikely(strange)
    return values


def withdraw_measure(actor: Membership, *, measure: UUID, reason: str = "") -> Measure:
    """Takes a measure out of every answer; the record keeps it. Twice is once. Raises Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, kept = under_lock(actor, Measure, measure)
        require(inside, Act.WITHDRAW_ENTRY, **kept.circumstances(inside, Act.WITHDRAW_ENTRY))
        if kept.withdrawn_at is not None:
            return kept
        kept.withdrawn_at, kept.withdrawn_by = clock.now(), inside
        words = {**kept.words(), "reason": reason} if reason else None
        change_record(feed, kept, words, kind=Kind.MEASURE_WITHDRAWN, by=inside)
        return kept


def restore_measure(actor: Membership, *, measure: UUID) -> Measure:
    """Takes a withdrawal back, as whoever may withdraw. Raises Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, kept = under_lock(actor, Measure, measure)
        require(inside, Act.WITHDRAW_ENTRY, **kept.circumstances(inside, Act.WITHDRAW_ENTRY))
        if kept.withdrawn_at is None:
            return kept
        kept.withdrawn_at = kept.withdrawn_by = None
        change_record(feed, kept, None, kind=Kind.MEASURE_NOTED, by=inside)
        return kept

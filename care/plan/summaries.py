"""Keeping the summary: an entry is added, changed, ended and taken up again, each one line of the feed, nothing lost."""
import datetime as dt
from typing import Any
from uuid import UUID

from django.db import transaction

from care.plan import errors
from care.plan.fields import LEAST_GIR, MOST_GIR, Field
from care.plan.models import Entry
from care.plan.protocol import EntryBody, EntryChange
from care.records.models import Words
from care.records.services import add_record, change_record, once, under_lock
from foundation import clock
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


def add_entry(actor: Membership, *, key: UUID | None, body: EntryBody) -> tuple[Entry, bool]:
    """(the entry, whether it is new). Raises Refused, NotFound, Invalid (`plan.*`, `records.key_reused`)."""

    def make(feed: OpenFeed, inside: Membership) -> Entry:
        require(inside, Act.KEEP_SUMMARY, audience=body.audience)
        return add_within(feed, inside, body)

    return once(actor, Entry, key=key, body=body.dict(), make=make)


def add_within(feed: OpenFeed, author: Membership, body: EntryBody) -> Entry:
    """An entry as part of another act, under a lock that is held already, by a member who may keep the summary. Raises Invalid."""
    words = _checked(body.field, body.text, body.gir, body.until)
    entry = Entry(circle=author.circle, audience=body.audience, field=body.field, ended_by=None)
    add_record(feed, entry, words, kind=Kind.SUMMARY_CHANGED, by=author)
    return entry


def change_entry(actor: Membership, *, entry: UUID, body: EntryChange) -> Entry:
    """New words for an entry, or its end taken back. Raises Refused, NotFound, Invalid, Conflict `plan.changed_meanwhile`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, kept = under_lock(actor, Entry, entry)
        require(inside, Act.KEEP_SUMMARY, audience=Audience(kept.audience))
        if body.version is not None and body.version != kept.version:
            raise errors.changed_meanwhile(kept.version)
        words = _changed(kept, body)
        again = body.ended is False and kept.ended_at is not None
        if not again and words == kept.words():
            return kept
        if again:
            kept.ended_at = kept.ended_by = None
        change_record(feed, kept, words, kind=Kind.SUMMARY_CHANGED, by=inside)
        return kept


def end_entry(actor: Membership, *, entry: UUID, reason: str = "") -> Entry:
    """What counts no more; ended twice is ended once. Raises Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, kept = under_lock(actor, Entry, entry)
        require(inside, Act.KEEP_SUMMARY, audience=Audience(kept.audience))
        if kept.ended_at is not None:
            return kept
        kept.ended_at, kept.ended_by = clock.now(), inside
        words = {**kept.words(), "ended_for": reason} if reason else None
        change_record(feed, kept, words, kind=Kind.SUMMARY_CHANGED, by=inside)
        return kept


def _changed(kept: Entry, body: EntryChange) -> Words:
    """Its words with what the body says; a null, where it was sent, takes a value away."""
    before = kept.words()
    sent = body.dict(exclude_unset=True)
    until = sent.get("until", before.get("until"))
    until = dt.date.fromisoformat(until) if isinstance(until, str) else until
    text = before["text"] if body.text is None else body.text
    return _checked(Field(kept.field), text, sent.get("gir", before.get("gir")), until)


def _checked(field: Field, text: str, gir: int | None, until: dt.date | None) -> Words:
    """The words of an entry. Raises Invalid."""
    words: dict[str, Any] = {"text": text.strip()}
    if gir is not None and (field is not Field.AUTONOMY or not LEAST_GIR <= gir <= MOST_GIR):
        raise errors.bad_gir()
    if not words["text"] and gir is None:
        raise errors.empty_entry()
    if len(words["text"]) > errors.LONGEST:
        raise errors.long_entry()
    if gir is not None:
        words["gir"] = gir
    if until is not None:
        words["until"] = until.isoformat()
    return words

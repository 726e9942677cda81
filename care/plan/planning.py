"""Writing the care plan: its entries, each for its readers, changed and ended in the open; nothing of them is lost."""
import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction

from care.plan import errors
from care.plan.bodies import HAS, PlanBody, PlanChange
from care.plan.enums import Part
from care.plan.models import Planned
from care.records.services import add_record, change_record, once, under_lock
from foundation import clock
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.circles.access import reader_of, require
from people.circles.enums import Audience, Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import live_members

_LINKS = {"problem": Part.PROBLEM, "objective": Part.OBJECTIVE}


def plan_entry(actor: Membership, *, key: UUID | None, body: PlanBody) -> tuple[Planned, bool]:
    """(the entry, whether it is new). Raises Refused, NotFound, Invalid `plan.*`, Conflict `plan.referent_named`."""

    def make(feed: OpenFeed, inside: Membership) -> Planned:
        require(inside, Act.KEEP_PLAN, audience=body.audience)
        return add_within(feed, inside, body)

    return once(actor, Planned, key=key, body=body.model_dump(mode="json"), make=make)


def add_within(feed: OpenFeed, author: Membership, body: PlanBody) -> Planned:
    """An entry as part of another act, by a member who may keep the plan, under a lock that is held. Raises as `plan_entry`."""
    entry = Planned(circle=author.circle, audience=body.audience, part=body.part)
    words = _checked(entry, {}, body.given())
    if entry.part == Part.REFERENT and _referents_for(author).exists():
        raise errors.referent_named()
    add_record(feed, entry, words, kind=Kind.PLAN_CHANGED, by=author)
    return entry


def _referents_for(reader: Membership) -> Any:
    """Who is named, as far as somebody reads it: a refusal must not tell of an entry for others."""
    return Planned.objects.visible_to(reader_of(reader)).filter(circle=reader.circle_id, part=Part.REFERENT, ended_at=None)


def change_entry(actor: Membership, *, entry: UUID, body: PlanChange) -> Planned:
    """Changes what the body names; where nothing is different, nothing is told. Raises as `plan_entry`, Conflict `plan.ended`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, found = _living(actor, entry)
        before = found.words()
        words = _checked(found, before, body.given())
        if words != before:
            change_record(feed, found, words, kind=Kind.PLAN_CHANGED, by=inside)
        return found


def end_entry(actor: Membership, *, entry: UUID, reason: str) -> Planned:
    """Ends an entry; editions and versions keep it. Ended twice is ended once. Raises Refused, NotFound."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, found = under_lock(actor, Planned, entry)
        require(inside, Act.KEEP_PLAN, **found.circumstances(inside, Act.KEEP_PLAN))
        if found.ended_at is None:
            found.ended_at = clock.now()
            words = {**found.words(), "ended": reason.strip()} if reason.strip() else None
            change_record(feed, found, words, kind=Kind.PLAN_CHANGED, by=inside)
        return found


def _living(actor: Membership, entry: UUID) -> tuple[Membership, Planned]:
    inside, found = under_lock(actor, Planned, entry)
    require(inside, Act.KEEP_PLAN, **found.circumstances(inside, Act.KEEP_PLAN))
    if found.ended_at is not None:
        raise errors.ended()
    return inside, found


def _checked(entry: Planned, before: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The words as they will be, and the entry's day of review; only what the part has. Raises Invalid."""
    part, audience = Part(entry.part), Audience(entry.audience)
    has = ("text", *HAS[part])
    words = {**before, **{name: value for name, value in given.items() if name in has}}
    words = {name: value for name, value in words.items() if value}
    if part is Part.REFERENT and not words.get("member"):
        raise errors.no_referent()
    if part is not Part.REFERENT and not words.get("text"):
        raise errors.no_words()
    if part is Part.PROCEDURE and not words.get("act"):
        raise errors.no_act()
    _check_responsible(entry, words, audience, before)
    for name in _LINKS:
        if words.get(name) and words[name] != before.get(name):
            _check_link(entry, name, words[name], audience)
    if part is Part.REFERENT:
        entry.due_on = dt.date.fromisoformat(words["due_on"]) if words.get("due_on") else None
    return words


def _check_responsible(entry: Planned, words: Mapping[str, Any], audience: Audience, before: Mapping[str, Any]) -> None:
    """Who does something has to read it. Somebody who has left since may stay named until the entry says otherwise."""
    if words.get("role") and Role(words["role"]).standing not in audience.readers:
        raise errors.role_does_not_read()
    member = words.get("member")
    if not member or member == before.get("member"):
        return
    here = live_members([entry.circle_id]).filter(membership=member).first()
    if here is None or here.membership.stands not in audience.readers:
        raise errors.unknown_member()


def _check_link(entry: Planned, name: str, wanted: str, audience: Audience) -> None:
    """A link says nothing to anybody that they do not read: whoever reads this entry must read the other."""
    linked = Planned.objects.filter(pk=wanted, circle=entry.circle_id, part=_LINKS[name], ended_at=None).first()
    if linked is None or not audience.readers <= Audience(linked.audience).readers:
        raise errors.bad_link(name)

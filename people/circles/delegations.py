"""Replacements: somebody stands in for somebody else around some patients, from one moment to another (ADR 14).

Who is no member gets the replaced person's role for that time; who is a member already keeps what they have, and alerts find them.
Both end by the term, which nothing has to run for, or by an act, in one transaction.
"""
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Invalid, NotFound
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import OpenFeed, all_opened
from people.accounts.locks import lock_people
from people.accounts.models import Person
from people.circles.enums import CircleState, Role, Source
from people.circles.handing import Left, Seat, judged, seats_of
from people.circles.models import Circle, Delegation, Grant, Membership
from people.circles.queries import memberships_of, terms_of
from people.circles.replacements import Place, own_grants, place_of, standing_in_for
from people.circles.services import Admission, Feeds, close_lapsed, seated
from people.circles.teams import say_terms, take_away

LONGEST = dt.timedelta(days=366)
_BATCH = 500


@dataclass(frozen=True)
class Handed:
    """A replacement, and the circles that it leaves out with the reason."""

    delegation: Delegation
    left_out: list[Left]


def delegate(
    actor: Person, *, to: UUID | None, circles: Collection[UUID] | None = None, since: dt.datetime | None = None, until: dt.datetime
) -> Handed:
    """`to` stands in for the actor, around these patients or all of the actor's, from `since` (now) until `until`.

    Circles where that cannot be are left out with a word. The same asked twice is one. Raises Invalid `circles.no_such_person`,
    `circles.own_replacement`, `circles.term_past`, `circles.term_too_long`, `circles.no_such_circle`, `circles.role_unfit`,
    `circles.nothing_to_hand_over`.
    """
    begins = max(since or clock.now(), clock.now())
    _check_interval(begins, until)
    mine = set(memberships_of(actor).values_list("circle", flat=True))
    wanted = mine if circles is None else set(circles)
    _require_own(wanted, mine)  # before any lock: nobody holds up circles that are not theirs
    with transaction.atomic():
        newcomer = _locked_pair(actor, to)
        with all_opened(wanted) as feeds:
            seats = seats_of(actor, wanted)
            if circles is not None:
                _require_own(wanted, {seat.member.circle_id for seat in seats})
            again = _same(actor, newcomer, seats, begins, until)
            if again is not None:
                return Handed(again, [])
            close_lapsed(feeds)
            taken, left = judged(newcomer, seats, begins, until, named=circles is not None)
            made = Delegation(by=actor, to=newcomer, since=begins, until=until, made_at=clock.now())
            made.save(force_insert=True)
            _hand_over(feeds, made, newcomer, taken)
    return Handed(made, left)


def end_delegation(actor: Person, *, delegation: UUID | None) -> None:
    """Ends a replacement before its term, by either of the two: the rights that rest on it alone end at once. Raises NotFound."""
    found = Delegation.objects.filter(pk=delegation, ended_at=None, until__gt=clock.now()).first() if delegation else None
    if found is None or actor.pk not in {found.by_id, found.to_id}:
        raise NotFound
    with transaction.atomic():
        lock_people({found.by_id, found.to_id})
        held = Grant.objects.filter(delegation=found, ended_at=None).select_related("membership__circle__patient")
        with all_opened(held.values_list("membership__circle", flat=True)) as feeds:
            if not Delegation.objects.filter(pk=found.pk, ended_at=None).update(ended_at=clock.now()):
                raise NotFound
            acting = Membership.objects.filter(person=actor, circle__in=feeds, ended_at=None).values_list("circle", "pk")
            _end(feeds, list(held.all()), acting=dict(acting))


def follow_leaving(feeds: Feeds, leaving: Collection[Membership]) -> None:
    """Whoever stood in for somebody who is no member any more is out with them."""
    _end(feeds, standing_in_for(leaving))


def follow_state(feed: OpenFeed, circle: Circle, state: CircleState) -> None:
    """In a closed circle nobody cares for anybody: nobody is replaced there."""
    if state is CircleState.CLOSED:
        held = Grant.objects.filter(membership__circle=circle, source=Source.DELEGATION, ended_at=None)
        _end({circle.id: feed}, list(held.select_related("membership__circle__patient")))


def circles_of_account(person: Person) -> set[UUID]:
    """The feeds that `follow_account` opens."""
    held = Grant.objects.filter(Q(delegation__by=person) | Q(delegation__to=person), delegation__ended_at=None, ended_at=None)
    return set(held.values_list("membership__circle", flat=True))


def follow_account(person: Person) -> None:
    """Who signs in no more is replaced by nobody and stands in for nobody, also where that would only have begun. Needs their lock."""
    running = Delegation.objects.filter(Q(by=person) | Q(to=person), ended_at=None)
    theirs = list(running.values_list("pk", flat=True))
    if not theirs:
        return
    held = Grant.objects.filter(delegation__in=theirs, ended_at=None).select_related("membership__circle__patient")
    with all_opened(held.values_list("membership__circle", flat=True)) as feeds:
        running.update(ended_at=clock.now())
        _end(feeds, list(held.all()))


def follow_terms(feeds: Feeds, members: Collection[Membership]) -> None:
    """A replacement never outlasts the right that it rests on: neither that of who is replaced, nor one's own where one has it."""
    extra = Grant.objects.filter(membership__in=members, membership__stands_in_for=None, source=Source.DELEGATION, ended_at=None)
    held = {grant.pk: grant for grant in [*standing_in_for(members), *extra.select_related("membership", "delegation")]}
    if not held:
        return
    rest = _own_terms({place for grant in held.values() for place in _rests_on(grant)})
    moved = []
    for grant in held.values():
        until = _soonest([grant.delegation.until, *(rest.get(place) for place in _rests_on(grant))]) if grant.delegation else None
        if until != grant.until:
            grant.until = until
            moved.append(grant)
    Grant.objects.bulk_update(moved, ["until"], batch_size=_BATCH)
    say_terms(feeds, [grant.membership for grant in moved if grant.membership.stands_in_for_id])


def _require_own(wanted: Collection[UUID], mine: Collection[UUID]) -> None:
    if not set(wanted) <= set(mine):
        sentence = _("There is no such circle of yours.")
        raise Invalid("circles.no_such_circle", sentence, errors={"circles": _("Choose among your patients.")})


def _check_interval(since: dt.datetime, until: dt.datetime) -> None:
    now = clock.now()
    if until <= since:
        raise Invalid("circles.term_past", _("It would end before it begins."), errors={"until": _("Choose a later moment.")})
    if until > since + LONGEST or since > now + LONGEST:
        sentence = _("A replacement lasts one year at most, and begins within a year.")
        raise Invalid("circles.term_too_long", sentence, errors={"until": _("Choose an earlier moment.")})


def _locked_pair(actor: Person, to: UUID | None) -> Person:
    """The replacement, as they are under the locks of both."""
    if to == actor.pk:
        sentence = _("Nobody stands in for themselves.")
        raise Invalid("circles.own_replacement", sentence, errors={"to": _("Choose somebody else.")})
    lock_people({actor.pk, to} if to else {actor.pk})
    active = Person.objects.filter(is_active=True).in_bulk([actor.pk, to] if to else [actor.pk])
    if actor.pk not in active:  # closed meanwhile
        raise NotFound
    newcomer = active.get(to) if to else None
    if newcomer is None:
        raise Invalid("circles.no_such_person", _("There is no such person."), errors={"to": _("Choose somebody from the list.")})
    return newcomer


def _same(actor: Person, to: Person, seats: Collection[Seat], since: dt.datetime, until: dt.datetime) -> Delegation | None:
    """One that is there already for these patients and these days: a form sent twice."""
    there = Delegation.objects.filter(by=actor, to=to, ended_at=None, since__lte=since, until=until)
    for delegation in there.order_by("made_at"):
        held = set(Grant.objects.filter(delegation=delegation, ended_at=None).values_list("membership__circle", flat=True))
        if held and {seat.member.circle_id for seat in seats} <= held:
            return delegation
    return None


def _hand_over(feeds: Feeds, made: Delegation, to: Person, taken: Iterable[Seat]) -> None:
    """Memberships, grants and lines, under the heads' locks."""
    fresh, grants = [], []
    for seat in taken:
        own, feed = seat.member, feeds[seat.member.circle_id]
        member = seat.there
        if member is None:
            admission = Admission(Role(own.role), until=seat.until)
            member, _line = seated(feed, own.circle, to, admission, by=own.pk)
            member.stands_in_for, member.history, member.first = own, own.history, own.first  # never more of the past
            fresh.append(member)
        elif member.stands_in_for_id is None:
            feed.append(Kind.MEMBER_CHANGED, EVERYONE, member.pk, actor=own.pk)
        grants.append(Grant(membership=member, source=Source.DELEGATION, delegation=made, since=seat.since, until=seat.until))
    Membership.objects.bulk_create(fresh, batch_size=_BATCH)
    Grant.objects.bulk_create(grants, batch_size=_BATCH)
    say_terms(feeds, [seat.there for seat in taken if seat.there and seat.there.stands_in_for_id])


def _end(feeds: Feeds, grants: Collection[Grant], *, acting: Mapping[UUID, UUID] | None = None) -> None:
    """Ends what holds replacements; whoever has a place of their own there keeps it."""
    if not grants:
        return
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(ended_at=clock.now())
    extra = {grant.membership for grant in grants if grant.membership.stands_in_for_id is None and grant.membership.ended_at is None}
    for member in sorted(extra, key=lambda member: member.pk):
        feeds[member.circle_id].append(Kind.MEMBER_CHANGED, EVERYONE, member.pk, actor=(acting or {}).get(member.circle_id))
    take_away(feeds, [grant for grant in grants if grant.membership.stands_in_for_id], by=None, acting=acting)


def _rests_on(grant: Grant) -> list[Place]:
    """Whose own rights a replacement's grant cannot outlast."""
    own = [] if grant.membership.stands_in_for_id else [(grant.membership.circle_id, grant.membership.person_id)]
    return [place_of(grant), *own]


def _own_terms(places: Collection[Place]) -> dict[Place, dt.datetime | None]:
    """How long people are in circles in their own right."""
    circles, people = {circle for circle, _person in places}, {person for _circle, person in places}
    open_ = Grant.objects.filter(membership__circle__in=circles, membership__person__in=people, membership__ended_at=None, ended_at=None)
    grants = list(own_grants(open_).select_related("membership"))
    where = {grant.membership_id: (grant.membership.circle_id, grant.membership.person_id) for grant in grants}
    return {where[member]: until for member, until in terms_of(grants).items()}


def _soonest(terms: Iterable[dt.datetime | None]) -> dt.datetime | None:
    return min((term for term in terms if term is not None), default=None)

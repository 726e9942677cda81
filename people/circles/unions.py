"""Two circles of one patient become one, by two humans, and two again by one of them.

One circle is kept; the other closes, and its members come into the kept one from now on: nobody reads there what was written before,
and what was written in the closed one is read by those who read it, and by nobody else. So no post ever gains a reader.
"""
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Forbidden, Invalid, NotFound
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import all_opened, opened
from people.accounts.locks import lock_people, lock_structures
from people.accounts.models import Person
from people.circles import consents, policy
from people.circles.access import enter, require, still_enters
from people.circles.enums import PASSING, Cause, CircleState, ConsentScope, History, Role, Source
from people.circles.models import Circle, Grant, Membership, TeamSeat, Union
from people.circles.oppositions import opposed_places
from people.circles.policy import Act
from people.circles.queries import same_patient, terms_of
from people.circles.services import Admission, Feeds, close_lapsed, seated
from people.circles.states import turn
from people.circles.teams import settle, take_away


def propose_union(actor: Membership, *, other: UUID) -> Union:
    """Proposes to join another circle of the same patient, in which the actor steers too, to the actor's own.

    Raises Refused, Invalid `circles.no_such_circle`, `circles.not_the_same`, Conflict `circles.union_asked`.
    """
    require_uniting(actor)
    there = _there(actor.person, other)
    if there.circle_id == actor.circle_id or not same_patient(actor.circle, there.circle):
        sentence = _("These are not two circles of one patient: name and date of birth differ.")
        raise Invalid("circles.not_the_same", sentence, errors={"circle": sentence})
    made = propose(actor, there.circle)
    if made is None:
        raise Conflict("circles.union_asked", _("This has been proposed already."))
    return made


def propose(actor: Membership, joined: Circle) -> Union | None:
    """A proposal told to the care team of the circle that would close; None where one waits, or the circle is joined already."""
    with transaction.atomic(), opened(joined.id) as feed:
        still_enters(actor)
        asked = Union.objects.filter(joined=joined, kept=actor.circle_id, answered_at=None)
        made = Union.objects.filter(joined=joined, accepted=True, undone_at=None)
        if joined.id == actor.circle_id or asked.exists() or made.exists():
            return None
        union = Union.objects.create(kept=actor.circle, joined=joined, by=actor, at=clock.now())
        feed.append(Kind.UNION_PROPOSED, frozenset(), union.pk)
    return union


def accept_union(actor: Membership, *, union: UUID | None) -> Union:
    """Closes the actor's circle and lets its members into the other one, as what they are, from now on.

    Raises NotFound, Refused, Conflict `circles.two_people` (the proposer does not answer), `circles.answered`, `circles.union_over`
    (the proposer may no more), `circles.union_waits` (one of the circles is not active, or somebody comes or goes just now).
    """
    found = _proposed_to(actor, union)
    require(actor, Act.SET_STATE)
    if found.by.person_id == actor.person_id:
        raise Conflict("circles.two_people", _("Somebody else accepts: two people join two circles."))
    with transaction.atomic():
        coming = people, structures = _coming(found)
        lock_people(people)
        lock_structures(structures)
        with all_opened([found.kept_id, found.joined_id]) as feeds:
            inside, proposer = still_enters(actor), _proposer_now(found)
            require(inside, Act.SET_STATE)
            if _coming(found) != coming:
                raise Conflict("circles.union_waits", _("Somebody has come or gone at this very moment. Try again."))
            if {inside.circle.state, proposer.circle.state} != {CircleState.ACTIVE}:
                raise Conflict("circles.union_waits", _("Both circles have to be active."))
            _answer(found, inside, accepted=True)
            close_lapsed([found.kept_id, found.joined_id])
            _bring_people(feeds, found, proposer)
            _bring_seats(feeds, found, proposer)
            words = _("Joined with another circle of the patient.")
            turn(feeds[found.joined_id], inside.circle, CircleState.CLOSED, by=inside, reason=words)
            for circle in (found.kept_id, found.joined_id):
                feeds[circle].append(Kind.UNION_MADE, EVERYONE, found.pk, actor=(proposer if circle == found.kept_id else inside).pk)
    return found


def refuse_union(actor: Membership, *, union: UUID | None) -> None:
    """Refuses a proposal. Raises NotFound, Refused, Conflict `circles.answered`."""
    found = _proposed_to(actor, union)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.SET_STATE)
        _answer(found, inside, accepted=False)
        feed.append(Kind.UNION_REFUSED, frozenset(), found.pk, actor=inside.pk)


def undo_union(actor: Membership, *, union: UUID | None, reason: str = "") -> None:
    """Two circles again: who came in by the union is out, and the closed circle goes on. By whoever steers either of them.

    Raises NotFound, Refused.
    """
    found = _made_around(actor, union)
    require(actor, Act.SET_STATE)
    with transaction.atomic():
        lock_structures(TeamSeat.objects.filter(union=found, ended_at=None).values_list("structure", flat=True))
        with all_opened([found.kept_id, found.joined_id]) as feeds:
            inside = still_enters(actor)
            require(inside, Act.SET_STATE)
            now = clock.now()
            if not Union.objects.filter(pk=found.pk, undone_at=None).update(undone_at=now, undone_by=inside):
                raise NotFound
            seats = list(TeamSeat.objects.filter(union=found, ended_at=None))
            TeamSeat.objects.filter(pk__in=[seat.pk for seat in seats]).update(ended_at=now, ended_by=inside.pk)
            held = Grant.objects.filter(union=found, ended_at=None) | Grant.objects.filter(seat__in=seats, ended_at=None)
            take_away(feeds, list(held), by=inside.pk)
            for seat in seats:
                feeds[seat.circle_id].append(Kind.MEMBER_LEFT, EVERYONE, seat.pk, actor=inside.pk)
            _open_again(feeds, found, inside, reason)
            for circle in (found.kept_id, found.joined_id):
                feeds[circle].append(Kind.UNION_UNDONE, EVERYONE, found.pk, actor=inside.pk)


def require_uniting(actor: Membership) -> None:
    """Raises Refused unless the actor admits any role, in an active circle: nobody less brings a whole circle in."""
    require(actor, Act.ADMIT, other_role=Role.NURSE)


def _there(person: Person, circle: UUID) -> Membership:
    """The proposer's own seat in the other circle."""
    unknown = Invalid("circles.no_such_circle", _("There is no such circle of yours."), errors={"circle": _("Choose one of your circles.")})
    try:
        there = enter(person, circle)
        require_uniting(there)
    except (NotFound, Forbidden):
        raise unknown from None
    return there


def _proposed_to(actor: Membership, union: UUID | None) -> Union:
    found = Union.objects.select_related("by", "kept", "joined").filter(pk=union, joined=actor.circle_id).first() if union else None
    if found is None:
        raise NotFound
    return found


def _made_around(actor: Membership, union: UUID | None) -> Union:
    made = Union.objects.filter(pk=union, accepted=True, undone_at=None) if union else Union.objects.none()
    found = (made.filter(joined=actor.circle_id) | made.filter(kept=actor.circle_id)).first()
    if found is None:
        raise NotFound
    return found


def _coming(union: Union) -> tuple[set[UUID], set[UUID]]:
    """(people, structures) of the circle that closes, of whom some or all come into the kept one."""
    members = Membership.objects.filter(circle=union.joined_id, ended_at=None)
    seats = TeamSeat.objects.filter(circle=union.joined_id, ended_at=None)
    return set(members.values_list("person", flat=True)), set(seats.values_list("structure", flat=True))


def _proposer_now(union: Union) -> Membership:
    """The proposer as they are under the lock."""
    try:
        proposer = still_enters(union.by)
    except NotFound:
        proposer = None
    if proposer is None or not policy.decide(Role(proposer.role), Act.ADMIT, CircleState.ACTIVE, other_role=Role.NURSE):
        raise Conflict("circles.union_over", _("Whoever proposed this may not do so any more."))
    return proposer


def _answer(union: Union, inside: Membership, *, accepted: bool) -> None:
    mine = Union.objects.filter(pk=union.pk, answered_at=None)
    if not mine.update(answered_at=clock.now(), answered_by=inside, accepted=accepted):
        raise Conflict("circles.answered", _("Somebody has answered this already."))


def _bring_people(feeds: Feeds, union: Union, proposer: Membership) -> None:
    """Each member who is not here for a team or in somebody's place becomes one of the kept circle, in their role, from now on."""
    inside = Membership.objects.filter(circle=union.kept_id, ended_at=None)
    here, patient_here = set(inside.values_list("person", flat=True)), inside.filter(role=Role.PATIENT).exists()
    own = Grant.objects.filter(membership__circle=union.joined_id, membership__person__is_active=True, membership__ended_at=None)
    for_themselves = own.filter(ended_at=None).exclude(source__in=[Source.STRUCTURE, Source.DELEGATION, *PASSING])
    grants = list(for_themselves.select_related("membership__person").order_by("pk"))
    opposed = opposed_places([union.kept_id], [grant.membership.person_id for grant in grants])
    terms, members = terms_of(grants), dict[UUID, Membership]()
    held = []
    for grant in grants:
        old = grant.membership
        if old.person_id in here or (union.kept_id, old.person_id) in opposed or (old.role == Role.PATIENT and patient_here):
            continue
        if old.pk not in members:
            admission = Admission(Role(old.role), History.FROM_NOW, until=terms[old.pk])
            members[old.pk], _line = seated(feeds[union.kept_id], union.kept, old.person, admission, by=proposer.pk)
        since = max(grant.since, clock.now())
        held.append(Grant(membership=members[old.pk], source=Source.UNION, union=union, since=since, until=grant.until))
    Membership.objects.bulk_create(members.values())
    Grant.objects.bulk_create(held)


def _bring_seats(feeds: Feeds, union: Union, proposer: Membership) -> None:
    """Structures come as structures: who leaves their team is out here too."""
    here = TeamSeat.objects.filter(circle=union.kept_id, ended_at=None).values("structure")
    seats = [
        TeamSeat(
            circle=union.kept, structure_id=old.structure_id, role=old.role, history=History.FROM_NOW, since=max(old.since, clock.now()),
            until=old.until, union=union,
        )
        for old in TeamSeat.objects.filter(circle=union.joined_id, ended_at=None).exclude(structure__in=here)
    ]
    TeamSeat.objects.bulk_create(seats)
    for seat in seats:
        feeds[union.kept_id].append(Kind.MEMBER_JOINED, EVERYONE, seat.pk, actor=proposer.pk, until=seat.until)
    if seats:
        settle(feeds, seats, None, by=proposer.pk)


def _open_again(feeds: Feeds, union: Union, inside: Membership, reason: str) -> None:
    """The closed circle is active again, or frozen where the patient has withdrawn the consent meanwhile."""
    joined = Circle.objects.select_related("patient").get(pk=union.joined_id)
    if joined.state == CircleState.CLOSED:
        state = CircleState.ACTIVE if consents.has(joined.id, ConsentScope.CIRCLE) else CircleState.FROZEN
        words = reason or _("The two circles are two again.")
        turn(feeds[joined.id], joined, state, by=inside, reason=words, cause=Cause.UNDONE)

"""The door. `enter` gives a membership, or the "not found" that looks the same for absent and forbidden."""
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Case, F, When
from django.http import HttpRequest

from foundation import clock, ids
from foundation.errors import Forbidden, NotFound
from foundation.limits import require_room
from foundation.prepared import Prepared
from messaging.feed.items import Reader
from people.accounts.access import person_of, session_key_of
from people.accounts.models import Person
from people.accounts.sessions import session_subject
from people.audit.services import Access, record_access, record_opening, record_openings
from people.circles import policy
from people.circles.attempts import note_attempt
from people.circles.budgets import over_circle, over_own
from people.circles.enums import CARE_PROFESSIONS, CircleState, Role, Source
from people.circles.guardians import is_guardian
from people.circles.models import Grant, GrantRows, Membership, TeamSeat
from people.circles.policy import Act
from people.circles.sentences import refusal
from people.circles.traces import structure_of, workplace


def reader_of(membership: Membership) -> Reader:
    """For whom a member's items are made."""
    return Reader(membership.stands, membership.first)


@dataclass(frozen=True)
class System:
    """The actor of what nobody did: a term reached, an account disabled, a hospital's message."""

    source: str


# What an emergency gives counts only where nothing else holds somebody here.
_BY_FORCE = Case(When(source=Source.BREAK_GLASS, then=1), default=0)


def _grants_for(person: UUID, circle: UUID, now: dt.datetime) -> GrantRows:
    mine = Grant.objects.live(now).filter(membership__person=person, membership__circle=circle, membership__ended_at=None)
    longest = mine.order_by(_BY_FORCE, F("until").desc(nulls_first=True))[:1]
    return longest.select_related("membership__circle__head", "membership__circle__patient")


def _grants_still(membership: UUID, now: dt.datetime) -> GrantRows:
    running = Grant.objects.live(now).filter(membership=membership, membership__ended_at=None, membership__person__is_active=True)
    return running.select_related("membership__circle__patient").order_by(_BY_FORCE, "pk")[:1]


_entering = Prepared(_grants_for, person=UUID, circle=UUID, now=dt.datetime)
_entering_still = Prepared(_grants_still, membership=UUID, now=dt.datetime)


def enter(person: Person, circle: UUID | None) -> Membership:
    """The person's membership of a circle, with circle, patient and feed head read in the same statement. Raises NotFound."""
    if circle is None:
        raise NotFound
    grant = _entering.first(person=person.pk, circle=circle, now=clock.now())
    if grant is None:
        note_attempt(person.pk, circle)
        raise NotFound
    membership = grant.membership
    membership.person = person
    membership.__dict__["right"] = grant.source
    membership.__dict__["until"] = grant.until
    return membership


def still_enters(membership: Membership) -> Membership:
    """The same membership, read again under the head's lock: who was ended a moment ago writes nothing. Raises NotFound."""
    grant = _entering_still.first(membership=membership.pk, now=clock.now())
    if grant is None:
        raise NotFound
    again = grant.membership
    again.person = membership.person
    again.__dict__["right"] = grant.source
    return again


def require(membership: Membership, act: Act, **circumstances: Any) -> None:
    """Raises Forbidden where the policy says no; the translator at the edge leaves the line in the trail."""
    guardian = act in policy.GUARDED and is_guardian(membership)
    role, state = Role(membership.role), CircleState(membership.circle.state)
    verdict = policy.decide(role, act, state, standing=membership.stands, guardian=guardian, glass=by_force(membership), **circumstances)
    if not verdict:
        raise Refused(membership, act, verdict.reason)


def by_force(membership: Membership) -> bool:
    """Whether a member, as they came through the door, is here by force of an emergency and by nothing else."""
    return getattr(membership, "right", None) == Source.BREAK_GLASS


def reads_whole_trail(membership: Membership) -> bool:
    """Whether a member reads every line of the circle's trail, or their own ones."""
    return membership.role in policy.WHOLE_TRAIL or is_guardian(membership)


class Refused(Forbidden):
    """A member may not do this. Knows who and what, for the trail."""

    def __init__(self, membership: Membership, act: Act, reason: str) -> None:
        super().__init__(f"circles.{reason}" if reason.startswith("circle_") else f"circles.not_allowed.{reason}", refusal(reason))
        self.membership, self.act, self.reason = membership, act, reason


def leave_refusal(refused: Refused, session: UUID | None) -> None:
    """The trail's line of a refused act, in a transaction of its own: that of the act was rolled back."""
    member = refused.membership
    access = Access(member.circle_id, member.person_id, member.role, f"refused:{refused.act}", refused.reason, session)
    record_access(_placed(member, access))


def opened(membership: Membership, session: UUID | None, *, what: str = "circle.opened", about: UUID | None = None) -> None:
    """Leaves the trail's line of an opening, of the circle or of one thing in it: one per session and hour, before anything is shown."""
    record_opening(replace(_access(membership, what, session), about=about), complete=partial(_placed, membership))


def opened_together(openings: Sequence[tuple[Membership, UUID | None, str]]) -> None:
    """The same for openings of a circle by different people at one moment, each with its session and device: one commit for all lines."""
    places: dict[tuple[UUID | None, UUID, str], UUID | None] = {}  # somebody who comes back opens many circles

    def placed(membership: Membership, access: Access) -> Access:
        key = (membership.via_id, membership.person_id, membership.standing)
        if key not in places:
            places[key] = structure_of(membership)
        return replace(access, structure=places[key])

    record_openings(
        [
            (replace(_access(membership, "circle.opened", session), device=device), partial(placed, membership))
            for membership, session, device in openings
        ]
    )


def opened_each(person: Person, circles: Collection[UUID], session: UUID | None, *, what: str = "circle.opened") -> None:
    """The same for what shows things of several circles at once: a line in each of those that the person is in."""
    if not circles:
        return
    held = Grant.objects.live(clock.now()).filter(membership__person=person, membership__circle__in=circles, membership__ended_at=None)
    longest = held.order_by(_BY_FORCE, F("until").desc(nulls_first=True)).select_related("membership__circle__patient")
    rights: dict[UUID, Grant] = {}
    for grant in longest:
        rights.setdefault(grant.membership.circle_id, grant)
    for _circle, grant in sorted(rights.items()):
        grant.membership.person = person
        grant.membership.__dict__["right"] = grant.source
        opened(grant.membership, session, what=what)


def listed(person: Person, what: str, session: UUID | None) -> None:
    """Leaves the line of a list ("patients.listed", "people.searched") on the person's own trail: one per session and hour."""
    access = Access(person.pk, person.pk, "", what, "own", session)
    record_opening(access, complete=lambda access: replace(access, structure=workplace(person)))


def access_of(membership: Membership, what: str, session: UUID | None, *, about: UUID | None = None) -> Access:
    """A trail line's content for something that a member does, with the structure for which they do it."""
    return _placed(membership, replace(_access(membership, what, session), about=about))


def _access(membership: Membership, what: str, session: UUID | None) -> Access:
    return Access(membership.circle_id, membership.person_id, membership.role, what, getattr(membership, "right", "admitted"), session)


def _placed(membership: Membership, access: Access) -> Access:
    return replace(access, structure=structure_of(membership))


def session_mark(request: HttpRequest) -> UUID | None:
    """The caller's session as the trail and the site feed know it."""
    key = session_key_of(request)
    return session_subject(key) if key else None


# What a circle's own budget does not pay for: it leaves no line there, or one that is merged with others.
_COUNT_NOTHING = frozenset({Act.READ, Act.SEARCH, Act.MARK_READ, Act.SEE_MEDIA, Act.LISTEN})


def member_of(request: HttpRequest) -> Membership:
    """The caller's membership, in a view behind a Door."""
    membership: Membership = request.auth  # type: ignore[attr-defined]
    return membership


class SignedIn:
    """Route authentication for what needs a person and no circle."""

    act: Act | None = None

    def __call__(self, request: HttpRequest) -> Person:
        person = person_of(request)
        self._wait(request, over_own(request, person))
        return person

    def _wait(self, request: HttpRequest, over: clock.Seconds) -> None:
        """Raises TooFast where somebody has asked too much."""
        require_room(over)


class Own(SignedIn):
    """Route authentication for an id of what belongs to the caller alone: it is looked for among theirs, and else not found."""


class Door(SignedIn):
    """Route authentication for `circles/{id}/…`: runs before the body is parsed. `request.auth` is the Membership.

    `early` acts are refused here already when the role alone decides; others wait for the body.
    """

    def __init__(self, act: Act, *, early: bool = True, opens: bool = False) -> None:
        self.act, self._early, self._opens = act, early, opens

    def __call__(self, request: HttpRequest) -> Membership:  # type: ignore[override]
        person = super().__call__(request)
        membership = self._enter(request, person)
        if self.act not in _COUNT_NOTHING:
            self._wait(request, over_circle(request, person.pk, membership.circle_id))
        if self._early and self.act is not None:
            require(membership, self.act, **self._circumstances(request, membership))
        if self._opens:
            opened(membership, session_mark(request))
        return membership

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        match = request.resolver_match
        return enter(person, ids.parse(match.kwargs.get("circle_id")) if match else None)

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        """What the policy needs to know beside role and state, as far as the path alone tells it."""
        return {"own": True, "owner": True}


class KeyedDoor(Door):
    """The door of what is written once however often it is sent: after the door the key, then 403 (contract, "the same key").

    Where the member can't write, a key that was answered passes to be answered again; anything else is refused before its body is
    parsed. `answered` tells whether a person's key was answered.
    """

    def __init__(self, act: Act, answered: Callable[[UUID, UUID], bool]) -> None:
        super().__init__(act, early=False)
        self._writes, self._answered = act, answered

    def __call__(self, request: HttpRequest) -> Membership:  # type: ignore[override]
        membership = super().__call__(request)
        state, glass = CircleState(membership.circle.state), by_force(membership)
        verdict = policy.decide(Role(membership.role), self._writes, state, owner=True, glass=glass)  # the service knows whose it is
        if not verdict:
            key = ids.parse(request.headers.get("Idempotency-Key"))
            if key is None or not self._answered(membership.person_id, key):
                raise Refused(membership, self._writes, verdict.reason)
        return membership


def seated(circle: UUID, member: UUID | None) -> Membership | TeamSeat:
    """A person's membership or a structure's seat by its id, which has not been ended. Raises NotFound."""
    for rows in (Membership.objects, TeamSeat.objects):
        found = rows.filter(circle=circle, pk=member, ended_at=None).first() if member else None
        if found is not None:
            return found
    raise NotFound


class MemberDoor(Door):
    """Route authentication for `circles/{id}/members/{id}`: a seat that is not there is the door's "not found" too.

    `request.seat` is the Membership or TeamSeat that the address names.
    """

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        match = request.resolver_match
        member = ids.parse(match.kwargs.get("member_id")) if match else None
        request.seat = other = seated(membership.circle_id, member)  # type: ignore[attr-defined]
        return {"own": other.pk == membership.pk, "other_role": Role(other.role)}


class Opening(SignedIn):
    """Route authentication for `POST circles`: 403 comes before whatever is wrong with the body."""

    def __call__(self, request: HttpRequest) -> Person:
        person = super().__call__(request)
        require_opener(person)
        return person


def require_opener(person: Person) -> None:
    """A circle is opened by a person whose care-team profession is confirmed. Raises Forbidden."""
    if not (person.confirmed and person.profession in CARE_PROFESSIONS):
        raise Forbidden("circles.not_allowed.unconfirmed", refusal("unconfirmed"))

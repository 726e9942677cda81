"""Asking to join a circle that may exist. The asker learns nothing: what is looked for is found later, by the worker."""
import datetime as dt
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from foundation import clock
from foundation.errors import Conflict, Forbidden, NotFound
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, opened
from people.accounts.models import Person
from people.circles.access import require, require_opener, still_enters
from people.circles.enums import Role
from people.circles.invitations import may_see
from people.circles.models import Asking, Circle, JoinRequest, Membership
from people.circles.oppositions import opposed_places
from people.circles.policy import Act
from people.circles.queries import circles_alike, live_members
from people.circles.services import Admission, check_own_role, check_term, fitting_newcomer, let_in
from people.circles.traits import Traits
from people.circles.unions import propose, require_uniting

QUIET = dt.timedelta(days=1)  # after a refusal the same person is not told of again for so long
_DIGEST = 32
_AT_ONCE = 50


def ask_to_join(actor: Person, *, traits: Traits, role: Role) -> None:
    """Asks those who admit around a patient with these traits, if there is one. Stores one row whatever there is.

    Raises Forbidden where the actor's care profession is not confirmed, Invalid `circles.role_unfit`.
    """
    require_opener(actor)
    check_own_role(actor, role)
    digests = b"".join(digest for purpose, digest in sorted(traits.hashes()) if purpose in {"double", "ins"})
    Asking.objects.create(person=actor, role=role, digests=digests, at=clock.now())


def ask_for_union(actor: Membership) -> None:
    """Asks those who steer another circle of the same patient, if there is one, to join the two. The actor learns nothing of it."""
    require_uniting(actor)
    purposes = actor.circle.patient.hashes.filter(purpose__in=["double", "ins"]).order_by("purpose", "pk")
    digests = b"".join(bytes(digest) for digest in purposes.values_list("digest", flat=True))
    Asking.objects.create(person=actor.person, within=actor, digests=digests, at=clock.now())


def match_askings() -> int:
    """The worker's round: passes on what was asked for to the circles that it fits; how many requests came of it."""
    made = 0
    for asking in Asking.objects.select_related("person", "within").order_by("at")[:_AT_ONCE]:
        raw = bytes(asking.digests)
        for circle in circles_alike(raw[start : start + _DIGEST] for start in range(0, len(raw), _DIGEST)):
            made += _propose(asking.within, circle) if asking.within else _pass_on(asking, circle)
        asking.delete()
    return made


def _propose(actor: Membership, circle: Circle) -> bool:
    """A proposal to close `circle` into the actor's, unless the actor may not propose any more."""
    try:
        require_uniting(still_enters(actor))
        return propose(actor, circle) is not None
    except (NotFound, Forbidden):
        return False


def _pass_on(asking: Asking, circle: Circle) -> bool:
    """A request in one circle, unless the person is inside, has asked already, or was refused a moment ago."""
    with transaction.atomic(), opened(circle.id) as feed:
        asked = JoinRequest.objects.filter(circle=circle, person=asking.person)
        recently = asked.filter(answered_at=None) | asked.filter(answered_at__gt=clock.now() - QUIET)
        if opposed_places([circle.id], [asking.person_id]):
            return False
        if recently.exists() or live_members([circle.id]).filter(membership__person=asking.person).exists():
            return False
        made = JoinRequest.objects.create(circle=circle, person=asking.person, role=asking.role, at=asking.at)
        feed.append(Kind.REQUEST_MADE, frozenset(), made.pk)
    return True


def admit_asker(actor: Membership, *, request: UUID | None, admission: Admission) -> Membership:
    """Lets in whoever asked, in the role that the actor chooses.

    Raises NotFound, Refused, Invalid `circles.no_such_person`, `circles.role_unfit` or `circles.term_past`, Conflict
    `circles.already_member` or `circles.answered`.
    """
    found = own_request(actor, request)
    require(actor, Act.ADMIT, other_role=admission.role)
    with transaction.atomic():
        newcomer = fitting_newcomer(found.person_id, admission.role)
        check_term(admission)
        with opened(actor.circle_id) as feed:
            inside = still_enters(actor)
            require(inside, Act.ADMIT, other_role=admission.role)
            _answer(feed, found, inside, admitted=True)
            return let_in(feed, inside, newcomer, admission)


def refuse_asker(actor: Membership, *, request: UUID | None) -> None:
    """Refuses a request; whoever asked hears nothing of it. Raises NotFound, Refused, Conflict `circles.answered`."""
    found = own_request(actor, request)
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.END_MEMBERSHIP, other_role=found.into)
        _answer(feed, found, inside, admitted=False)


def own_request(actor: Membership, request: UUID | None) -> JoinRequest:
    """A request for the actor's circle, in a role that they admit. Raises NotFound."""
    found = JoinRequest.objects.select_related("person").filter(circle=actor.circle_id, pk=request).first() if request else None
    if found is None or not may_see(actor, found.into):
        raise NotFound
    return found


def _answer(feed: OpenFeed, request: JoinRequest, inside: Membership, *, admitted: bool) -> None:
    """Under the head's lock: of two who answer at once the first one does."""
    mine = JoinRequest.objects.filter(pk=request.pk, answered_at=None)
    if not mine.update(answered_at=clock.now(), answered_by=inside, admitted=admitted):
        raise Conflict("circles.answered", _("Somebody has answered this already."))
    feed.append(Kind.REQUEST_ANSWERED, frozenset(), request.pk, actor=inside.pk)

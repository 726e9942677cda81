"""Structures as members: whoever is on the team list is inside, by one act in every circle at once, and out as fast.

Each person of a team has an ordinary membership, so the door, the hub and the lists ask nothing more than for anybody else. A
change locks the person, the structure, then the circles' heads in the order of their ids, and writes a few
statements whatever their number.
"""
import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from foundation import clock
from foundation.clock import longest
from foundation.errors import Conflict, Invalid, NotFound
from foundation.vault.seal import seal
from messaging.feed.enums import EVERYONE, Kind, Standing
from messaging.feed.services import OpenFeed, all_opened
from people.accounts.locks import lock_structures, locked_structure
from people.accounts.models import Person, Structure
from people.circles.access import require, still_enters
from people.circles.enums import ConsentScope, History, Role, Source
from people.circles.models import Circle, Grant, Membership, TeamSeat
from people.circles.oppositions import note, opposed_places, speaks_for_patient
from people.circles.policy import TEAM_ROLES, Act
from people.circles.queries import Right, held_until, intervals, rights_by_team, standing_elsewhere, terms_of, unfit_memberships
from people.circles.services import Admission, Feeds, check_term, close_lapsed, end_all, seated
from people.circles.spoken import Words

_BATCH = 500
_CARE = frozenset({Standing.CARE_TEAM})
OnTerms = Callable[[Feeds, Collection[Membership]], None]
_on_terms: list[OnTerms] = []
Place = tuple[UUID, UUID]  # (circle, person)


def when_terms_change(do: OnTerms) -> None:
    """Registers what follows where memberships' terms have moved, in that transaction: told those, and their circles' locked feeds."""
    if do not in _on_terms:
        _on_terms.append(do)


def seat_structure(actor: Membership, *, structure: UUID | None, admission: Admission) -> TeamSeat:
    """Admits a structure with everybody on its team list whose profession fits the role, now and later.

    Raises Refused, Invalid `circles.no_such_structure`, `circles.role_unfit` or `circles.term_past`, Conflict `circles.already_member`.
    """
    role = admission.role
    require(actor, Act.ADMIT, other_role=role)
    team = Structure.objects.filter(pk=structure).first() if structure else None
    if team is None:
        sentence = _("There is no such structure.")
        raise Invalid("circles.no_such_structure", sentence, errors={"structure": _("Choose one from the list.")})
    if role not in TEAM_ROLES:
        raise Invalid("circles.role_unfit", _("A structure has a professional role."), errors={"role": _("Choose another role.")})
    check_term(admission)
    with transaction.atomic():
        locked_structure(team.pk)
        with all_opened([actor.circle_id]) as feeds:
            inside = still_enters(actor)
            require(inside, Act.ADMIT, other_role=role)
            close_lapsed([inside.circle_id])
            if TeamSeat.objects.filter(circle=inside.circle_id, structure=team, ended_at=None).exists():
                raise Conflict("circles.already_member", _("This structure is already in the circle."))
            since = admission.since or clock.now()
            seat = TeamSeat(circle=inside.circle, structure=team, role=role, history=admission.history, since=since, until=admission.until)
            seat.save(force_insert=True)
            feeds[inside.circle_id].append(Kind.MEMBER_JOINED, EVERYONE, seat.pk, actor=inside.pk, until=admission.until)
            settle(feeds, [seat], None, by=inside.pk)
    return seat


def end_seat(actor: Membership, *, seat: UUID, reason: str = "") -> None:
    """Ends a structure's part in the actor's circle, and with it every right that rests on it. Raises NotFound, Refused."""
    known = TeamSeat.objects.filter(circle=actor.circle_id, pk=seat, ended_at=None).first()
    if known is None:
        raise NotFound
    require(actor, Act.END_MEMBERSHIP, other_role=Role(known.role))
    with transaction.atomic():
        locked_structure(known.structure_id)
        with all_opened([actor.circle_id]) as feeds:
            inside = still_enters(actor)
            require(inside, Act.END_MEMBERSHIP, other_role=Role(known.role))
            leaving = TeamSeat.objects.filter(pk=known.pk, ended_at=None).first()
            if leaving is None:
                raise NotFound
            leaving.ended_at, leaving.ended_by = clock.now(), inside.pk
            if reason:
                leaving.sealed_reason = seal(inside.circle.patient.vault, f"circles.seat.reason:{leaving.pk}", reason)
            leaving.save(update_fields=["ended_at", "ended_by", "sealed_reason"])
            grants = list(Grant.objects.filter(seat=leaving, ended_at=None))
            take_away(feeds, grants, by=inside.pk)
            if speaks_for_patient(inside):
                _note_opposition(grants, inside, reason)
            feeds[inside.circle_id].append(Kind.MEMBER_LEFT, EVERYONE, leaving.pk, actor=inside.pk)


def _note_opposition(grants: Collection[Grant], patient: Membership, reason: str) -> None:
    """Whom the patient has put out with their structure does not come back by another one."""
    ended = Membership.objects.filter(pk__in={grant.membership_id for grant in grants}, opposed=False).exclude(ended_at=None)
    for member in ended.select_related("circle__patient"):
        note(member, by=patient, words=Words("screen", reason))


def follow_team(structure: UUID, people: Collection[UUID]) -> None:
    """A team list has changed: these people's rights by it are made anew in every circle of the structure."""
    seats = _open_seats(TeamSeat.objects.filter(structure=structure))
    if seats:
        with all_opened({seat.circle_id for seat in seats}) as feeds:
            settle(feeds, seats, people, by=None)


def circles_of_team(structure: UUID, people: Collection[UUID]) -> set[UUID]:
    """The feeds that `follow_team` opens."""
    return set(TeamSeat.objects.filter(structure=structure, ended_at=None).values_list("circle", flat=True))


def circles_of_confirmation(person: Person) -> set[UUID]:
    """The feeds that `follow_confirmation` opens; from here on the person's structures are locked, as they are before any head."""
    structures = set(person.affiliations.values_list("structure", flat=True))
    lock_structures(structures)
    seats = TeamSeat.objects.filter(structure__in=structures, ended_at=None)
    return set(seats.values_list("circle", flat=True)) | {member.circle_id for member in unfit_memberships(person)}


def follow_confirmation(person: Person) -> None:
    """A profession was confirmed or is no longer: roles that it does not fit end, and teams that it fits let the person in.

    The person's row is locked and their structures' are from here on: nobody lets them in anywhere else meanwhile.
    """
    structures = set(person.affiliations.values_list("structure", flat=True))
    lock_structures(structures)
    seats = _open_seats(TeamSeat.objects.filter(structure__in=structures))
    with all_opened({seat.circle_id for seat in seats} | {member.circle_id for member in unfit_memberships(person)}) as feeds:
        end_all(feeds, unfit_memberships(person), by=None)  # as they are under the locks: one may have been ended before
        settle(feeds, seats, [person.pk], by=None)


def follow_consent(feed: OpenFeed, circle: Circle, scope: ConsentScope, given: bool) -> None:
    """Consent to coordination was given or withdrawn: who stands elsewhere now ends and begins anew there, under the head's lock.

    A role never changes, nor does a membership's standing: the numbers that its sockets count by would be others'.
    """
    if scope is not ConsentScope.COORDINATION:
        return
    moving = standing_elsewhere(circle)
    held = {member.pk: [grant for grant in intervals(member) if grant.ended_at is None] for member in moving}
    end_all({circle.id: feed}, moving, by=None, begins_anew=True)
    for member in moving:
        admission = Admission(Role(member.role), History(member.history), until=longest(grant.until for grant in held[member.pk]))
        again, _line = seated(feed, circle, member.person, admission, by=None, via=member.via_id)
        again.stands_in_for_id = member.stands_in_for_id
        again.save(force_insert=True)
        Grant.objects.bulk_create(_carried(grant, again) for grant in held[member.pk])


def _carried(grant: Grant, member: Membership) -> Grant:
    """The same interval of the same source, on another membership."""
    return Grant(
        membership=member, source=grant.source, seat_id=grant.seat_id, union_id=grant.union_id, delegation_id=grant.delegation_id,
        about=grant.about, since=grant.since, until=grant.until,
    )  # fmt: skip


def _open_seats(seats: QuerySet[TeamSeat]) -> list[TeamSeat]:
    return list(seats.filter(ended_at=None).select_related("circle"))


def settle(feeds: Feeds, seats: Collection[TeamSeat], people: Collection[UUID] | None, *, by: UUID | None) -> None:
    """Makes the grants of these seats what the team lists say, for some people or for all: what is missing, changed, too much."""
    wanted = rights_by_team(seats, people)
    held = Grant.objects.filter(seat__in=seats, ended_at=None)
    if people is not None:
        held = held.filter(membership__person__in=people)
    present = {(grant.seat_id, grant.membership.person_id): grant for grant in held.select_related("membership")}
    take_away(feeds, [grant for key, grant in present.items() if key not in wanted], by=by)
    changed = [(grant, wanted[key]) for key, grant in present.items() if key in wanted and _differs(grant, wanted[key])]
    _change(feeds, changed)
    _let_in(feeds, [right for key, right in wanted.items() if key not in present], by=by)


def _differs(grant: Grant, right: Right) -> bool:
    return (grant.until, grant.since) != (right.until, right.since)


def take_away(feeds: Feeds, grants: Collection[Grant], *, by: UUID | None, acting: Mapping[UUID, UUID] | None = None) -> None:
    """Ends grants; a membership that none is left to hold open ends with them, one that another holds says its new term.

    `by` and `acting` as for `end_all`.
    """
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(ended_at=clock.now())
    members = list(Membership.objects.filter(pk__in={grant.membership_id for grant in grants}, ended_at=None))
    terms = _terms(member.pk for member in members)
    end_all(feeds, [member for member in members if member.pk not in terms], by=by, acting=acting)
    say_terms(feeds, [member for member in members if member.pk in terms], quiet=all(grant.quiet for grant in grants))


def _change(feeds: Feeds, changed: Collection[tuple[Grant, Right]]) -> None:
    for grant, right in changed:
        grant.since, grant.until = right.since, right.until
    Grant.objects.bulk_update([grant for grant, _right in changed], ["since", "until"], batch_size=_BATCH)
    say_terms(feeds, [grant.membership for grant, _right in changed])


def _let_in(feeds: Feeds, rights: Collection[Right], *, by: UUID | None) -> None:
    rights = _unopposed(rights)
    if not rights:
        return
    close_lapsed({right.seat.circle_id for right in rights})
    inside = _inside(rights)
    replacing = _displaced(feeds, inside, by)
    fresh: dict[Place, Membership] = {}
    grants = []
    for right in rights:
        place = right.seat.circle_id, right.person.pk
        member = inside.get(place) or fresh.get(place)
        if member is None:
            member = fresh[place] = _seat(feeds, right, by)
        grants.append(Grant(membership=member, source=Source.STRUCTURE, seat=right.seat, since=right.since, until=right.until))
    grants += [_carried(grant, member) for place, grant, standing in replacing if (member := fresh[place]).standing == standing]
    Membership.objects.bulk_create(fresh.values(), batch_size=_BATCH)
    Grant.objects.bulk_create(grants, batch_size=_BATCH)
    say_terms(feeds, [member for place, member in inside.items() if place not in fresh])


def _displaced(feeds: Feeds, inside: dict[Place, Membership], by: UUID | None) -> list[tuple[Place, Grant, str]]:
    """Who was here in somebody's place only and comes now by their own team begins anew in their own: ended, and out of `inside`.

    What they hold for others goes over, where they stand as they did: place, grant, standing.
    """
    replacing = {place: member for place, member in inside.items() if member.stands_in_for_id}
    if not replacing:
        return []
    by_member = {member.pk: (place, member.standing) for place, member in replacing.items()}
    held = list(Grant.objects.filter(membership__in=by_member, source=Source.DELEGATION, ended_at=None))
    end_all(feeds, list(replacing.values()), by=by)
    for place in replacing:
        del inside[place]
    return [(by_member[grant.membership_id][0], grant, by_member[grant.membership_id][1]) for grant in held]


def _unopposed(rights: Collection[Right]) -> list[Right]:
    """A team brings nobody back whom the patient has opposed."""
    kept_out = opposed_places({right.seat.circle_id for right in rights}, {right.person.pk for right in rights}) if rights else set()
    return [right for right in rights if (right.seat.circle_id, right.person.pk) not in kept_out]


def _seat(feeds: Feeds, right: Right, by: UUID | None) -> Membership:
    seat = right.seat
    admission = Admission(Role(seat.role), History(seat.history), until=right.until)
    member, _line = seated(feeds[seat.circle_id], seat.circle, right.person, admission, by=by, via=seat.structure_id)
    return member


def _inside(rights: Iterable[Right]) -> dict[Place, Membership]:
    """Open memberships of the same people in the same circles: they keep their role, and the team is one more thing that holds them."""
    wanted = {(right.seat.circle_id, right.person.pk) for right in rights}
    circles, people = {circle for circle, _person in wanted}, {person for _circle, person in wanted}
    found = Membership.objects.filter(circle__in=circles, person__in=people, ended_at=None)
    return {place: member for member in found if (place := (member.circle_id, member.person_id)) in wanted}


def _terms(members: Iterable[UUID]) -> dict[UUID, dt.datetime | None]:
    """How long memberships are held open by grants that run or will; who has none is missing.

    Standing in for somebody holds no place open that one has in one's own right.
    """
    now = clock.now()
    open_ = Grant.objects.filter(Q(until=None) | Q(until__gt=now), membership__in=list(members), ended_at=None)
    return terms_of(open_.exclude(source=Source.DELEGATION, membership__stands_in_for=None))


def say_terms(feeds: Feeds, members: Collection[Membership], *, quiet: bool = False) -> None:
    """The line tells a membership's term anew: the hub's deadline moves with it. It is past where nothing runs just now.

    `quiet`: told to the care team alone. The hub reads every line, so the deadline holds either way.
    """
    if not members:
        return
    now = clock.now()
    terms = held_until(Grant.objects.filter(membership__in=members, ended_at=None), now)
    seen_by = _CARE if quiet else EVERYONE
    for member in members:
        feeds[member.circle_id].append(Kind.MEMBER_JOINED, seen_by, member.pk, until=terms.get(member.pk, now))
    for do in _on_terms:
        do(feeds, members)

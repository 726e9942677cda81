"""Questions about circles: members, likely doubles, whom one may find."""
import datetime as dt
import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from foundation import clock
from foundation.clock import longest
from foundation.prepared import Prepared
from messaging.feed.enums import Standing
from messaging.feed.models import FeedHead
from people.accounts.models import Affiliation, Person
from people.circles.enums import PASSING, CircleState, Role, Source, fits
from people.circles.models import Circle, Grant, Invitation, JoinRequest, Membership, TeamSeat, TraitHash, Union
from people.circles.policy import standing_of
from people.circles.traits import Traits


def likely_double(traits: Traits) -> bool:
    """Whether some patient already has these traits: same name and birth date, or the same INS."""
    digests = [digest for purpose, digest in traits.hashes() if purpose in {"double", "ins"}]
    return TraitHash.objects.filter(digest__in=digests, purpose__in=["double", "ins"]).exists()


def epoch_of(membership: Membership) -> str:
    """Opaque; another after a restore from backup and after a change of this membership or its standing (contract, "epoch")."""
    told = f"{membership.circle.head.epoch}{membership.pk}{membership.standing}"
    return hashlib.blake2s(told.encode(), digest_size=9).hexdigest()


def homonyms(patients: Iterable[UUID]) -> set[UUID]:
    """Those of these patients whose name another of these patients bears too: the reader must be warned."""
    by_digest: dict[bytes, set[UUID]] = {}
    for patient, digest in TraitHash.objects.filter(patient__in=list(patients), purpose="name").values_list("patient", "digest"):
        by_digest.setdefault(bytes(digest), set()).add(patient)
    return {patient for group in by_digest.values() if len(group) > 1 for patient in group}


def bears_same_name(patient: UUID, person: Person) -> bool:
    """Whether another patient of this person bears the same name: who reads or writes about one must be warned."""
    own = TraitHash.objects.filter(patient=patient, purpose="name").values("digest")
    others = TraitHash.objects.filter(digest__in=own, purpose="name").exclude(patient=patient)
    return others.filter(patient__circles__in=memberships_of(person).values("circle")).exists()


_ORDER = ["active", "invited", "ended"]


def members_of(circle: UUID) -> list[Membership]:
    """Every membership of a circle with person and grants, those that run first, then as they were admitted; in two queries."""
    members = _with_grants(Membership.objects.filter(circle=circle))
    now = clock.now()
    return sorted(members, key=lambda member: (_ORDER.index(state_of(member, now)), min(grant.pk for grant in intervals(member))))


def member_with_grants(members: Iterable[UUID]) -> dict[UUID, Membership]:
    """Memberships by id, with person and grants."""
    return {member.pk: member for member in _with_grants(Membership.objects.filter(pk__in=list(members)))}


def _with_grants(members: QuerySet[Membership]) -> QuerySet[Membership]:
    return members.select_related("person", "via", "stands_in_for__person").prefetch_related(Prefetch("grants", to_attr="intervals"))


def state_of(member: Membership, now: dt.datetime) -> str:
    """`invited`, `active` or `ended`, from its grants."""
    running = [grant for grant in intervals(member) if grant.ended_at is None and (grant.until is None or grant.until > now)]
    if member.ended_at is not None or not running:
        return "ended"
    return "active" if any(grant.since <= now for grant in running) else "invited"


def intervals(member: Membership) -> list[Grant]:
    """The member's grants, as prefetched by the queries above."""
    grants: list[Grant] = member.__dict__["intervals"]
    return grants


def told_until(member: Membership, grants: Iterable[Grant], *, untold: bool) -> dt.datetime | None:
    """Until when some grants of a member run, as is told; `untold`: to whom a quiet one seems to have no term as long as it runs."""
    veiled = untold and state_of(member, clock.now()) != "ended"
    return longest(None if veiled and grant.quiet else grant.until for grant in grants)


def others_of_care_team(member: Membership) -> bool:
    """Whether somebody else of the care team is in the circle now, not in somebody's place or for a hospital stay only."""
    others = live_members([member.circle_id]).exclude(membership=member.pk).exclude(source__in=[Source.DELEGATION, *PASSING])
    return others.filter(membership__standing=Standing.CARE_TEAM).exists()


def live_members(circles: Iterable[UUID]) -> QuerySet[Grant]:
    """Grants that run now in some circles, with their memberships."""
    running = Grant.objects.live(clock.now()).select_related("membership")
    return running.filter(membership__circle__in=list(circles), membership__ended_at=None)


def running_terms(circle: UUID, members: Collection[UUID]) -> tuple[dict[UUID, dt.datetime | None], FeedHead | None]:
    """(how long each of these memberships of a circle runs, None without a term; the head read in the same statement).

    Who has no right now is missing, and without anybody there is no head.
    """
    now, one = clock.now(), next(iter(members))
    grants = _one_running.all(circle=circle, member=one, now=now) if len(members) == 1 else list(_all_running(circle, list(members), now))
    return terms_of(grants), grants[0].membership.circle.head if grants else None


def terms_of(grants: Iterable[Grant]) -> dict[UUID, dt.datetime | None]:
    """Until when these grants hold each of their memberships open."""
    terms: dict[UUID, list[dt.datetime | None]] = {}
    for grant in grants:
        terms.setdefault(grant.membership_id, []).append(grant.until)
    return {member: longest(ends) for member, ends in terms.items()}


def held_until(grants: Iterable[Grant], now: dt.datetime) -> dict[UUID, dt.datetime | None]:
    """Until when these grants hold each of their memberships open from now on without a gap; whom none holds now is missing."""
    by_member: dict[UUID, list[Grant]] = {}
    for grant in sorted(grants, key=lambda grant: grant.since):
        by_member.setdefault(grant.membership_id, []).append(grant)
    terms: dict[UUID, dt.datetime | None] = {}
    for member, held in by_member.items():
        end: dt.datetime | None = now
        for grant in held:
            if end is not None and grant.since <= end and (grant.until is None or grant.until > end):
                end = grant.until
        if end != now:
            terms[member] = end
    return terms


def _all_running(circle: UUID, members: Iterable[UUID], now: dt.datetime) -> QuerySet[Grant]:
    running = Grant.objects.live(now).filter(membership__circle=circle, membership__ended_at=None)
    return running.filter(membership__in=members).select_related("membership__circle__head")


def _running(circle: UUID, member: UUID, now: dt.datetime) -> QuerySet[Grant]:
    running = Grant.objects.live(now).filter(membership=member, membership__circle=circle, membership__ended_at=None)
    return running.select_related("membership__circle__head")


_one_running = Prepared(_running, circle=UUID, member=UUID, now=dt.datetime)


def with_heads(members: Iterable[UUID]) -> dict[UUID, Membership]:
    """Memberships by id with their circles' heads."""
    return {member.pk: member for member in Membership.objects.filter(pk__in=list(members)).select_related("circle__head")}


def pending_invitations(circle: UUID) -> list[Invitation]:
    """Invitations that somebody may still accept, newest first."""
    return list(_invitations(circle).filter(accepted_at=None, revoked_at=None, expires_at__gt=timezone.now()))


def recent_invitations(circle: UUID, since: dt.datetime) -> list[Invitation]:
    """Every invitation made, sent again or accepted since a moment, newest first."""
    return list(_invitations(circle).filter(Q(expires_at__gt=since) | Q(accepted_at__gt=since)))


def _invitations(circle: UUID) -> QuerySet[Invitation]:
    found = Invitation.objects.filter(circle=circle).select_related("circle__patient", "by__person", "member__person")
    return found.order_by("-created_at")


def circles_alike(digests: Iterable[bytes]) -> list[Circle]:
    """Circles of patients who have one of these likely doubles' hashes, in which somebody may still be let in one day."""
    doubles = TraitHash.objects.filter(digest__in=list(digests), purpose__in=["double", "ins"]).values("patient")
    return list(Circle.objects.filter(patient__in=doubles, state__in=[CircleState.ACTIVE, CircleState.FROZEN]).order_by("pk"))


def same_patient(one: Circle, other: Circle) -> bool:
    """Whether two circles' patients have the same name and birth date, or the same INS."""
    mine = TraitHash.objects.filter(patient=one.patient_id, purpose__in=["double", "ins"]).values("digest")
    return TraitHash.objects.filter(patient=other.patient_id, purpose__in=["double", "ins"], digest__in=mine).exists()


def unions_around(circles: Iterable[UUID]) -> list[Union]:
    """Unions that circles are told of: proposals to close them, and those made, oldest first; with circles, patient and proposer."""
    wanted = list(circles)
    proposed = Q(joined__in=wanted, answered_at=None)
    made = Q(accepted=True, undone_at=None) & (Q(joined__in=wanted) | Q(kept__in=wanted))
    told = Union.objects.filter(proposed | made).exclude(joined__state=CircleState.ERASED)  # nothing of an erased one opens
    return list(told.select_related("joined__patient", "kept__patient", "by__person").order_by("at"))


def open_requests(circles: Iterable[UUID]) -> list[JoinRequest]:
    """Requests that nobody has answered, of people who have not been let in otherwise, oldest first; with circle, patient and person."""
    waiting = JoinRequest.objects.filter(circle__in=list(circles), answered_at=None).order_by("at")
    found = list(waiting.select_related("circle__patient", "person"))
    here = live_members({one.circle_id for one in found}).filter(membership__person__in=[one.person_id for one in found])
    inside = set(here.values_list("membership__circle", "membership__person")) if found else set()
    return [one for one in found if (one.circle_id, one.person_id) not in inside]


def lapsed_between(since: dt.datetime, now: dt.datetime) -> list[tuple[UUID, UUID]]:
    """(person, circle) of each membership whose last term was reached in (since, now]."""
    reached = Grant.objects.filter(until__gt=since, until__lte=now, ended_at=None, membership__ended_at=None)
    held_open = Exists(Grant.objects.live(now).filter(membership=OuterRef("membership")))
    return list(reached.exclude(held_open).values_list("membership__person", "membership__circle").distinct())


def memberships_of(person: Person, *, by_force: bool = True) -> QuerySet[Membership]:
    """Every membership that is open for a person now, with circle, patient and head in the same statement; without those of an
    emergency unless `by_force`."""
    held = Grant.objects.live(clock.now()).filter(membership__person=person, membership__ended_at=None)
    live = (held if by_force else held.exclude(source=Source.BREAK_GLASS)).values("membership")
    return Membership.objects.filter(pk__in=live).select_related("circle__head", "circle__patient")


def findable_people(person: Person) -> QuerySet[Person]:
    """People whom a person may find: same structures, shared circles."""
    now = clock.now()
    running = Q(affiliations__since__lte=now) & (Q(affiliations__until=None) | Q(affiliations__until__gt=now))
    structures = person.affiliations.filter(Q(until=None) | Q(until__gt=now), since__lte=now).values("structure")
    circles = memberships_of(person).values("circle")
    inside = Grant.objects.live(now).filter(membership__circle__in=circles, membership__ended_at=None).values("membership__person")
    mine = Q(pk__in=inside) | Q(pk__in=Person.objects.filter(running, affiliations__structure__in=structures).values("pk"))
    return Person.objects.filter(mine, is_active=True, synthetic=False).distinct()


@dataclass(frozen=True)
class Right:
    """What a team list gives a person in one circle: from when, and until when (None: without a term)."""

    seat: TeamSeat
    person: Person
    since: dt.datetime
    until: dt.datetime | None


def rights_by_team(seats: Collection[TeamSeat], people: Collection[UUID] | None) -> dict[tuple[UUID, UUID], Right]:
    """By (seat, person): who is inside while both intervals run. Some people, or everybody on the lists, in two statements.

    Left out: whose profession does not fit the seat's role, and who was put out, or went, since they are on the list.
    """
    teams: dict[UUID, dict[UUID, tuple[Person, dt.datetime, dt.datetime | None]]] = {}
    for row in _on_lists({seat.structure_id for seat in seats}, people):
        team = teams.setdefault(row.structure_id, {})
        _person, since, until = team.get(row.person_id, (row.person, row.since, row.until))
        team[row.person_id] = row.person, min(since, row.since), longest([until, row.until])
    out = _put_out(seats, people) if teams else {}
    rights = {}
    for seat in seats:
        for person, since, until in teams.get(seat.structure_id, {}).values():
            right = Right(seat, person, max(seat.since, since), _sooner(seat.until, until))
            gone = out.get((seat.pk, person.pk))
            if fits(Role(seat.role), person.profession, confirmed=person.confirmed) and (gone is None or gone < since):
                rights[seat.pk, person.pk] = right
    return rights


def _on_lists(structures: Collection[UUID], people: Collection[UUID] | None) -> QuerySet[Affiliation]:
    listed = Affiliation.objects.filter(Q(until=None) | Q(until__gt=clock.now()), structure__in=structures, person__is_active=True)
    return (listed if people is None else listed.filter(person__in=people)).select_related("person")


def _put_out(seats: Collection[TeamSeat], people: Collection[UUID] | None) -> dict[tuple[UUID, UUID], dt.datetime]:
    """(seat, person) → when a membership that this seat held was ended by somebody's act, not by the team list."""
    ended = Grant.objects.filter(seat__in=seats, membership__ended_by__isnull=False)
    if people is not None:
        ended = ended.filter(membership__person__in=people)
    rows = ended.values_list("seat", "membership__person", "membership__ended_at")
    return {(seat, person): at for seat, person, at in rows.order_by("membership__ended_at") if at}


def _sooner(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return min(one, other) if one and other else one or other


def unfit_memberships(person: Person) -> list[Membership]:
    """Open memberships of a person in a role that their profession, as it is confirmed now, does not fit."""
    mine = Membership.objects.filter(person=person, ended_at=None)
    return [member for member in mine if not fits(Role(member.role), person.profession, confirmed=person.confirmed)]


def runs(seat: TeamSeat, now: dt.datetime) -> bool:
    """Whether a structure is in its circle now or is awaited."""
    return seat.ended_at is None and (seat.until is None or seat.until > now)


def standing_elsewhere(circle: Circle) -> list[Membership]:
    """Open memberships that stand where they no longer should: coordinators, once consent to coordination has changed."""
    members = Membership.objects.filter(circle=circle, role=Role.COORDINATOR, ended_at=None)
    return [member for member in _with_grants(members) if member.stands is not _due(circle, member)]


def _due(circle: Circle, member: Membership) -> Standing:
    return standing_of(Role(member.role), member.person.profession, coordination_consent=circle.coordination_consent)


def seats_of_teams(circle: UUID) -> list[TeamSeat]:
    """Every structure that is or was in a circle, as they were admitted."""
    return list(TeamSeat.objects.filter(circle=circle).select_related("structure").order_by("since", "pk"))


def circles_with(structures: Collection[UUID]) -> dict[UUID, int]:
    """In how many circles each of some structures is now. Administrators are told this number and nothing else."""
    now = clock.now()
    seats = TeamSeat.objects.filter(Q(until=None) | Q(until__gt=now), structure__in=structures, since__lte=now, ended_at=None)
    counted = seats.values("structure").annotate(circles=Count("circle", distinct=True)).order_by()
    return {row["structure"]: row["circles"] for row in counted}

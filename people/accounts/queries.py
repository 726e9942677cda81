"""Questions about people and structures."""
import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from foundation import clock
from foundation.clock import longest
from foundation.vault.seal import keyed_hash
from people.accounts.enums import Done, Purpose
from people.accounts.models import (
    AdministrationLine,
    Administrator,
    Affiliation,
    DataProtectionOfficer,
    Operator,
    Person,
    Session,
    Structure,
    TeamInvitation,
    running,
)

UNDO = dt.timedelta(days=1)  # how long an end of work can be taken back
SHOWN_AFTER = dt.timedelta(days=30)  # how long somebody who left is still listed
CircleCount = Callable[[Collection[UUID]], dict[UUID, int]]
_circle_counts: list[CircleCount] = []


def device_share(person: Person) -> bytes:
    """32 bytes without which what a device keeps sealed for this person does not open; they stay the same."""
    return keyed_hash("device-share", str(person.pk))


@dataclass(frozen=True)
class SignedIn:
    """One place where a person is signed in; `pk` is what ends it, `user_agent` what its browser says of itself."""

    pk: int
    user_agent: str
    ip: str
    created_at: dt.datetime
    used_at: dt.datetime
    is_current: bool


def sessions_of(person: Person, current: str | None) -> list[SignedIn]:
    """A person's sessions: the one with key `current` first, then by last use. Two statements."""
    used = dict(Session.objects.filter(person=person, expire_date__gt=timezone.now()).values_list("session_key", "seen_at"))
    listed = UserSession.objects.filter(user=person, session_key__in=used)
    rows = [SignedIn(one.pk, one.user_agent, one.ip, one.created_at, used[one.session_key], one.session_key == current) for one in listed]
    return sorted(rows, key=lambda row: (not row.is_current, -row.used_at.timestamp()))


@dataclass(frozen=True)
class Office:
    """For what a data protection officer answers: a structure, or the whole service (None)."""

    structure: Structure | None


def office_of(person: Person) -> Office | None:
    """The office that a person holds now, the widest if there are several."""
    held = DataProtectionOfficer.objects.filter(running(clock.now()), person=person).select_related("structure")
    widest = sorted(held, key=lambda office: (office.structure_id is not None, office.pk))
    return Office(widest[0].structure) if widest else None


def structures_named(words: str, most: int) -> QuerySet[Structure]:
    """Structures whose name holds these words; a directory, for whoever looks for a team to let in."""
    return Structure.objects.filter(name__icontains=words).order_by("name", "id")[:most]


def structures_of(person: Person, at: dt.datetime) -> QuerySet[Structure]:
    """Where a person works at a moment, by name."""
    there = Affiliation.objects.filter(running(at), person=person).values("structure")
    return Structure.objects.filter(id__in=there).order_by("name", "id")


def register_circle_count(count: CircleCount) -> None:
    """Says in how many circles each of some structures is a team: a number, and nothing else, for the administrators' pages."""
    if count not in _circle_counts:
        _circle_counts.append(count)


def circles_of_structures(structures: Collection[UUID]) -> dict[UUID, int]:
    """In how many circles structures are teams; 0 where nothing counts it."""
    counted = [count(structures) for count in _circle_counts]
    return {structure: sum(each.get(structure, 0) for each in counted) for structure in structures}


def works(structure: UUID, person: UUID) -> QuerySet[Affiliation]:
    """A person's intervals in a structure that run now or will."""
    return Affiliation.objects.filter(Q(until=None) | Q(until__gt=clock.now()), structure=structure, person=person)


def last_end(structure: UUID, person: UUID) -> AdministrationLine | None:
    """The line of the newest end of somebody's work in a structure, unless it was taken back since."""
    acts = AdministrationLine.objects.select_related("about").filter(structure=structure, about=person)
    line = acts.filter(act__in=[Done.ENDED, Done.TOOK_BACK]).order_by("-pk").first()
    return line if line is not None and line.act == Done.ENDED else None


def open_invitation(secret: str, *, locked: bool = False) -> TeamInvitation | None:
    """The invitation that a link opens now; None for an unknown, used, revoked or expired one."""
    rows = TeamInvitation.objects.select_related("structure", "invited_by").filter(
        secret_hash=keyed_hash("team_invitation.secret", secret), accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
    )
    return (rows.select_for_update(of=("self",)) if locked else rows).first()


def has_account(invitation: TeamInvitation) -> bool:
    """Whether the invited address belongs to an account. For whoever holds its link, which only that address got."""
    return EmailAddress.objects.filter(email=invitation.email).exists() or Person.objects.filter(email=invitation.email).exists()


def pending_invitations(structure: UUID, purpose: Purpose) -> list[TeamInvitation]:
    """Invitations that nobody has accepted, expired ones too, newest first."""
    rows = TeamInvitation.objects.filter(structure=structure, purpose=purpose, accepted_at=None, revoked_at=None)
    return list(rows.order_by("-made_at", "pk"))


@dataclass(frozen=True)
class Colleague:
    """Somebody on a team list, as their administrator sees them. `until` None: to no end."""

    person: Person
    since: dt.datetime
    until: dt.datetime | None
    works: bool  # now or later
    units: tuple[str, ...]
    by_psc: bool  # Pro Santé Connect vouches for the profession
    factor: bool  # a second factor or a passkey is set up
    may_undo: bool = False


def team_of(structure: UUID, *, person: UUID | None = None) -> list[Colleague]:
    """Who works in a structure or did until lately, one of them where given; by name; in four statements."""
    now = clock.now()
    rows = Affiliation.objects.select_related("person", "unit").filter(Q(until=None) | Q(until__gt=now - SHOWN_AFTER), structure=structure)
    if person is not None:
        rows = rows.filter(person=person)
    by_person: dict[UUID, list[Affiliation]] = {}
    for row in rows.order_by("since", "pk"):
        by_person.setdefault(row.person_id, []).append(row)
    factors = set(_with_factor(by_person))
    linked = set(SocialAccount.objects.filter(user__in=by_person).values_list("user", flat=True))
    undoable = _undoable(structure, now)
    team = [_colleague(mine, now, factors, linked, undoable) for mine in by_person.values()]
    return sorted(team, key=lambda one: (one.person.family_name.casefold(), one.person.given_name.casefold(), str(one.person.pk)))


def _colleague(
    rows: list[Affiliation], now: dt.datetime, factors: Collection[UUID], linked: Collection[UUID], undoable: Collection[UUID]
) -> Colleague:
    person = rows[0].person
    going_on = [row for row in rows if row.until is None or row.until > now]
    counted = going_on or rows
    return Colleague(
        person=person, since=min(row.since for row in counted), until=longest(row.until for row in counted),
        works=bool(going_on), units=tuple(dict.fromkeys(row.unit.name for row in counted if row.unit)),
        by_psc=person.pk in linked, factor=person.pk in factors, may_undo=not going_on and person.pk in undoable,
    )  # fmt: skip


def _with_factor(people: Collection[UUID]) -> list[UUID]:
    factors = Authenticator.objects.filter(user__in=people).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return list(factors.values_list("user", flat=True))


def _undoable(structure: UUID, now: dt.datetime) -> set[UUID]:
    """Whose end of work may still be taken back."""
    acts = AdministrationLine.objects.filter(structure=structure, act__in=[Done.ENDED, Done.TOOK_BACK], at__gte=now - UNDO).order_by("pk")
    newest = {line.about_id: line for line in acts if line.about_id}
    return {who for who, line in newest.items() if line.act == Done.ENDED and (line.until is None or line.until > now)}


def lines_of(structure: UUID, limit: int) -> list[AdministrationLine]:
    """The newest acts of a structure's administration."""
    rows = AdministrationLine.objects.select_related("actor", "about").filter(structure=structure)
    return list(rows.order_by("-pk")[:limit])


def administered_by(person: Person) -> QuerySet[Structure]:
    """Structures that a person administers now, by name."""
    mine = Administrator.objects.filter(running(clock.now()), person=person).values("structure")
    return Structure.objects.filter(id__in=mine).order_by("name", "id")


def operates(person: Person) -> bool:
    """Whether a person operates the service now."""
    return Operator.objects.filter(running(clock.now()), person=person).exists()


def administrators_of(structure: UUID) -> list[Administrator]:
    """Who administers a structure now, the longest first."""
    rows = Administrator.objects.select_related("person").filter(running(clock.now()), structure=structure)
    return list(rows.order_by("since", "pk"))


def headcounts(structures: Collection[UUID]) -> dict[UUID, int]:
    """How many people work in each of some structures now."""
    rows = Affiliation.objects.filter(running(clock.now()), structure__in=structures).values("structure")
    return {row["structure"]: row["people"] for row in rows.annotate(people=Count("person", distinct=True)).order_by()}

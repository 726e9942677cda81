"""The people around a patient, by standing, as the Cercle page lists them."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from foundation import clock
from messaging.feed.enums import Standing
from notifications.reach import Reach, Reached, best_of
from people.circles import policy
from people.circles.enums import CircleState, History, Role
from people.circles.guardians import guardians_of
from people.circles.models import Membership, TeamSeat
from people.circles.policy import Act
from people.circles.queries import intervals, members_of, runs, seats_of_teams, state_of, told_until
from people.circles.words import short_name, titled, trade
from people.codes.queries import without_own_way
from people.contacts.access import may_call
from people.contacts.models import Contact, Details
from people.contacts.queries import contacts_of, kinships_of, numbers_for
from people.contacts.words import kinship_words
from portal.queries.patient import around
from portal.queries.reach import Sign, reaches_of, sign_of


@dataclass(frozen=True)
class Seat:
    """A member in the list, or a contact, known by telephone only. `absent`: not connected (yet), so never counted as a reader."""

    id: UUID
    name: str
    short_name: str
    standing: str
    role_words: str
    via: str
    until: dt.datetime | None
    from_now: bool
    absent: bool
    phone: str
    me: bool
    may_end: bool
    may_print: bool = False
    contact: bool = False
    gender: str = ""
    role: str = ""
    kinship: str = ""
    given_name: str = ""
    may_relate: bool = False
    team: UUID | None = None
    reach: Reach | None = None
    sign: Sign | None = None
    instead_of: str = ""  # "Dr Lafitte", for whoever is here in somebody's place

    @property
    def reachable(self) -> bool:
        """Whether a device of theirs would ring now."""
        return self.reach is not None and self.reach.ring

    @property
    def kinship_words(self) -> str:
        """What this person is to the patient, in their own gender: fille; "" where it was not said."""
        return kinship_words(self.kinship, self.gender)


@dataclass(frozen=True)
class Team:
    """A structure that is a member, with those who are here for it: one row that unfolds."""

    id: UUID
    name: str
    role_words: str
    until: dt.datetime | None
    absent: bool
    may_end: bool
    members: list[Seat]
    sign: Sign | None = None


@dataclass(frozen=True)
class Group:
    """A standing with its teams and the people who are here for themselves."""

    key: str
    sign: str
    title: str
    more: str
    teams: list[Team]
    members: list[Seat]


def seats_of(reader: Membership) -> list[Seat]:
    """Everybody who is in the circle now or invited, in thirteen statements at most."""
    now = clock.now()
    present = [(member, state_of(member, now)) for member in members_of(reader.circle_id)]
    here = [(member, state) for member, state in sorted(present, key=_rank) if state != "ended"]
    guardians, kinships = guardians_of(reader.circle), kinships_of(reader.circle)
    calls = numbers_for(reader.stands, {member.person_id for member, _state in here})
    reaches = reaches_of(reader, [member for member, _state in here])
    bare = without_own_way([member.person for member, _state in here if _printable(reader, member)])
    members = [
        replace(
            _seat(reader, member, state, guardians), may_print=member.person_id in bare, phone=calls.get(member.person_id, ""),
            kinship=kinships.get(member.pk, ""), gender=member.person.gender, given_name=member.person.given_name,
            may_relate=_relatable(reader, member), reach=reaches.get(member.pk), sign=_sign(reader, member, reaches.get(member.pk)),
        )
        for member, state in here
    ]  # fmt: skip
    return members + [_contact_seat(reader, contact, known) for contact in contacts_of(reader) if (known := contact.details)]


def _sign(reader: Membership, member: Membership, reach: Reach | None) -> Sign | None:
    """What a row says of it. Nobody reads of themselves that they are not connected, nor is it said of the patient and the family:
    they are not waited for.
    """
    here = member.pk == reader.pk or member.standing in {Standing.PATIENT, Standing.RELATIVES}
    if reach is None or (reach.state is Reached.NOT_CONNECTED and here and state_of(member, clock.now()) == "active"):
        return None
    return sign_of(reach, gender=member.person.gender, zone=reader.circle.zone)


def _relatable(reader: Membership, member: Membership) -> bool:
    """Whether the reader says what this member of the family is to the patient."""
    verdict = policy.decide(Role(reader.role), Act.KEEP_CONTACTS, CircleState(reader.circle.state), other_role=Role(member.role))
    return member.standing == Standing.RELATIVES and bool(verdict)


def _printable(reader: Membership, member: Membership) -> bool:
    return bool(policy.decide(Role(reader.role), Act.PRINT_CODE, CircleState(reader.circle.state), other_role=Role(member.role)))


def _rank(pair: tuple[Membership, str]) -> tuple[int, str]:
    """Roles in the contract's order, so that the general practitioner stands first; then by name."""
    return Role.values.index(pair[0].role), pair[0].person.family_name


def _seat(reader: Membership, member: Membership, state: str, guardians: Collection[UUID]) -> Seat:
    own = member.pk == reader.pk
    running = [grant for grant in intervals(member) if grant.ended_at is None]
    until = told_until(member, running, untold=reader.stands is not Standing.CARE_TEAM)
    state_now = CircleState(reader.circle.state)
    guardian = reader.pk in guardians
    verdict = policy.decide(Role(reader.role), Act.END_MEMBERSHIP, state_now, own=own, other_role=Role(member.role), guardian=guardian)
    person = member.person
    return Seat(
        id=member.pk, name=titled(person, member.role), short_name=short_name(person, member.role), standing=member.standing,
        role_words=trade(person, member.role), via=member.via.name if member.via else "", until=until,
        from_now=member.history == History.FROM_NOW,
        absent=state == "invited", phone="", me=own, may_end=bool(verdict),
        team=member.via_id, role=member.role,
        instead_of=short_name(place.person, place.role) if (place := member.stands_in_for) else "",
    )


def _contact_seat(reader: Membership, contact: Contact, known: Details) -> Seat:
    may = policy.decide(Role(reader.role), Act.KEEP_CONTACTS, CircleState(reader.circle.state), other_role=Role(contact.role))
    return Seat(
        id=contact.pk, name=known.name, short_name=known.name, standing=contact.stands,
        role_words=known.words or str(Role(contact.role).label),
        via="", until=None, from_now=False, absent=True,
        phone=known.phone if may_call(reader.stands, contact) else "",
        me=False, may_end=bool(may), contact=True, gender=known.gender, role=contact.role,
    )  # fmt: skip


def groups_of(reader: Membership, seats: list[Seat]) -> list[Group]:
    """The care team, the wider team, the patient with the family; empty ones left out."""
    teams = [row for row in seats_of_teams(reader.circle_id) if runs(row, clock.now())]
    made = [
        ("care_team", _("Care team"), [seat for seat in seats if seat.standing == Standing.CARE_TEAM]),
        ("wider_team", _("Wider team"), [seat for seat in seats if seat.standing == Standing.WIDER_TEAM]),
        ("relatives", around(reader.circle.patient.traits), _family(seats)),
    ]
    groups = [_group(reader, key, title, people, [row for row in teams if Role(row.role).standing == key]) for key, title, people in made]
    return [group for group in groups if group.teams or group.members]


def _group(reader: Membership, key: str, title: str, people: list[Seat], rows: list[TeamSeat]) -> Group:
    teams = [_team(reader, row, [seat for seat in people if seat.team == row.structure_id]) for row in rows]
    inside = {seat.id for team in teams for seat in team.members}
    return Group(key, key, title, counted(people), teams, [seat for seat in people if seat.id not in inside])


def _team(reader: Membership, row: TeamSeat, members: list[Seat]) -> Team:
    verdict = policy.decide(Role(reader.role), Act.END_MEMBERSHIP, CircleState(reader.circle.state), other_role=Role(row.role))
    count = ngettext("%(n)d person", "%(n)d people", len(members)) % {"n": len(members)}
    best = best_of(seat.reach for seat in members if seat.reach)
    sign = sign_of(best, gender="", zone=reader.circle.zone) if members else None
    words, awaited = f"{Role(row.role).label} · {count}", row.since > clock.now()
    return Team(row.pk, row.structure.name, words, row.until, awaited, bool(verdict), members, sign)


def _family(seats: list[Seat]) -> list[Seat]:
    """The patient first, then the relatives."""
    close = [seat for seat in seats if seat.standing in {Standing.PATIENT, Standing.RELATIVES}]
    return sorted(close, key=lambda seat: seat.standing != Standing.PATIENT)


def counted(seats: list[Seat]) -> str:
    """How many, and how many of them reachable; only the number where nothing is known of reachability."""
    here = [seat for seat in seats if not seat.absent]
    reachable = sum(seat.reachable for seat in here)
    if not reachable:
        return str(len(here))
    return ngettext("%(n)d, of whom %(m)d reachable", "%(n)d, of whom %(m)d reachable", reachable) % {"n": len(here), "m": reachable}


def summary(seats: list[Seat]) -> str:
    """How many are here, and how many of them can be reached, as a sentence."""
    here = sum(not seat.absent for seat in seats)
    reachable = sum(seat.reachable for seat in seats if not seat.absent)
    if not reachable:
        return ngettext("%(n)d person.", "%(n)d people.", here) % {"n": here}
    people = ngettext("%(n)d person", "%(n)d people", here) % {"n": here}
    return people + ngettext(", %(n)d reachable now.", ", %(n)d reachable now.", reachable) % {"n": reachable}

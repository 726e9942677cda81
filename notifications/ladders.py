"""Which ladder holds for an alert, and whom each of its rungs means in the circle now. Duty and devices are not asked here."""
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from foundation import clock
from messaging.feed.calls import Call
from messaging.feed.enums import Standing
from messaging.feed.items import Item, Teller, register
from messaging.feed.models import FeedLine
from notifications.enums import LadderKind
from notifications.models import Ladder, Rung
from people.accounts.enums import StructureKind
from people.accounts.models import Affiliation, Structure, running
from people.circles.enums import CircleState, Role
from people.circles.models import Circle, Membership, TeamSeat
from people.circles.policy import Act, decide
from people.circles.queries import live_members

Seconds = int
Members = Mapping[UUID, Collection[UUID]]  # memberships, by a structure or by the membership that a ladder names
EVERYBODY_ELSE_S: Seconds = 300  # of the built-in ladder
DESK_S: Seconds = 600
HOSPITAL_GP_S: Seconds = 3600  # of the built-in one for what hospitals tell; nurses are told at once
HOSPITAL_DESK_S: Seconds = 7200


@dataclass(frozen=True)
class Level:
    """Those to be told at one moment of a climb: rungs with the same time are one. `structures`: whole teams that are meant."""

    after_s: Seconds
    members: tuple[Membership, ...]
    structures: tuple[UUID, ...] = ()


def ladder_of(circle: UUID, kind: LadderKind = LadderKind.URGENT) -> Ladder | None:
    """The circle's own ladder, else that of the structure that is in it for longest and has one, None for the built-in one."""
    own = Ladder.objects.filter(circle=circle, kind=kind).prefetch_related("rungs").first()
    if own is not None:
        return own
    seats = TeamSeat.objects.filter(running(clock.now()), circle=circle, ended_at=None).order_by("since", "pk")
    by_structure = {ladder.structure_id: ladder for ladder in Ladder.objects.filter(structure__in=seats.values("structure"), kind=kind)}
    structures = seats.values_list("structure", flat=True) if by_structure else []
    return next((by_structure[structure] for structure in structures if structure in by_structure), None)


def takers_of(call: Call) -> list[Membership]:
    """Who is in the circle now, may read the post and may take it; never its author. With person and structure, in order of admission."""
    live = live_members([call.circle]).filter(membership__person__is_active=True).select_related("membership__person", "membership__via")
    members = {grant.membership_id: grant.membership for grant in live.order_by("pk")}
    authors = {member.person_id for member in members.values() if member.pk == call.author}
    return [member for member in members.values() if member.person_id not in authors and may_take(member, call)]


def may_take(member: Membership, call: Call) -> bool:
    """Whether a member reads a post and their role takes alerts. The circle's state is another question."""
    number = call.numbers.get(member.stands) if member.stands in call.readers else None
    return number is not None and number >= member.first and takes(Role(member.role))


def takes(role: Role) -> bool:
    """Whether a role may take alerts at all."""
    return bool(decide(role, Act.TAKE, CircleState.ACTIVE))


def levels_of(call: Call) -> list[Level]:
    """Whom to tell of a post and after how many seconds, earliest first; a level may mean nobody in the circle.

    Whoever the post is addressed to is told at once, whatever the ladder says. A ladder of which no level means anybody (its people have
    left, the circle has none of its roles) tells nobody, so the built-in one holds.
    """
    takers = takers_of(call)
    addressed = [member for member in takers if str(member.pk) in call.addressees or member.role in call.addressees]
    ladder = ladder_of(call.circle, kind_of(call))
    drawn = _drawn(ladder, takers) if ladder is not None else []
    if not any(level.members for level in drawn) and call.of_hospital:
        drawn = _built_in_of_hospital(call.circle, takers)
    if not any(level.members for level in drawn):
        return _merged(_built_in(call.circle, takers, addressed))
    return _merged([Level(0, tuple(addressed)), *drawn] if addressed else drawn)


def kind_of(call: Call) -> LadderKind:
    """Which ladder an alert climbs."""
    return LadderKind.HOSPITAL if call.of_hospital else LadderKind.URGENT


def _drawn(ladder: Ladder, takers: Sequence[Membership]) -> list[Level]:
    rungs = sorted(ladder.rungs.all(), key=lambda rung: (rung.after_s, rung.place))
    people = people_of({rung.structure_id for rung in rungs if rung.structure_id}, takers)
    named = _present({rung.member_id for rung in rungs if rung.member_id}, takers)
    return [Level(rung.after_s, tuple(_meant(rung, takers, people, named)), _teams(rung)) for rung in rungs]


def _present(named: Collection[UUID], takers: Iterable[Membership]) -> dict[UUID, set[UUID]]:
    """Members who are meant by those whom a ladder names: themselves, or the same person who was admitted anew."""
    by_person: dict[UUID, set[UUID]] = {}
    for member in takers:
        by_person.setdefault(member.person_id, set()).add(member.pk)
    present = {pk for members in by_person.values() for pk in members}
    missing = [member for member in named if member not in present]
    people = dict(Membership.objects.filter(pk__in=missing).values_list("pk", "person")) if missing else {}
    return {member: {member} if member in present else by_person.get(people[member], set()) for member in named}


def _teams(rung: Rung) -> tuple[UUID, ...]:
    return (rung.structure_id,) if rung.structure_id else ()


def _meant(rung: Rung, takers: Iterable[Membership], people: Members, named: Members) -> list[Membership]:
    if rung.role:
        return [member for member in takers if member.role == rung.role]
    meant = people.get(rung.structure_id, set()) if rung.structure_id else named.get(rung.member_id or UUID(int=0), set())
    return [member for member in takers if member.pk in meant]


def people_of(structures: Collection[UUID], members: Sequence[Membership]) -> dict[UUID, set[UUID]]:
    """Members by structure: who is here for it, or works for it."""
    found: dict[UUID, set[UUID]] = {structure: set() for structure in structures}
    if not structures:
        return found
    by_person: dict[UUID, list[Membership]] = {}
    for member in members:
        by_person.setdefault(member.person_id, []).append(member)
        if member.via_id in found:
            found[member.via_id].add(member.pk)
    working = Affiliation.objects.filter(running(clock.now()), structure__in=list(structures), person__in=list(by_person))
    for structure, person in working.values_list("structure", "person"):
        found[structure].update(member.pk for member in by_person[person] if member.via_id in {None, structure})
    return found


def _built_in(circle: UUID, takers: Sequence[Membership], addressed: Sequence[Membership]) -> list[Level]:
    first = list(addressed) or [member for member in takers if member.stands is Standing.CARE_TEAM]
    told = {member.pk for member in first}
    others = [member for member in takers if member.pk not in told]
    return [Level(0, tuple(first)), Level(EVERYBODY_ELSE_S, tuple(others)), _desk(circle, takers, DESK_S)]


def _built_in_of_hospital(circle: UUID, takers: Sequence[Membership]) -> list[Level]:
    """What a hospital tells is for the next working hour, not for the next minute."""
    nurses, gps = ([member for member in takers if member.role == role] for role in (Role.NURSE, Role.GP))
    return [Level(0, tuple(nurses)), Level(HOSPITAL_GP_S, tuple(gps)), _desk(circle, takers, HOSPITAL_DESK_S)]


def _desk(circle: UUID, takers: Sequence[Membership], after_s: Seconds) -> Level:
    """The coordination: whoever coordinates here, and the people of the desks that are in the circle."""
    seated = Q(seats__circle=circle, seats__ended_at=None, kind=StructureKind.COORDINATION)
    desks = set(Structure.objects.filter(seated).values_list("pk", flat=True))
    people = people_of(desks, takers)
    desk = [member for member in takers if member.role == Role.COORDINATOR or any(member.pk in found for found in people.values())]
    return Level(after_s, tuple(desk), tuple(sorted(desks)))


def _merged(levels: Iterable[Level]) -> list[Level]:
    by_time: dict[Seconds, tuple[dict[UUID, Membership], list[UUID]]] = {}
    for level in levels:
        members, structures = by_time.setdefault(level.after_s, ({}, []))
        members.update({member.pk: member for member in level.members})
        structures.extend(structure for structure in level.structures if structure not in structures)
    return [Level(after, tuple(by_time[after][0].values()), tuple(by_time[after][1])) for after in sorted(by_time)]


def ladder_item(ladder: Ladder | None, kind: LadderKind = LadderKind.URGENT) -> Item:
    """A ladder as the API writes it: whose it is, and its rungs; without one of circle or structure the built-in one holds."""
    if ladder is None:
        return {"kind": kind, "of": "default", "structure": None, "rungs": []}
    return {
        "kind": ladder.kind,
        "of": "circle" if ladder.circle_id else "structure", "structure": str(ladder.structure_id) if ladder.structure_id else None,
        "rungs": [_rung_item(rung) for rung in sorted(ladder.rungs.all(), key=lambda rung: rung.place)],
    }  # fmt: skip


def _rung_item(rung: Rung) -> Item:
    if rung.structure_id:
        return {"after_s": rung.after_s, "structure": str(rung.structure_id)}
    return {"after_s": rung.after_s, "member": str(rung.member_id)} if rung.member_id else {"after_s": rung.after_s, "role": rung.role}


def _load_ladders(lines: Sequence[FeedLine]) -> dict[UUID, Item]:
    return {circle: _ladders(circle) for circle in {line.feed_id for line in lines}}


def _ladders(circle: UUID) -> Item:
    hospital = ladder_item(ladder_of(circle, LadderKind.HOSPITAL), LadderKind.HOSPITAL)
    return {"ladder": ladder_item(ladder_of(circle)), "hospital_ladder": hospital}


def tell() -> None:
    """Registers the lines of changed ladders: always the ladder as it is now."""
    register(["ladder"], Teller(_load_ladders, lambda line, found, _reader: found[line.feed_id]))


def circle_rests(circle: UUID) -> bool:
    """Whether nobody is told anything around a circle: frozen, closed, the patient has died, or it is the canary's."""
    return not Circle.objects.filter(pk=circle, state=CircleState.ACTIVE, synthetic=False).exists()

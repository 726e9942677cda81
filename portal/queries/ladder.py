"""Who is told of an urgent message, as sentences: when, whom, and whom that means today."""
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from foundation import clock, ids
from messaging.feed.calls import Call
from messaging.feed.enums import EVERYONE, Standing
from notifications.ascending import Ways, ways_up
from notifications.enums import LadderKind
from notifications.ladders import DESK_S, EVERYBODY_ELSE_S, HOSPITAL_DESK_S, HOSPITAL_GP_S, people_of, takes
from notifications.models import Ladder
from notifications.protocol import RungBody
from notifications.reach import seen_by
from people.accounts.enums import StructureKind
from people.accounts.models import Structure
from people.circles.enums import Role
from people.circles.models import Membership, TeamSeat
from people.circles.queries import live_members
from people.circles.words import titled, trade
from portal.queries.reach import Sign, sign_of

_NOBODY = UUID(int=0)
_NEWEST = 2**53
_BUILT_IN: dict[LadderKind, tuple[tuple[int, Promise], ...]] = {
    LadderKind.URGENT: (
        (0, gettext_lazy("those to whom it is addressed, else the whole care team")),
        (EVERYBODY_ELSE_S, gettext_lazy("everybody else who can take it on")),
        (DESK_S, gettext_lazy("the coordination")),
    ),
    LadderKind.HOSPITAL: (
        (0, gettext_lazy("the nurses")),
        (HOSPITAL_GP_S, gettext_lazy("the general practitioner")),
        (HOSPITAL_DESK_S, gettext_lazy("the coordination")),
    ),
}


@dataclass(frozen=True)
class Choice:
    """Somebody whom a step may name: "role:nurse", "member:ID", "structure:ID", and the words for it."""

    value: str
    words: str


@dataclass(frozen=True)
class Named:
    """Somebody whom a step means now, and how they can be reached."""

    name: str
    what: str
    sign: Sign


@dataclass(frozen=True)
class Step:
    """A moment of the ladder: when, whom, and who that is at present."""

    when: str
    whom: str
    people: list[Named]


def when_words(after_s: int) -> str:
    """At once, or after so many minutes."""
    if after_s <= 0:
        return _("At once")
    minutes = max(round(after_s / 60), 1)
    if minutes % 60 == 0:
        return ngettext("After %(n)d hour", "After %(n)d hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("After %(n)d minute", "After %(n)d minutes", minutes) % {"n": minutes}


def chosen(rung: RungBody) -> str:
    """What a step names, as a field holds it."""
    kinds = (("role", rung.role), ("member", rung.member), ("structure", rung.structure))
    return next((f"{kind}:{value}" for kind, value in kinds if value), "")


def bodies_of(ladder: Ladder | None) -> list[RungBody]:
    """The steps of a ladder as they are set."""
    rungs = sorted(ladder.rungs.all(), key=lambda rung: rung.place) if ladder else []
    return [
        RungBody(after_s=rung.after_s, role=Role(rung.role) if rung.role else None, member=rung.member_id, structure=rung.structure_id)
        for rung in rungs
    ]  # fmt: skip


def roles() -> list[Choice]:
    """Every role that takes urgent messages."""
    return [Choice(f"role:{role.value}", str(role.label)) for role in Role if takes(role)]


def people_to_name(circle: UUID) -> list[Choice]:
    """Members who take urgent messages."""
    live = live_members([circle]).select_related("membership__person").order_by("pk")
    members = {grant.membership_id: grant.membership for grant in live if takes(Role(grant.membership.role))}
    return [Choice(f"member:{pk}", _full(member)) for pk, member in members.items()]


def structures_in(circle: UUID) -> list[Choice]:
    """Structures that are in a circle, whose people on duty are meant."""
    seats = TeamSeat.objects.filter(circle=circle, ended_at=None).select_related("structure").order_by("structure__name")
    return list(dict.fromkeys(Choice(f"structure:{seat.structure_id}", seat.structure.name) for seat in seats))


def structures_to_name(own: Structure) -> list[Choice]:
    """For a structure's own ladder: itself, and the coordination desks."""
    desks = Structure.objects.filter(kind=StructureKind.COORDINATION).exclude(pk=own.pk).order_by("name")
    return [Choice(f"structure:{one.pk}", one.name) for one in (own, *desks)]


def people_untold(circle: UUID, whom: Collection[str]) -> list[str]:
    """Members who take urgent messages and whom none of these fields means ("role:nurse", "structure:ID"), in full."""
    live = live_members([circle]).filter(membership__person__is_active=True).select_related("membership__person").order_by("pk")
    members = {grant.membership_id: grant.membership for grant in live if takes(Role(grant.membership.role))}
    structures = {pk for one in whom if one.startswith("structure:") and (pk := ids.parse(one.removeprefix("structure:")))}
    there = set().union(*people_of(structures, list(members.values())).values())
    return [
        _full(member) for pk, member in members.items()
        if pk not in there and f"member:{pk}" not in whom and f"role:{member.role}" not in whom
    ]  # fmt: skip


def roles_untold(whom: Collection[str]) -> list[str]:
    """Roles that take urgent messages and that none of these fields names."""
    return [choice.words for choice in roles() if choice.value not in whom]


def _full(member: Membership) -> str:
    what = trade(member.person, member.role)
    return f"{titled(member.person, member.role)}, {what}" if what else titled(member.person, member.role)


def steps_in_circle(reader: Membership, rungs: Sequence[RungBody], known: Iterable[Choice], kind: LadderKind) -> list[Step]:
    """The ladder that holds in a circle, with the people whom each moment means now, as this reader may know of them."""
    ways = ways_up(_any_call(reader.circle_id, kind), clock.now())
    words = {choice.value: choice.words for choice in known}
    return [Step(when_words(after), whom, _meant(reader, ways, after)) for after, whom in _moments(rungs, words, kind)]


def steps_of(rungs: Sequence[RungBody], known: Iterable[Choice], kind: LadderKind) -> list[Step]:
    """The same outside of any circle."""
    words = {choice.value: choice.words for choice in known}
    return [Step(when_words(after), whom, []) for after, whom in _moments(rungs, words, kind)]


def _moments(rungs: Sequence[RungBody], words: dict[str, str], kind: LadderKind) -> list[tuple[int, str]]:
    if not rungs:
        return [(after, str(whom)) for after, whom in _BUILT_IN[kind]]
    told: dict[int, list[str]] = {}
    for rung in sorted(rungs, key=lambda rung: rung.after_s):
        told.setdefault(rung.after_s, []).append(words.get(chosen(rung), _("somebody who is not in the circle any more")))
    return [(after, ", ".join(whom)) for after, whom in told.items()]


def _any_call(circle: UUID, kind: LadderKind) -> Call:
    """An urgent message that everybody may read, or what a hospital tells the care team; by nobody."""
    hospital = kind is LadderKind.HOSPITAL
    readers = [Standing.CARE_TEAM] if hospital else EVERYONE
    return Call(
        subject=_NOBODY, circle=circle, author=_NOBODY, kind="hospital_event" if hospital else "note", urgency="urgent", state="open",
        addressees=(), owner=None, at=clock.now(), withdrawn=False, numbers=dict.fromkeys(readers, _NEWEST),
    )  # fmt: skip


def _meant(reader: Membership, ways: Ways, after_s: int) -> list[Named]:
    level = next((level for level in ways.levels if level.after_s == after_s), None)
    return [
        Named(
            titled(member.person, member.role), trade(member.person, member.role),
            sign_of(seen_by(ways.reach[member.pk], reader.stands), gender=member.person.gender, zone=reader.circle.zone),
        )
        for member in (level.members if level else ())
    ]  # fmt: skip

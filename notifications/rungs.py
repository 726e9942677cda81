"""Setting a ladder: of a circle by who steers it, of a structure, as a default, by who administers it."""
from collections.abc import Collection, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from foundation import clock
from messaging.feed.enums import EVERYONE, Kind
from messaging.feed.services import opened
from notifications.enums import LadderKind
from notifications.errors import bad_rung
from notifications.ladders import takes
from notifications.models import Ladder, Rung
from notifications.protocol import RungBody
from people.accounts.access import require_still
from people.accounts.appointments import note
from people.accounts.enums import Done
from people.accounts.locks import locked_structure
from people.accounts.models import Administrator, Structure
from people.circles.access import require, still_enters
from people.circles.enums import Role
from people.circles.models import Membership, TeamSeat
from people.circles.policy import Act
from people.circles.queries import live_members


def set_ladder(actor: Membership, *, rungs: Sequence[RungBody], kind: LadderKind = LadderKind.URGENT) -> None:
    """Who is told of urgent messages in a circle, and after how long; without rungs the default holds again.

    Raises NotFound, Refused, Invalid `ladder.*`. An alert that is under way goes on by the new ladder.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside = still_enters(actor)
        require(inside, Act.SET_LADDER)
        members = dict(live_members([inside.circle_id]).values_list("membership", "membership__role"))
        seats = TeamSeat.objects.filter(circle=inside.circle_id, ended_at=None)
        _check(rungs, members, set(seats.values_list("structure", flat=True)))
        Ladder.objects.filter(circle=inside.circle_id, kind=kind).delete()
        if rungs:
            _store(Ladder(circle=inside.circle, kind=kind, changed_at=clock.now()), rungs)
        feed.append(Kind.LADDER_CHANGED, EVERYONE, inside.circle_id, actor=inside.pk)


def set_default(actor: Administrator, *, rungs: Sequence[RungBody], kind: LadderKind = LadderKind.URGENT) -> None:
    """The ladder of circles in which a structure is and that have none of their own. It names roles and structures, no members.

    Raises NotFound, Invalid `ladder.*`.
    """
    with transaction.atomic():
        require_still(actor)
        structure = locked_structure(actor.structure_id)
        named = Structure.objects.filter(pk__in=[rung.structure for rung in rungs if rung.structure])
        _check(rungs, {}, set(named.values_list("pk", flat=True)))
        Ladder.objects.filter(structure=structure, kind=kind).delete()
        if rungs:
            _store(Ladder(structure=structure, kind=kind, changed_at=clock.now()), rungs)
        note(actor.person, Done.SETTINGS, structure=structure.pk)


def _check(rungs: Sequence[RungBody], members: dict[UUID, str], structures: Collection[UUID]) -> None:
    for place, rung in enumerate(rungs):
        if len(rung.named) != 1:
            raise bad_rung(place, "whom", _("Each step names one role, one person or one structure."))
        if rung.member and rung.member not in members:
            raise bad_rung(place, "unknown_member", _("This person is not in the circle."))
        if rung.structure and rung.structure not in structures:
            raise bad_rung(place, "unknown_structure", _("This structure is not in the circle."))
        role = members[rung.member] if rung.member else rung.role
        if role is not None and not takes(Role(role)):
            raise bad_rung(place, "takes_nothing", _("This role takes no urgent messages: choose another one."))


def _store(ladder: Ladder, rungs: Sequence[RungBody]) -> None:
    ladder.save(force_insert=True)
    in_order = sorted(rungs, key=lambda rung: rung.after_s)
    Rung.objects.bulk_create(
        Rung(ladder=ladder, place=place, after_s=rung.after_s, role=rung.role or "", member_id=rung.member, structure_id=rung.structure)
        for place, rung in enumerate(in_order)
    )

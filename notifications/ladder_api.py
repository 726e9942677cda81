"""Ladders over HTTP, and who could be reached if an urgent message were sent now."""
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router

from foundation import clock, ids
from foundation.clock import rfc3339
from foundation.errors import Invalid
from messaging.feed.calls import Call
from notifications.ascending import Ways, ways_up
from notifications.enums import LadderKind
from notifications.ladders import ladder_item, ladder_of
from notifications.models import Ladder
from notifications.protocol import LadderBody, ReachQuery
from notifications.reach import Reach, Reached, reach_item, seen_by
from notifications.rungs import set_default, set_ladder
from people.accounts.access import administer
from people.accounts.enums import Duty
from people.accounts.models import Administrator, Structure
from people.circles.access import Door, Own, require
from people.circles.enums import Role
from people.circles.items import structure_item
from people.circles.models import Membership
from people.circles.policy import Act

router = Router(tags=["alerts"])
_NOWHERE = UUID(int=0)  # the id of a message that is not written yet


class Administration(Own):
    """Route authentication for `structures/{id}/ladder`: for the structure's administrators; for others there is no such page.

    `request.auth` is the Administrator.
    """

    def __call__(self, request: HttpRequest) -> Administrator:  # type: ignore[override]
        person = super().__call__(request)
        match = request.resolver_match
        return administer(person, ids.parse(match.kwargs.get("structure_id")) if match else None, Duty.CHANGE_SETTINGS)


def _member(request: HttpRequest) -> Membership:
    member: Membership = request.auth  # type: ignore[attr-defined]
    return member


def _administrator(request: HttpRequest) -> Administrator:
    actor: Administrator = request.auth  # type: ignore[attr-defined]
    return actor


@router.get("circles/{circle_id}/ladder", auth=Door(Act.READ), response=dict[str, Any])
def ladder(request: HttpRequest, circle_id: str, kind: LadderKind = LadderKind.URGENT) -> dict[str, Any]:
    """Who is told of urgent messages here, or of what a hospital tells, and after how long."""
    return ladder_item(ladder_of(_member(request).circle_id, kind), kind)


@router.put("circles/{circle_id}/ladder", auth=Door(Act.SET_LADDER), response=dict[str, Any])
def change_ladder(request: HttpRequest, circle_id: str, body: LadderBody) -> dict[str, Any]:
    """Sets the circle's own ladder; without rungs it has none."""
    set_ladder(_member(request), rungs=body.rungs, kind=body.kind)
    return ladder(request, circle_id, body.kind)


@router.get("structures/{structure_id}/ladder", auth=Administration(), response=dict[str, Any])
def default(request: HttpRequest, structure_id: str, kind: LadderKind = LadderKind.URGENT) -> dict[str, Any]:
    """The ladder that a structure brings into circles without one of their own."""
    kept = Ladder.objects.filter(structure=_administrator(request).structure_id, kind=kind)
    return ladder_item(kept.prefetch_related("rungs").first(), kind)


@router.put("structures/{structure_id}/ladder", auth=Administration(), response=dict[str, Any])
def change_default(request: HttpRequest, structure_id: str, body: LadderBody) -> dict[str, Any]:
    """Sets it; without rungs it has none."""
    set_default(_administrator(request), rungs=body.rungs, kind=body.kind)
    return default(request, structure_id, body.kind)


@router.get("circles/{circle_id}/reach", auth=Door(Act.POST), response=dict[str, Any])
def reach(request: HttpRequest, circle_id: str, asked: Query[ReachQuery]) -> dict[str, Any]:
    """Who would be told of an urgent message to this audience, when, and how each of them can be reached now."""
    member = _member(request)
    require(member, Act.POST, audience=asked.audience)
    if not all(name in set(Role) or ids.parse(name) for name in asked.to):
        sentence = _("Somebody you address would not read this. Choose other readers or address somebody else.")
        raise Invalid("ladder.bad_addressee", sentence, errors={"to": sentence})
    return _reached(member, ways_up(_imagined(member, asked), clock.now()))


def _imagined(author: Membership, asked: ReachQuery) -> Call:
    """An urgent post as it would be: the newest in everybody's numbers."""
    newest = dict.fromkeys(asked.audience.readers, 2**53)
    return Call(
        subject=_NOWHERE, circle=author.circle_id, author=author.pk, kind="note", urgency="urgent", state="open",
        addressees=tuple(asked.to), owner=None, at=clock.now(), withdrawn=False, numbers=newest,
    )  # fmt: skip


def _reached(reader: Membership, ways: Ways) -> dict[str, Any]:
    names = Structure.objects.in_bulk({structure for level in ways.levels for structure in level.structures})
    moments = _moments(reader, ways)
    rungs = [
        {
            "after_s": level.after_s,
            "in_s": moments[place],
            "structures": [structure_item(names[structure]) for structure in level.structures if structure in names],
            "members": [_one(reader, ways, member) for member in level.members],
        }
        for place, level in enumerate(ways.levels)
        if level.members
    ]  # fmt: skip
    nobody = not ways.everybody
    until = rfc3339(ways.opening) if nobody else None
    rings = any(_seen(reader, ways, member).ring for member in ways.everybody)
    desk = settings.DESK_PHONE or None
    return {"rungs": rungs, "reachable_now": not nobody, "nobody": nobody, "rings": rings, "until": until, "desk": desk}


def _seen(reader: Membership, ways: Ways, member: Membership) -> Reach:
    return seen_by(ways.reach[member.pk], reader.stands)


def _moments(reader: Membership, ways: Ways) -> list[int | None]:
    """After how many seconds each level would truly be told; None where nobody of it is on duty.

    What follows a level that gives way does not wait. That a level is dead is known to those only who may know it of each of its people.
    """
    moments: list[int | None] = []
    due = 0
    at_once = False  # whether the level before gave way
    for level, called in zip(ways.levels, ways.called, strict=True):
        due = due if at_once else max(due, level.after_s)
        moments.append(due if called else None)
        at_once = all(_seen(reader, ways, member).state is Reached.FAILING for member in called)
    return moments


def _one(reader: Membership, ways: Ways, member: Membership) -> dict[str, Any]:
    told = reach_item(_seen(reader, ways, member))
    return {"member": str(member.pk), "name": member.person.name, "role": member.role, "reach": told}

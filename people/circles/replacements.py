"""Questions about replacements: who stands in for whom, where, and until when."""
import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q, QuerySet

from people.accounts.models import Person
from people.circles.enums import Source
from people.circles.models import Delegation, Grant, GrantRows, Membership

Place = tuple[UUID, UUID]  # (circle, the person who is replaced there)


def replacing_at(members: Collection[Membership], at: dt.datetime) -> dict[Place, Grant]:
    """Place → the grant of whoever stands in there at a moment, with membership and person. One statement; whom nobody replaces is
    missing. Of two at once the one named last counts."""
    if not members:
        return {}
    held = Grant.objects.live(at).filter(membership__ended_at=None, membership__person__is_active=True)
    named = _of(held, members).select_related("membership__person", "delegation").order_by("delegation__made_at", "pk")
    return {place_of(grant): grant for grant in named}


def name_replaced(members: Iterable[Membership]) -> None:
    """Puts at hand for whom those of these members are here who stand in for somebody; one statement where there is one, else none."""
    standing_in = [member for member in members if member.stands_in_for_id]
    if standing_in:
        replaced = Membership.objects.select_related("person").in_bulk({member.stands_in_for_id for member in standing_in})
        for member in standing_in:
            member.stands_in_for = replaced[member.stands_in_for_id]


def standing_in_for(members: Collection[Membership]) -> list[Grant]:
    """What holds open the places of those who stand in for some members, now or later; with membership and delegation."""
    if not members:
        return []
    held = _of(Grant.objects.filter(ended_at=None), members).select_related("membership__circle", "delegation")
    places = {(member.circle_id, member.person_id) for member in members}
    return [grant for grant in held if place_of(grant) in places]


def place_of(grant: Grant) -> Place:
    """Whose place a replacement's grant fills."""
    if grant.delegation is None:
        raise ValueError("not a replacement's grant")
    return grant.membership.circle_id, grant.delegation.by_id


def own_grants(grants: GrantRows) -> GrantRows:
    """Those that give a right of one's own, not somebody else's."""
    return grants.exclude(source=Source.DELEGATION)


def delegations_of(person: Person) -> QuerySet[Delegation]:
    """Given and received, newest beginning first; with both people."""
    mine = Delegation.objects.filter(Q(by=person) | Q(to=person))
    return mine.select_related("by", "to").order_by("-since", "-made_at")


def open_grants(delegations: Iterable[Delegation]) -> dict[UUID, list[Grant]]:
    """Delegation id → the grants of it that have not been ended, with their memberships. One statement."""
    held: dict[UUID, list[Grant]] = {}
    rows = Grant.objects.filter(delegation__in=list(delegations), ended_at=None, membership__ended_at=None)
    for grant in rows.select_related("membership").order_by("pk"):
        if grant.delegation_id:
            held.setdefault(grant.delegation_id, []).append(grant)
    return held


def _of(grants: GrantRows, members: Iterable[Membership]) -> GrantRows:
    circles, people = {member.circle_id for member in members}, {member.person_id for member in members}
    return grants.filter(source=Source.DELEGATION, membership__circle__in=circles, delegation__by__in=people)

"""How the members of a circle can be reached, as one of them may know it."""
from collections.abc import Iterable, Sequence
from uuid import UUID

from foundation import clock
from notifications.reach import Reach, Reached, best_of, reach_of, seen_by
from people.circles.models import Membership
from people.circles.queries import state_of

_ABSENT = Reach(Reached.NOT_CONNECTED)


def reaches_of(reader: Membership, members: Sequence[Membership]) -> dict[UUID, Reach]:
    """By membership, of everybody who is here or awaited. Needs the grants prefetched; in a fixed number of statements."""
    now = clock.now()
    states = {member.pk: state_of(member, now) for member in members}
    found = reach_of([member for member in members if states[member.pk] == "active"], now)
    awaited = {pk: _ABSENT for pk, state in states.items() if state == "invited"}
    return awaited | {pk: seen_by(reach, reader.stands) for pk, reach in found.items()}


def reach_of_team(structure: UUID, members: Iterable[Membership], reaches: dict[UUID, Reach]) -> Reach:
    """Of a structure: as whoever is here for it and is reached best."""
    return best_of(reaches[member.pk] for member in members if member.via_id == structure and member.pk in reaches)

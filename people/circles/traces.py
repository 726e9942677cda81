"""The trail of changes: who let whom in, who ended, who changed a circle's state or identity. Follows from the feed's lines by itself.

Whatever room writes such a line, now or later, leaves its trace in the same transaction; nobody needs to think of it.
"""
from collections.abc import Iterable, Sequence
from uuid import UUID

from foundation import clock
from messaging.feed.enums import Standing
from messaging.feed.models import SITE_FEED, FeedLine
from people.accounts.models import Person
from people.accounts.queries import structures_of
from people.audit.services import Access, record_accesses
from people.circles.enums import PASSING, Role
from people.circles.models import Grant, Membership

# What the journal and the rooms around it write is read there: author, versions, steps. People to call and requests for
# a stay leave lines of their own.
_ELSEWHERE = frozenset({"post", "alert", "media", "contact", "task", "appointment", "summary", "measure", "plan", "sheet", "stay"})


def leave_traces(lines: Sequence[FeedLine]) -> None:
    """A line of the trail for each line of the feed that tells of a change around a patient."""
    changes = [line for line in lines if line.feed_id != SITE_FEED and line.kind.partition(".")[0] not in _ELSEWHERE]
    if not changes:
        return
    acting = Membership.objects.select_related("person").in_bulk({line.actor for line in changes if line.actor})
    actors: dict[UUID | None, Membership] = dict(acting)
    places: dict[UUID, UUID | None] = {}  # one act in hundreds of circles is one person's
    for actor in actors.values():
        if actor.person_id not in places:
            places[actor.person_id] = structure_of(actor)
    rights = _passing_rights(acting.values())
    record_accesses([_trace(line, actors.get(line.actor), places, rights) for line in changes])


def structure_of(member: Membership) -> UUID | None:
    """The structure through which somebody is here; else, for a professional, the one for which they work."""
    via: UUID | None = getattr(member, "via_id", None)
    working = member.standing in {Standing.CARE_TEAM, Standing.WIDER_TEAM}
    return via or (workplace(member.person) if working else None)


def workplace(person: Person) -> UUID | None:
    """The structure for which a person works now, where there is only one."""
    places = list(structures_of(person, clock.now()).values_list("pk", flat=True)[:2])
    return places[0] if len(places) == 1 else None


def _passing_rights(actors: Iterable[Membership]) -> dict[UUID, str]:
    """By which right those act who are here for a hospital stay or by force of an emergency; asked only where somebody may be."""
    staff = [actor.pk for actor in actors if actor.role == Role.HOSPITAL_STAFF]
    held = Grant.objects.live(clock.now()).filter(membership__in=staff, source__in=PASSING) if staff else Grant.objects.none()
    return dict(held.order_by("source").values_list("membership", "source"))  # a stay's comes after an emergency's, and counts


def _trace(line: FeedLine, actor: Membership | None, places: dict[UUID, UUID | None], rights: dict[UUID, str]) -> Access:
    if actor is None:
        return Access(line.feed_id, None, "", line.kind, "system", about=line.subject)
    passing = actor.pk in rights
    right = rights[actor.pk] if passing else "delegation" if actor.stands_in_for_id else "structure" if actor.via_id else "admitted"
    return Access(line.feed_id, actor.person_id, actor.role, line.kind, right, structure=places[actor.person_id], about=line.subject)

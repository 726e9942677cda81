"""How lines about requests and unions are told, and how they are written for the API."""
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.queries import structures_of
from people.circles.items import person_item
from people.circles.models import JoinRequest, Union


def request_item(request: JoinRequest) -> Item:
    """Who asks to be let in: person, profession, structures, and how it stands."""
    places = [{"id": str(place.pk), "name": place.name} for place in structures_of(request.person, clock.now())]
    state = "waiting" if request.answered_at is None else "admitted" if request.admitted else "refused"
    return {
        "id": str(request.pk), "person": {**person_item(request.person), "confirmed": request.person.confirmed}, "structures": places,
        "role": request.role, "state": state, "at": rfc3339(request.at), "answered_at": rfc3339(request.answered_at),
    }


def union_item(union: Union, circle: UUID) -> Item:
    """A union as one of its circles sees it. `closes`: it is this circle that closes (or has); only then is the other one named,
    for its members are in there."""
    closes = union.joined_id == circle
    return {
        "id": str(union.pk), "state": union.state, "closes": closes, "into": str(union.kept_id) if closes and union.accepted else None,
        "by": person_item(union.by.person), "at": rfc3339(union.at), "answered_at": rfc3339(union.answered_at),
    }


def _load_unions(lines: Sequence[FeedLine]) -> dict[str, Union]:
    found = Union.objects.select_related("by__person").in_bulk({line.subject for line in lines})
    return {str(pk): union for pk, union in found.items()}


def _render_union(line: FeedLine, content: dict[str, Union], reader: Reader) -> Item | None:
    told = content.get(str(line.subject))
    return None if told is None or line.number(reader.standing) < reader.first else {"union": union_item(told, line.feed_id)}


def _load(lines: Sequence[FeedLine]) -> dict[str, Any]:
    asked = JoinRequest.objects.select_related("person").in_bulk({line.subject for line in lines})
    return {str(pk): request_item(request) for pk, request in asked.items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    told = content.get(str(line.subject))
    return None if told is None or line.number(reader.standing) < reader.first else {"request": told}


def tell() -> None:
    """Registers these lines."""
    register(["request"], Teller(_load, _render))
    register(["union"], Teller(_load_unions, _render_union))

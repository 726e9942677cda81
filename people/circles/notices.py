"""How lines about requests are told, and how a request is written for the API. Only the care team has such lines."""
from collections.abc import Sequence
from typing import Any

from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.queries import structures_of
from people.circles.items import person_item
from people.circles.models import JoinRequest


def request_item(request: JoinRequest) -> Item:
    """Who asks to be let in: person, profession, structures, and how it stands."""
    places = [{"id": str(place.pk), "name": place.name} for place in structures_of(request.person, clock.now())]
    state = "waiting" if request.answered_at is None else "admitted" if request.admitted else "refused"
    return {
        "id": str(request.pk), "person": {**person_item(request.person), "confirmed": request.person.confirmed}, "structures": places,
        "role": request.role, "state": state, "at": rfc3339(request.at), "answered_at": rfc3339(request.answered_at),
    }


def _load(lines: Sequence[FeedLine]) -> dict[str, Any]:
    asked = JoinRequest.objects.select_related("person").in_bulk({line.subject for line in lines})
    return {str(pk): request_item(request) for pk, request in asked.items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    told = content.get(str(line.subject))
    return None if told is None or line.number(reader.standing) < reader.first else {"request": told}


def tell() -> None:
    """Registers these lines."""
    register(["request"], Teller(_load, _render))

"""How the feed tells that a code was printed for somebody."""
from collections.abc import Sequence
from typing import Any

from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.circles.items import member_item
from people.circles.queries import member_with_grants


def _load(lines: Sequence[FeedLine]) -> dict[str, Any]:
    return {str(pk): member_item(member) for pk, member in member_with_grants(line.subject for line in lines).items()}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    return {"member": content.get(str(line.subject))}


def tell() -> None:
    """Registers this room's lines."""
    register(["access"], Teller(_load, _render))

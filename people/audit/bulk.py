"""A whole trail at once, chained like one written line by line. For the demo region."""

import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from people.audit.models import TrailHead, TrailLine
from people.audit.services import Access, chained

Trail = tuple[TrailHead, list[TrailLine]]
_BATCH = 500


def new_trail(circle: UUID, accesses: Iterable[tuple[dt.datetime, Access]]) -> Trail:
    """A circle's trail, unsaved, of accesses by ascending time."""
    head = TrailHead(circle=circle)
    lines = [chained(head, access, at, at.isoformat()[:13]) for at, access in accesses]
    return head, lines


def store_trails(trails: Sequence[Trail]) -> None:
    """All rows, inside the caller's transaction."""
    TrailHead.objects.bulk_create([head for head, _ in trails])
    TrailLine.objects.bulk_create([line for _, lines in trails for line in lines], batch_size=_BATCH)

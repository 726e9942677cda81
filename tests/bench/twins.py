"""Thousands of rows from a few that services wrote: each a twin with an id, numbers, seal and time of its own, saved in bulk."""
import copy
import datetime as dt
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.base import ModelState

from care.measures.models import Measure
from care.sheets.models import Answered, opened_points
from foundation import ids
from journal.models import Post
from journal.services import number
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed, all_opened
from people.circles.enums import Audience

_BATCH = 500
Again = Callable[[OpenFeed, Any, int], Any]


def _born(feed: OpenFeed, kind: Kind, row: Any) -> tuple[Any, Any]:
    twin = copy.copy(row)
    twin._state, twin.pk = ModelState(), ids.new()
    return twin, feed.append(kind, Audience(row.audience).readers, twin.pk, actor=row.author_id)


def _post(feed: OpenFeed, row: Post, place: int) -> Post:
    twin, line = _born(feed, Kind.POST_WRITTEN, row)
    twin.set_text(f"Passage {place}, tout va bien.")
    number(twin, line)
    return twin  # type: ignore[no-any-return]


def _measure(feed: OpenFeed, row: Measure, place: int) -> Measure:
    twin, line = _born(feed, Kind.MEASURE_NOTED, row)
    twin.number(line)
    twin.keep_words(row.words())
    twin.taken_at = row.taken_at - dt.timedelta(hours=2 * place)
    return twin  # type: ignore[no-any-return]


def _sheet(feed: OpenFeed, row: Answered, place: int) -> Answered:
    twin, line = _born(feed, Kind.SHEET_FILLED, row)
    twin.number(line)
    twin.keep_words(row.words())
    points = json.loads(opened_points(row.vault, row.pk, row.sealed_points))
    twin.keep_points(json.dumps(points, separators=(",", ":")))
    twin.made_at = row.made_at - dt.timedelta(hours=2 * place)
    return twin  # type: ignore[no-any-return]


_AGAIN: dict[str, tuple[Any, Again]] = {"posts": (Post, _post), "measures": (Measure, _measure), "sheets": (Answered, _sheet)}


def multiplied(circle: UUID, name: str, amount: int) -> None:
    """So many more of posts, measures or sheets, after the pattern of those that are there; none of what else there is."""
    if not amount:
        return
    model, again = _AGAIN[name]
    rows = list(model.objects.filter(circle=circle).select_related("circle__patient"))
    for batch in _batches(range(amount)):
        with transaction.atomic(), all_opened([circle]) as feeds:
            (feed,) = feeds.values()
            model.objects.bulk_create([again(feed, rows[place % len(rows)], place // len(rows) + 1) for place in batch])


def _batches(places: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(places), _BATCH):
        yield places[start : start + _BATCH]

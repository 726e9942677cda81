"""Reading a feed: lines after a number, lines of many feeds in one snapshot, heads that moved."""
import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from functools import cache, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from foundation.prepared import Prepared
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import SITE_FEED, FeedHead, FeedLine

_MOST_AT_ONCE = 16  # feeds in a statement that is compiled once


def lines_after(feed: UUID, standing: Standing, after: int, up_to: int, limit: int) -> list[FeedLine]:
    """At most `limit` lines that a standing sees, with its numbers in (after, up_to], in order."""
    return _between(standing, limit).all(feed=feed, after=after, up_to=up_to)


@cache
def _between(standing: Standing, limit: int) -> Prepared[FeedLine]:
    column = standing.column

    def build(feed: UUID, after: int, up_to: int) -> QuerySet[FeedLine]:
        lines = FeedLine.objects.filter(feed=feed, **{f"{column}__gt": after, f"{column}__lte": up_to})
        return _visible(lines, standing).order_by(column)[:limit]

    return Prepared(build, feed=UUID, after=int, up_to=int)


def lines_of(feed: UUID, standing: Standing, kinds: Iterable[Kind], *, after: int, up_to: int) -> list[FeedLine]:
    """The lines of some kinds that a standing sees, with its numbers in (after, up_to], in order."""
    column = standing.column
    lines = FeedLine.objects.filter(feed=feed, kind__in=list(kinds), **{f"{column}__gt": after, f"{column}__lte": up_to})
    return list(_visible(lines, standing).order_by(column))


def line_at(feed: UUID, standing: Standing, number: int) -> FeedLine | None:
    """The line that a standing knows by this number."""
    return _visible(FeedLine.objects.filter(feed=feed, **{standing.column: number}), standing).first()


def lines_since(positions: Mapping[UUID, int], fresh: Collection[UUID], since: dt.datetime, limit: int) -> list[FeedLine]:
    """The lines of many feeds in one statement, so in one snapshot: beyond a place in the care team's order each, and of
    `fresh` feeds, whose place nobody here knows yet, what was written since a moment. The site's own feed comes first.
    """
    if len(positions) <= _MOST_AT_ONCE and not fresh:  # the site's and those of a few circles: what busy minutes ask all the time
        return _beyond(list(positions.items()), limit)
    wanted = reduce(or_, (Q(feed=feed, care__gt=position) for feed, position in positions.items()), Q(feed__in=list(fresh), at__gte=since))
    return list(FeedLine.objects.filter(wanted).order_by("feed", "care")[:limit])


def _beyond(positions: list[tuple[UUID, int]], limit: int) -> list[FeedLine]:
    """By one of a few statements, compiled for 2, 4, 8 … feeds: a feed that is asked for twice gives its lines once."""
    size = 2
    while size < len(positions):
        size *= 2
    asked = [*positions, *positions[:1] * (size - len(positions))]
    values: dict[str, Any] = {}
    for place, (feed, after) in enumerate(asked):
        values |= {f"feed{place}": feed, f"after{place}": after}
    return _beyond_each(size, limit).all(**values)


@cache
def _beyond_each(size: int, limit: int) -> Prepared[FeedLine]:
    def build(**values: Any) -> QuerySet[FeedLine]:
        wanted = reduce(or_, (Q(feed=values[f"feed{place}"], care__gt=values[f"after{place}"]) for place in range(size)))
        return FeedLine.objects.filter(wanted).order_by("feed", "care")[:limit]

    types: dict[str, type] = {f"feed{place}": UUID for place in range(size)} | {f"after{place}": int for place in range(size)}
    return Prepared(build, **types)


def site_lines_since(position: int) -> list[FeedLine]:
    """The site-wide feed's lines beyond a position."""
    return _site_lines.all(feed=SITE_FEED, position=position)


def _lines_beyond(feed: UUID, position: int) -> QuerySet[FeedLine]:
    return FeedLine.objects.filter(feed=feed, care__gt=position).order_by("care")


_site_lines = Prepared(_lines_beyond, feed=UUID, position=int)
_head = Prepared(lambda feed: FeedHead.objects.filter(feed=feed), feed=UUID)


def heads(feeds: Iterable[UUID]) -> dict[UUID, FeedHead]:
    """Heads by feed."""
    return FeedHead.objects.in_bulk(list(feeds))


def site_position() -> int:
    """Where the site-wide feed stands."""
    head = _head.first(feed=SITE_FEED)
    return head.care if head else 0


def touched_within(seconds: float) -> list[tuple[UUID, int]]:
    """(feed, position) of each head written in the last seconds of the machine's clock."""
    since = timezone.now() - dt.timedelta(seconds=seconds)
    return list(FeedHead.objects.filter(touched_at__gte=since).values_list("feed", "care"))


def lines_about(subjects: Iterable[UUID], kinds: Iterable[Kind]) -> list[FeedLine]:
    """Lines of some kinds about some subjects, oldest first: an alert's steps are the lines about its post."""
    return list(FeedLine.objects.filter(subject__in=list(subjects), kind__in=list(kinds)).order_by("feed", "care"))


def _visible(lines: QuerySet[FeedLine], standing: Standing) -> QuerySet[FeedLine]:
    return lines if standing is Standing.CARE_TEAM else lines.filter(**{f"{standing.column}_sees": True})


def newest_line() -> int:
    """The highest id of any line; 0 where there is none."""
    return FeedLine.objects.aggregate(newest=Max("id"))["newest"] or 0

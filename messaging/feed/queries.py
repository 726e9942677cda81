"""Reading a feed: lines after a number, lines of many feeds in one snapshot, heads that moved."""
import datetime as dt
from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from messaging.feed.enums import Kind, Standing
from messaging.feed.models import SITE_FEED, FeedHead, FeedLine


def lines_after(feed: UUID, standing: Standing, after: int, up_to: int, limit: int) -> list[FeedLine]:
    """At most `limit` lines that a standing sees, with its numbers in (after, up_to], in order."""
    column = standing.column
    lines = _visible(FeedLine.objects.filter(feed=feed, **{f"{column}__gt": after, f"{column}__lte": up_to}), standing)
    return list(lines.order_by(column)[:limit])


def line_at(feed: UUID, standing: Standing, number: int) -> FeedLine | None:
    """The line that a standing knows by this number."""
    return _visible(FeedLine.objects.filter(feed=feed, **{standing.column: number}), standing).first()


def lines_since(positions: Mapping[UUID, int], fresh: Iterable[UUID], since: dt.datetime, limit: int) -> list[FeedLine]:
    """The lines of many feeds in one statement, so in one snapshot: beyond a place in the care team's order each, and of
    `fresh` feeds, whose place nobody here knows yet, what was written since a moment. The site's own feed comes first.
    """
    wanted = reduce(or_, (Q(feed=feed, care__gt=position) for feed, position in positions.items()), Q(feed__in=list(fresh), at__gte=since))
    return list(FeedLine.objects.filter(wanted).order_by("feed", "care")[:limit])


def site_lines_since(position: int) -> list[FeedLine]:
    """The site-wide feed's lines beyond a position."""
    return list(FeedLine.objects.filter(feed=SITE_FEED, care__gt=position).order_by("care"))


def heads(feeds: Iterable[UUID]) -> dict[UUID, FeedHead]:
    """Heads by feed."""
    return FeedHead.objects.in_bulk(list(feeds))


def site_position() -> int:
    """Where the site-wide feed stands."""
    return FeedHead.objects.filter(feed=SITE_FEED).values_list("care", flat=True).first() or 0


def touched_since(moment: dt.datetime) -> list[tuple[UUID, int]]:
    """(feed, position) of each head written since a moment of the machine's clock."""
    return list(FeedHead.objects.filter(touched_at__gte=moment).values_list("feed", "care"))


def touched_within(seconds: float) -> list[tuple[UUID, int]]:
    """As `touched_since`, for the last seconds."""
    return touched_since(timezone.now() - dt.timedelta(seconds=seconds))


def lines_about(subjects: Iterable[UUID], kinds: Iterable[Kind]) -> list[FeedLine]:
    """Lines of some kinds about some subjects, oldest first: an alert's steps are the lines about its post."""
    return list(FeedLine.objects.filter(subject__in=list(subjects), kind__in=list(kinds)).order_by("feed", "care"))


def _visible(lines: QuerySet[FeedLine], standing: Standing) -> QuerySet[FeedLine]:
    return lines if standing is Standing.CARE_TEAM else lines.filter(**{f"{standing.column}_sees": True})

"""What the hub reads, in a thread: new lines of many circles at once, each item encoded once per kind of reader."""
import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from messaging.feed.enums import Kind, Standing
from messaging.feed.items import Reader, Telling
from messaging.feed.models import SITE_FEED, FeedLine
from messaging.feed.queries import lines_after, lines_since, site_lines_since
from messaging.live.protocol import encoded, items_event
from messaging.live.queries import counts_of
from people.circles.models import Membership
from people.circles.queries import live_members, running_terms, with_heads

MOST_LINES = 500
MOST_FRAME = 60 * 1024  # 64 KiB with what stands around the items
Encoded = tuple[int, bytes]  # (number in the reader's standing, item)


@dataclass
class CircleNews:
    """New lines of one circle, and their items by reader: None where this reader does not see the line."""

    lines: list[FeedLine]
    items: dict[Reader, list[Encoded | None]] = field(default_factory=dict)


@dataclass
class News:
    """One reading: the site's lines, each circle's, who left, and whether there is more."""

    site: list[FeedLine]
    circles: dict[UUID, CircleNews]
    leavers: dict[UUID, UUID]  # membership → person
    more: bool


def read_news(positions: Mapping[UUID, int], fresh: Collection[UUID], since: dt.datetime, readers: Mapping[UUID, Sequence[Reader]]) -> News:
    """Lines beyond `positions` (which holds the site's) and of `fresh` feeds since a moment, in one snapshot."""
    lines = lines_since(positions, fresh, since, MOST_LINES)
    site = [line for line in lines if line.feed_id == SITE_FEED]
    circles: dict[UUID, CircleNews] = {}
    for line in lines:
        if line.feed_id != SITE_FEED:
            circles.setdefault(line.feed_id, CircleNews([])).lines.append(line)
    told = [line for feed, news in circles.items() if readers.get(feed) for line in news.lines]
    telling = Telling(told, complete=not site and len(lines) < MOST_LINES)
    for feed, news in circles.items():
        for reader in readers.get(feed, ()):
            news.items[reader] = [
                (line.number(reader.standing), encoded(telling.item(line, reader))) if _hears(line, reader) else None for line in news.lines
            ]
    left = [line.subject for line in lines if line.kind == Kind.MEMBER_LEFT]
    leavers = dict(Membership.objects.filter(pk__in=left).values_list("pk", "person")) if left else {}
    return News(site, circles, leavers, len(lines) == MOST_LINES)


def _hears(line: FeedLine, reader: Reader) -> bool:
    return line.visible(reader.standing) and line.number(reader.standing) >= reader.first


def frames_of(items: Iterable[Encoded | None], circle: UUID) -> list[tuple[int, bytes]]:
    """(cursor after it, event) for frames of at most 64 KiB unless one item alone is larger."""
    frames: list[tuple[int, bytes]] = []
    chunk: list[Encoded] = []
    size = 0
    for item in filter(None, items):
        if chunk and size + len(item[1]) > MOST_FRAME:
            frames.append(_frame(circle, chunk))
            chunk, size = [], 0
        chunk.append(item)
        size += len(item[1]) + 1
    if chunk:
        frames.append(_frame(circle, chunk))
    return frames


def _frame(circle: UUID, chunk: list[Encoded]) -> tuple[int, bytes]:
    """Numbers have no gaps, so the cursor before a frame is its first number less one."""
    return chunk[-1][0], items_event(circle, chunk[0][0] - 1, chunk[-1][0], [item for _, item in chunk])


@dataclass
class Missed:
    """What watches at one place have missed: frames, whether that is all, where the circle and the site then stood.

    `terms`: the members whose right runs, and how long; nothing is for anybody else.
    """

    frames: list[tuple[int, bytes]]
    complete: bool
    position: int
    number: int
    terms: dict[UUID, dt.datetime | None]
    site: list[FeedLine]


def read_missed(circle: UUID, reader: Reader, after: int, members: Collection[UUID], site_position: int) -> Missed:
    """Lines after a cursor for members who read alike, bounded by the head that was read together with their rights.

    The site's lines are read after the head: whatever ended before one of these lines was written is among them.
    """
    terms, head = running_terms(circle, members)
    site = site_lines_since(site_position)
    if head is None:
        return Missed([], True, 0, 0, {}, site)
    number = head.number(reader.standing)
    lines = lines_after(circle, reader.standing, max(after, reader.first - 1), number, 100)
    telling = Telling(lines)
    items = [(line.number(reader.standing), encoded(telling.item(line, reader))) for line in lines]
    return Missed(frames_of(items, circle), len(lines) < 100, head.care, number, terms, site)


@dataclass(frozen=True)
class InboxLine:
    """News for one person of a circle that they don't watch."""

    person: UUID
    circle: UUID
    head: int
    unread: int
    open_alerts: int


def read_inbox(circles: Mapping[UUID, set[Standing]], people: set[UUID], served: Mapping[UUID, set[UUID]]) -> list[InboxLine]:
    """For members among `people` whose standing has news in these circles: head, unread, open alerts. A fixed number of statements.

    `served` by circle: people who need none, because they watch it.
    """
    live = live_members(circles).values_list("membership", "membership__person", "membership__circle", "membership__standing")
    wanted = {
        member
        for member, person, circle, standing in live
        if person in people and person not in served.get(circle, ()) and Standing(standing) in circles[circle]
    }
    if not wanted:
        return []
    counts = counts_of(wanted)
    return [
        InboxLine(member.person_id, member.circle_id, member.head_number, counts[pk].get("unread", 0), counts[pk].get("open_alerts", 0))
        for pk, member in with_heads(wanted).items()
    ]

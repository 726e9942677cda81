"""Appending to a feed: lock the head, let the caller read rights again, raise the counters, write the line, ring after the commit."""
import datetime as dt
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from foundation import clock, ids
from foundation.prepared import Prepared
from foundation.writing import PreparedInsert, PreparedUpdate
from messaging.feed.enums import EVERYONE, Kind, Rank, Standings
from messaging.feed.models import SITE_FEED, FeedHead, FeedLine
from messaging.feed.queries import newest_line

NEWEST = "newest-line"  # the file in which the newest line is noted, in the data folder's `run/`
Ring = Callable[[UUID], None]
_ring: list[Ring] = []
_BATCH = 500
_MOVES = [moves.name for moves in FeedHead._meta.concrete_fields if moves.name not in {"feed", "epoch"}]  # what an act may change of a head
_new_line, _moved_head = PreparedInsert(FeedLine), PreparedUpdate(FeedHead, _MOVES)
OnLines = Callable[[Sequence[FeedLine]], None]
_on_lines: list[OnLines] = []


def ring_with(ring: Ring) -> None:
    """Registers the bell. It is called after the commit and must neither wait nor raise."""
    _ring[:] = [ring]


def when_lines_are_written(do: OnLines) -> None:
    """Registers what follows from new lines, inside their transaction: the trail of changes. Called once for all lines of an act."""
    if do not in _on_lines:
        _on_lines.append(do)


def follow(lines: Sequence[FeedLine]) -> None:
    """Does what was registered for new lines."""
    for do in _on_lines:
        do(lines)


@dataclass
class OpenFeed:
    """A feed whose head is locked by the running transaction."""

    head: FeedHead
    lines: list[FeedLine] = field(default_factory=list)
    bulk: bool = False  # lines are saved together at the end

    def append(
        self, kind: Kind, seen_by: Standings, subject: UUID, *,
        actor: UUID | None = None, until: dt.datetime | None = None, at: dt.datetime | None = None, rank: Rank = Rank.ORDINARY,
    ) -> FeedLine:  # fmt: skip
        """One more line, saved; the care team sees it whatever `seen_by` says. `at` defaults to now; `rank` says how soon it is heard
        by those who tell people outside the page."""
        line = self.numbered(kind, seen_by, subject, actor=actor, until=until, at=at, rank=rank)
        if not self.bulk:
            _new_line.save(line)
        return line

    def numbered(
        self, kind: Kind, seen_by: Standings, subject: UUID, *,
        actor: UUID | None = None, until: dt.datetime | None = None, at: dt.datetime | None = None, rank: Rank = Rank.ORDINARY,
    ) -> FeedLine:  # fmt: skip
        """As `append`, but unsaved, for those who write lines in bulk (they save `lines` and call `close`)."""
        moment, head = at or clock.now(), self.head
        sees = {}
        for standing in EVERYONE:
            column = standing.column
            if column == "care" or standing in seen_by:
                setattr(head, column, getattr(head, column) + 1)
                setattr(head, f"{column}_at", moment)
            if column != "care":
                sees[f"{column}_sees"] = standing in seen_by
        counters = {column: getattr(head, column) for column in ("care", "wider", "patient", "relatives")}
        line = FeedLine(feed=head, kind=kind, at=moment, subject=subject, actor=actor, until=until, **counters, **sees)
        line.rank = rank
        self.lines.append(line)
        return line

    def close(self) -> None:
        """Saves the head and rings once the transaction has committed."""
        if self.lines:
            self.head.touched_at = timezone.now()
            _moved_head.save(self.head)
            follow(self.lines)
            feed = self.head.feed
            transaction.on_commit(lambda: ring(feed))


_head = Prepared(lambda feed: FeedHead.objects.select_for_update().filter(feed=feed), feed=UUID)


def _locked_head(feed: UUID) -> FeedHead:
    head = _head.first(feed=feed)
    if head is None:
        raise FeedHead.DoesNotExist(feed)
    return head


class opened:  # noqa: N801  -- reads as a verb: `with opened(circle) as feed:`
    """Locks a feed for the length of the `with` block, which must lie inside a transaction; saves its head at the end."""

    def __init__(self, feed: UUID) -> None:
        self._id = feed

    def __enter__(self) -> OpenFeed:
        self._feed = OpenFeed(_locked_head(self._id))
        return self._feed

    def __exit__(self, exc_type: type[BaseException] | None, *_: object) -> None:
        if exc_type is None:
            self._feed.close()


class all_opened:  # noqa: N801  -- as `opened`
    """Locks many feeds in the order of their ids, so that two such acts never wait for each other; by id, as `OpenFeed`.

    Must lie inside a transaction. Their lines and heads are saved at the end, in a few statements for all.
    """

    def __init__(self, feeds: Iterable[UUID]) -> None:
        self._ids = list(feeds)

    def __enter__(self) -> dict[UUID, OpenFeed]:
        heads = FeedHead.objects.select_for_update().filter(feed__in=self._ids).order_by("feed")
        self._feeds = {head.feed: OpenFeed(head, bulk=True) for head in heads}
        return self._feeds

    def __exit__(self, exc_type: type[BaseException] | None, *_: object) -> None:
        if exc_type is not None:
            return
        moved = [feed for feed in self._feeds.values() if feed.lines]
        FeedLine.objects.bulk_create([line for feed in moved for line in feed.lines], batch_size=_BATCH)
        moment = timezone.now()
        for feed in moved:
            feed.head.touched_at = moment
        heads = [feed.head for feed in moved]
        FeedHead.objects.bulk_create(heads, batch_size=_BATCH, update_conflicts=True, update_fields=_MOVES, unique_fields=["feed"])
        follow([line for feed in moved for line in feed.lines])
        transaction.on_commit(lambda: ring_all(head.feed for head in heads))


def lock_all(feeds: Iterable[UUID]) -> None:
    """Locks heads in the order of their ids, for an act that opens them in several groups after that. Must lie inside a transaction."""
    if wanted := set(feeds):
        list(FeedHead.objects.select_for_update().filter(feed__in=wanted).order_by("feed").values_list("feed"))


def create_feed(feed: UUID) -> FeedHead:
    """A new, empty feed."""
    return FeedHead.objects.create(feed=feed)


def append_site(kind: Kind, subject: UUID) -> None:
    """A line of the site-wide feed: an ended session, a disabled account, a changed password."""
    with transaction.atomic():
        FeedHead.objects.get_or_create(feed=SITE_FEED)
        with opened(SITE_FEED) as feed:
            feed.append(kind, frozenset(), subject)


def ring(feed: UUID) -> None:
    """Says that a feed has moved. Nobody may be listening: `manage.py` on PostgreSQL without Redis is healed by the heartbeat."""
    for bell in _ring:
        bell(feed)


def ring_all(feeds: Iterable[UUID]) -> None:
    """Says that several feeds have moved."""
    for feed in feeds:
        ring(feed)


def renew_epochs() -> None:
    """Every cursor is forgotten: clients load anew. For a database that was restored from a backup."""
    FeedHead.objects.update(epoch=ids.new())


def note_newest(place: Path) -> int:
    """Notes outside the database how far it has come: lines are never deleted, so a database that stands lower is an older one."""
    newest = newest_line()
    if newest != _noted(place):
        written = place.with_suffix(f".{os.getpid()}.new")  # several workers note beside each other
        written.write_text(str(newest))
        written.replace(place)
    return newest


def renew_if_restored(place: Path) -> bool:
    """At the start: renews the epochs where the database stands lower than was noted, or holds lines of which nothing was noted."""
    noted, newest = _noted(place), newest_line()
    restored = newest > 0 if noted is None else newest < noted
    if restored:
        renew_epochs()
    note_newest(place)
    return restored


def _noted(place: Path) -> int | None:
    try:
        return int(place.read_text())
    except (OSError, ValueError):
        return None

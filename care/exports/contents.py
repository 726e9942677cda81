"""What a copy holds: all that its reader may see at one place of the feed, in batches, so that memory does not grow with the record."""
import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from care.records.items import everything_of
from care.records.models import Record
from foundation import clock
from journal.items import told, versions_of
from journal.models import Post, PostVersion
from journal.queries import full
from media.enums import MediaState
from messaging.feed.enums import Standing
from messaging.feed.items import Item, Reader
from people.circles.access import reader_of
from people.circles.items import member_item
from people.circles.models import Membership
from people.circles.queries import members_of

_BATCH = 100


@dataclass(frozen=True)
class Told:
    """A post as its reader sees it, with its author; `whole`: the post itself and no card of it; `earlier`: its texts before."""

    item: Item
    author: Membership | None
    whole: bool
    earlier: Sequence[Item]


@dataclass
class Contents:
    """Everything for one reader, up to the number that the feed had when the copy was begun."""

    member: Membership
    begun: dt.datetime = field(default_factory=clock.now)  # records made later are in the next copy
    counted: Counter[str] = field(default_factory=Counter)  # what was written, by kind
    ready: list[Item] = field(default_factory=list)  # files that go with it, each once

    @cached_property
    def reader(self) -> Reader:
        """For whom it is."""
        return reader_of(self.member)

    @property
    def vault(self) -> UUID:
        """The patient's."""
        vault: UUID = self.member.circle.patient.vault
        return vault

    @cached_property
    def order(self) -> list[UUID]:
        """The posts in the reader's order."""
        column = f"{self.reader.standing.column}_seq"
        seen = Post.objects.visible_to(self.reader).filter(circle=self.member.circle_id, **{f"{column}__lte": self.member.head_number})
        return list(seen.order_by(column).values_list("pk", flat=True))

    def posts(self) -> Iterator[Told]:
        """Oldest first. A retracted one has no words; the record keeps them, a copy does not."""
        for start in range(0, len(self.order), _BATCH):
            wanted = self.order[start : start + _BATCH]
            found = {post.pk: post for post in full(Post.objects.filter(pk__in=wanted))}
            shown, changed = told(found.values()), set(PostVersion.objects.filter(post__in=wanted).values_list("post", flat=True))
            for key in wanted:
                post, standing = found[key], self.reader.standing
                earlier = versions_of(post, standing)[:-1] if key in changed else []
                yield Told(shown.item(post, self.reader), post.author, post.is_whole_for(standing), earlier)

    @cached_property
    def records(self) -> list[tuple[str, Record, Item]]:
        """(family, record, its item) of the rooms around the journal."""
        return list(everything_of(self.member, until=self.begun))

    @cached_property
    def people(self) -> list[Item]:
        """Who is in the circle and was; without the terms that only the care team hears of."""
        untold = self.reader.standing is not Standing.CARE_TEAM
        return [member_item(member, untold=untold) for member in members_of(self.member.circle_id)]

    def count_anew(self) -> None:
        """Before a file is written: nothing is counted yet but people and records."""
        self._noted.clear()
        self.ready.clear()
        self.counted = Counter(people=len(self.people))
        self.counted.update(family for family, _record, _item in self.records)

    def note(self, post: Told) -> list[Item]:
        """Counts a post that was written; its files that are ready, each told once."""
        self.counted["posts"] += 1
        self.counted["versions"] += len(post.earlier) if post.whole else 0  # a card's are no versions of the post
        ready = [medium for medium in post.item["media"] if medium["state"] == MediaState.READY and medium["id"] not in self._noted]
        self._noted.update(medium["id"] for medium in ready)
        self.counted["media"] += len(ready)
        self.ready += ready
        return ready

    @cached_property
    def _noted(self) -> set[str]:
        return set()

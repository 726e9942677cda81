"""Journals by the thousand posts: rows built in memory beside a circle that is not stored yet. For the demo region.

Says the same as the services do one by one, in the order of time; there is nobody yet whose rights could have changed meanwhile.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from foundation.vault.seal import seal
from journal.cards import EventCards
from journal.enums import AlertState, PostKind, Urgency
from journal.models import Post, PostVersion, StepReason
from journal.services import number
from messaging.feed.enums import Kind, Standings
from people.accounts.models import Structure
from people.circles.bulk import NewCircle
from people.circles.enums import Audience
from people.circles.models import Membership

_BATCH = 500


@dataclass(frozen=True)
class Words:
    """What a post says, to whom, and how much it asks."""

    text: str
    audience: Audience
    urgency: Urgency = Urgency.INFO
    to: tuple[str, ...] = ()
    reply_to: Post | None = None


@dataclass
class NewJournal:
    """The posts of one new circle; call the methods in the order of time."""

    circle: NewCircle
    posts: list[Post] = field(default_factory=list)
    versions: list[PostVersion] = field(default_factory=list)
    reasons: list[StepReason] = field(default_factory=list)

    def write(self, author: Membership, words: Words, *, at: dt.datetime) -> Post:
        """A new post with its line."""
        post = Post(
            circle=self.circle.circle,
            author=author,
            audience=words.audience,
            urgency=words.urgency,
            addressees=list(words.to),
            reply_to=words.reply_to,
            written_at=at,
            received_at=at,
            alert_state="" if words.urgency is Urgency.INFO else AlertState.OPEN,
        )
        post.set_text(words.text)
        line = self.circle.feed.numbered(Kind.POST_WRITTEN, words.audience.readers, post.pk, actor=author.pk, at=at, rank=post.rank)
        number(post, line)
        self.posts.append(post)
        return post

    def tell(self, source: Structure, cards: EventCards, *, readers: Standings, urgency: Urgency, at: dt.datetime) -> Post:
        """What a hospital tells, as one post for the care team with a card for each of `readers`; as `events.write_event`."""
        post = Post(
            circle=self.circle.circle, author=None, source=source, kind=PostKind.HOSPITAL_EVENT, audience=Audience.CARE_TEAM,
            urgency=urgency, written_at=at, received_at=at, alert_state="" if urgency is Urgency.INFO else AlertState.OPEN,
        )  # fmt: skip
        post.keep_cards(cards)
        line = self.circle.feed.numbered(Kind.POST_WRITTEN, Audience.CARE_TEAM.readers | readers, post.pk, at=at, rank=post.rank)
        number(post, line)
        self.posts.append(post)
        return post

    def correct(self, post: Post, *, text: str, reason: str, at: dt.datetime) -> None:
        """The author's new text; the one before is kept. At most once for each post."""
        version = PostVersion(post=post, number=1, written_at=post.written_at)
        version.sealed_text = seal(post.vault, f"journal.version.text:{post.pk}:1", post.text())
        version.sealed_reason = seal(post.vault, f"journal.version.reason:{post.pk}:1", reason)
        self.versions.append(version)
        post.set_text(text)
        post.corrected_at = at
        self._announce(Kind.POST_CORRECTED, post, post.author_id, at)

    def retract(self, post: Post, *, reason: str, at: dt.datetime) -> None:
        """The author withdraws the post."""
        post.retracted_at, post.retracted_by = at, post.author
        post.sealed_reason = seal(post.vault, f"journal.post.reason:{post.pk}", reason)
        if post.alert_state:
            post.alert_state = AlertState.DONE
        self._announce(Kind.POST_RETRACTED, post, post.author_id, at)

    def take(self, post: Post, owner: Membership, *, at: dt.datetime) -> None:
        """Somebody has it."""
        post.alert_state, post.owner = AlertState.TAKEN, owner
        self._announce(Kind.ALERT_TAKEN, post, owner.pk, at)

    def hand_back(self, post: Post, by: Membership, *, reason: str, at: dt.datetime) -> None:
        """Open again."""
        post.alert_state, post.owner = AlertState.OPEN, None
        place = self._announce(Kind.ALERT_REOPENED, post, by.pk, at)
        if reason:
            sealed = seal(post.vault, f"journal.step.reason:{post.pk}", reason)
            self.reasons.append(StepReason(post=post, place=place, sealed_reason=sealed))

    def complete(self, post: Post, by: Membership, *, at: dt.datetime) -> None:
        """Its owner closes it."""
        post.alert_state = AlertState.DONE
        self._announce(Kind.ALERT_DONE, post, by.pk, at)

    def _announce(self, kind: Kind, post: Post, by: UUID | None, at: dt.datetime) -> int:
        return self.circle.feed.numbered(kind, Audience(post.audience).readers, post.pk, actor=by, at=at).care


def store_journals(journals: Iterable[NewJournal]) -> None:
    """Every row of the journals, inside the caller's transaction, after their circles were stored."""
    for journal in journals:
        Post.objects.bulk_create(journal.posts, batch_size=_BATCH)
        PostVersion.objects.bulk_create(journal.versions, batch_size=_BATCH)
        StepReason.objects.bulk_create(journal.reasons, batch_size=_BATCH)

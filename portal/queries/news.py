"""The newest visible posts of many circles, each reader's own, in a fixed number of statements."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from foundation.vault.seal import warm
from journal.enums import AlertState, Urgency
from journal.models import Post
from messaging.feed.enums import Standing
from people.circles.enums import Audience, Role
from people.circles.models import Membership

_EXCERPT = 160
_WAITING = (AlertState.OPEN, AlertState.UNANSWERED)


@dataclass(frozen=True)
class Alert:
    """An urgent or to-do post that is not done, as one reader sees it."""

    post: UUID
    circle: UUID
    at: dt.datetime
    urgent: bool
    state: str
    owner: UUID | None
    addressees: list[str]

    @property
    def waiting(self) -> bool:
        """Nobody has it."""
        return self.state in _WAITING


def unfinished(members: Iterable[Membership]) -> dict[UUID, list[Alert]]:
    """Visible urgent and to-do posts that are not done, by circle, oldest first. One statement."""
    by_circle = {member.circle_id: member for member in members}
    states = [AlertState.OPEN, AlertState.UNANSWERED, AlertState.TAKEN]
    posts = Post.objects.filter(circle__in=list(by_circle), alert_state__in=states, retracted_at=None).order_by("received_at", "id")
    found: dict[UUID, list[Alert]] = {}
    for post in posts.defer("sealed_text", "sealed_reason"):
        member = by_circle[post.circle_id]
        number = post.seq(member.stands)
        if number is not None and number >= member.first:
            urgent = post.urgency == Urgency.URGENT
            alert = Alert(post.pk, post.circle_id, post.received_at, urgent, post.alert_state, post.owner_id, post.addressees)
            found.setdefault(post.circle_id, []).append(alert)
    return found


def newest_posts(members: Iterable[Membership]) -> dict[UUID, UUID]:
    """Circle → its newest visible post that is not retracted. One statement."""
    cases = [When(standing=standing, then=Subquery(_newest(standing))) for standing in Standing]
    rows = Membership.objects.filter(pk__in=[member.pk for member in members]).annotate(newest=Case(*cases, default=None))
    return {circle: post for circle, post in rows.values_list("circle", "newest") if post}


def _newest(standing: Standing):  # type: ignore[no-untyped-def]  # the stubs have no name for a queryset of values
    column = f"{standing.column}_seq"
    posts = Post.objects.filter(circle=OuterRef("circle"), retracted_at=None, **{f"{column}__gte": OuterRef("first")})
    return posts.order_by(f"-{column}").values("pk")[:1]


def opened_posts(posts: Iterable[UUID]) -> dict[UUID, Post]:
    """Posts with author and patient, their vaults' keys at hand. Two statements."""
    found = Post.objects.filter(pk__in=list(posts)).select_related("author__person", "circle__patient").in_bulk()
    warm({post.vault for post in found.values()})
    return found


def excerpt(post: Post) -> str:
    """The beginning of a post on one line."""
    text = " ".join(post.text().split())
    return text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")


def author_words(post: Post, reader: Membership) -> str:
    """Who wrote, as a list names them: "You" for one's own."""
    return _("You") if post.author.person_id == reader.person_id else post.author.person.name


def role_words(member: Membership) -> str:
    """The role in words: infirmière, fille."""
    return str(Role(member.role).label)


def audience_words(audience: str) -> str:
    """The audience in words."""
    return str(Audience(audience).label)

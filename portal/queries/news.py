"""The newest visible posts of many circles, each reader's own, in a fixed number of statements."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, OuterRef, Subquery, When
from django.utils.translation import gettext as _

from foundation.vault.seal import warm
from journal.enums import AlertState, Urgency
from journal.items import source_named
from journal.models import Post
from media.carried import in_words
from messaging.feed.enums import Standing
from people.accounts.models import Person
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.queries import memberships_of
from people.circles.words import titled, trade

if TYPE_CHECKING:
    from portal.queries.mine import Mine

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


def unfinished(person: Person, members: Iterable["Mine"]) -> dict[UUID, list[Alert]]:
    """Visible urgent and to-do posts of a person's circles that are not done, by circle, oldest first. One statement."""
    by_circle = {member.circle_id: member for member in members}
    states = [AlertState.OPEN, AlertState.UNANSWERED, AlertState.TAKEN]
    posts = Post.objects.filter(circle__in=memberships_of(person).values("circle"), alert_state__in=states, retracted_at=None)
    found: dict[UUID, list[Alert]] = {}
    for post in posts.order_by("received_at", "id").defer("sealed_text", "sealed_event", "sealed_reason"):
        member = by_circle.get(post.circle_id)
        number = post.seq(Standing(member.standing)) if member else None
        if member and number is not None and number >= member.first and post.is_whole_for(Standing(member.standing)):
            urgent = post.urgency == Urgency.URGENT
            alert = Alert(post.pk, post.circle_id, post.received_at, urgent, post.alert_state, post.owner_id, post.addressees)
            found.setdefault(post.circle_id, []).append(alert)
    return found


def newest_posts(members: Iterable["Mine"]) -> dict[UUID, UUID]:
    """Circle → its newest visible post that is not retracted. One statement."""
    cases = [When(standing=standing, then=Subquery(_newest(standing))) for standing in Standing]
    rows = Membership.objects.filter(pk__in=[member.pk for member in members]).annotate(newest=Case(*cases, default=None))
    return {circle: post for circle, post in rows.values_list("circle", "newest") if post}


def _newest(standing: Standing):  # type: ignore[no-untyped-def]  # the stubs have no name for a queryset of values
    column = f"{standing.column}_seq"
    posts = Post.objects.filter(circle=OuterRef("circle"), retracted_at=None, **{f"{column}__gte": OuterRef("first")})
    return posts.order_by(f"-{column}").values("pk")[:1]


class Posts(dict[UUID, Post]):
    """Posts by id, with what is said of their files."""

    files: dict[UUID, str]

    def excerpt(self, post: Post, standing: str) -> str:
        """The beginning of a post on one line, as a standing reads it; of one without words what it carries."""
        text = " ".join(post.text_for(Standing(standing)).split()) or self.files.get(post.pk, "")
        return text[:_EXCERPT] + ("…" if len(text) > _EXCERPT else "")


def opened_posts(posts: Iterable[UUID]) -> Posts:
    """Posts with author and patient, their vaults' keys at hand. Three statements."""
    found = Posts(Post.objects.filter(pk__in=list(posts)).select_related("author__person", "source", "circle__patient").in_bulk())
    warm({post.vault for post in found.values()})
    carrying = [post.pk for post in found.values() if post.media_kinds and not post.retracted_at]
    found.files = in_words(carrying) if carrying else {}
    return found


def author_words(post: Post, reader: UUID, standing: str) -> str:
    """Who wrote, as a list names them: "You" for one's own; a hospital by its name where the reader's card has it."""
    if post.author is None:
        return source_named(post, Standing(standing))
    return _("You") if post.author.person_id == reader else titled(post.author.person, post.author.role)


def role_words(member: Membership | None) -> str:
    """The trade in words: infirmière, proche; "" of a hospital's system."""
    if member is None:
        return ""
    return trade(member.person, member.role)


def audience_words(audience: str) -> str:
    """The audience in words."""
    return str(Audience(audience).label)

"""Reading the journal: posts with all that their items need, pages, search, unread and open alerts."""
import datetime as dt
import re
import unicodedata
from collections.abc import Collection, Iterable
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from foundation import clock
from journal.enums import AlertState, Urgency
from journal.models import Post, PostRows, opened_cards, opened_text
from media.carried import SealedWords, opened_words, sealed_words
from messaging.feed.calls import Call
from messaging.feed.enums import Standing
from messaging.feed.items import Reader
from people.circles.enums import Audience
from people.circles.models import Grant, Membership

WITH_ALL = (
    "author__person", "author__via", "owner__person", "reply_to__author__person", "reply_to__author__via", "retracted_by__person",
    "circle__patient", "source", "reply_to__source",
)  # fmt: skip
STILL_OPEN = (AlertState.OPEN, AlertState.UNANSWERED)


def full(posts: PostRows) -> QuerySet[Post]:
    """Posts with everything that an item shows, in one statement."""
    return posts.select_related(*WITH_ALL)


def page_before(membership: Membership, reader: Reader, before: int | None, limit: int) -> list[Post]:
    """At most `limit` visible posts below number `before`, by descending number, bounded by the head that the door read."""
    column = f"{reader.standing.column}_seq"
    top = membership.head_number if before is None else min(before - 1, membership.head_number)
    posts = Post.objects.visible_to(reader).filter(circle=membership.circle_id, **{f"{column}__lte": top})
    return list(full(posts).order_by(f"-{column}")[:limit])


def page_after(membership: Membership, reader: Reader, after: int, limit: int) -> list[Post]:
    """At most `limit` visible posts directly above number `after`, by descending number."""
    column = f"{reader.standing.column}_seq"
    bounds = {f"{column}__gt": after, f"{column}__lte": membership.head_number}
    posts = Post.objects.visible_to(reader).filter(circle=membership.circle_id, **bounds)
    return list(full(posts).order_by(column)[:limit])[::-1]


def first_number_of_day(membership: Membership, reader: Reader, day: dt.date) -> int | None:
    """The number of the first visible post received on a day of the circle's time zone or after it."""
    day = min(max(day, dt.date(1900, 1, 1)), dt.date(2900, 1, 1))  # the ends of time have no moment in UTC
    start = dt.datetime.combine(day, dt.time(), ZoneInfo(membership.circle.zone))
    posts = Post.objects.visible_to(reader).filter(circle=membership.circle_id, received_at__gte=start)
    return posts.order_by(f"{reader.standing.column}_seq").values_list(f"{reader.standing.column}_seq", flat=True).first()


def folded(text: str) -> str:
    """Text as search compares it: without accents and case, ligatures opened."""
    opened = text.casefold().replace("œ", "oe").replace("æ", "ae")
    if opened.isascii():
        return opened
    return _MARKS.sub("", unicodedata.normalize("NFKD", opened))


_MARKS = re.compile("[\u0300-\u036f]+")  # what NFKD parts from a Latin, Greek or Cyrillic letter


def search(membership: Membership, reader: Reader, words: str, before: int | None, limit: int) -> list[Post]:
    """Visible posts that hold all the words, each as the beginning of a word, in their present text, in a transcript, or in a
    file's name or caption; newest first. Three statements at most.
    """
    wanted = [re.compile(rf"(?<![^\W_]){re.escape(word)}") for word in _WORDS.findall(folded(words))]
    if not wanted:
        return []
    column = f"{reader.standing.column}_seq"
    top = membership.head_number if before is None else min(before - 1, membership.head_number)
    posts = Post.objects.visible_to(reader).filter(circle=membership.circle_id, retracted_at=None, **{f"{column}__lte": top})
    found: list[UUID] = []
    vault = membership.circle.patient.vault
    files: dict[UUID, list[SealedWords]] | None = None
    rows = posts.order_by(f"-{column}").values_list("pk", "sealed_text", "media_kinds", "audience", "sealed_event")
    for post, sealed, kinds, audience, cards in rows:  # rows, not objects: thousands of them
        whole = not cards or reader.standing in Audience(audience).readers
        text = opened_text(vault, post, sealed) if whole else opened_cards(vault, post, cards).card(whole=False).text
        if kinds and whole:
            files = sealed_words(membership.circle_id, reader) if files is None else files
            text += "\n" + opened_words(vault, files.get(post, ()))
        if _has_all(folded(text), wanted):
            found.append(post)
            if len(found) >= limit:
                break
    return sorted(full(Post.objects.filter(pk__in=found)), key=lambda post: -(post.seq(reader.standing) or 0))


_WORDS = re.compile(r"[^\W_]+")  # an underscore parts the words of a file's name


def _has_all(text: str, wanted: Iterable[re.Pattern[str]]) -> bool:
    return all(word.search(text) for word in wanted)


def unread_counts(members: Iterable[UUID]) -> dict[UUID, int]:
    """For each membership: visible posts by others after its mark, not retracted. One statement."""
    return _counted(members, "unread")


def open_alert_counts(members: Iterable[UUID]) -> dict[UUID, int]:
    """For each membership: visible urgent posts that wait for somebody. One statement."""
    return _counted(members, "alerts")


def _counted(members: Iterable[UUID], what: str) -> dict[UUID, int]:
    cases = [When(standing=standing, then=_unread(standing) if what == "unread" else _alerts(standing)) for standing in Standing]
    rows = Membership.objects.filter(pk__in=list(members)).annotate(n=Case(*cases, default=0, output_field=IntegerField()))
    return dict(rows.values_list("pk", "n"))


def _unread(standing: Standing) -> Coalesce:
    column = standing.column
    bounds = {f"{column}_seq__gte": OuterRef("first"), f"{column}_seq__gt": Coalesce(OuterRef(f"mark__{column}"), 0)}
    posts = Post.objects.filter(circle=OuterRef("circle"), retracted_at=None, **bounds).exclude(author__person=OuterRef("person"))
    return _count(posts)


def _alerts(standing: Standing) -> Coalesce:
    whole = [audience for audience in Audience if standing in audience.readers]  # a hospital event's card for the others asks nobody
    posts = Post.objects.filter(
        circle=OuterRef("circle"), urgency=Urgency.URGENT, alert_state__in=STILL_OPEN, audience__in=whole,
        **{f"{standing.column}_seq__gte": OuterRef("first")},
    )  # fmt: skip
    return _count(posts)


def _count(posts: QuerySet[Post]) -> Coalesce:
    return Coalesce(Subquery(posts.order_by().values("circle").annotate(n=Count("pk")).values("n")), 0)


def lost_alerts() -> PostRows:
    """Taken posts whose owner is no longer inside: a term was reached, or the account disabled."""
    inside = {"membership": OuterRef("owner"), "membership__ended_at": None, "membership__person__is_active": True}
    live = Grant.objects.live(clock.now()).filter(**inside)
    return Post.objects.filter(alert_state=AlertState.TAKEN).exclude(Exists(live))


def calls_of(posts: Collection[UUID]) -> dict[UUID, Call]:
    """What posts ask of whom; nothing of their words. One statement."""
    return {post.pk: _call(post) for post in Post.objects.filter(pk__in=posts).defer("sealed_text", "sealed_event", "sealed_reason")}


def _call(post: Post) -> Call:
    numbers = {standing: number for standing in Standing if (number := post.seq(standing)) is not None}
    return Call(
        subject=post.pk, circle=post.circle_id, author=post.author_id, kind=post.kind, urgency=post.urgency, state=post.alert_state,
        addressees=tuple(post.addressees), owner=post.owner_id, at=post.received_at, withdrawn=post.retracted_at is not None,
        numbers=numbers, quiet=post.quiet, others=frozenset(standing for standing in numbers if not post.is_whole_for(standing)),
    )  # fmt: skip

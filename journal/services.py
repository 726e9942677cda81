"""Writing, correcting, withdrawing: each one transaction under the feed head's lock, its news announced at its end."""
import datetime as dt
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction

from foundation import clock, ids
from foundation.errors import NotFound
from foundation.prepared import Prepared
from foundation.vault.seal import seal
from foundation.writing import PreparedInsert
from journal import errors
from journal.access import visible_post
from journal.enums import AlertState, RetractionCode, Urgency
from journal.fresh import remember
from journal.models import Post, PostKey, PostVersion
from journal.protocol import PostBody
from journal.queries import full
from media.carrying import UnknownMedium, attach, withdraw
from messaging.feed.enums import Kind, Standing
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, opened
from people.circles.access import reader_of, require, still_enters
from people.circles.enums import Audience, Role
from people.circles.models import Membership
from people.circles.policy import Act, widens
from people.circles.queries import live_members

LONGEST = 16_000
_OLDEST = dt.timedelta(days=7)
_SKEW = dt.timedelta(seconds=5)  # two clocks are never quite one; the time shown is then that of arrival


_new_post, _new_key = PreparedInsert(Post), PreparedInsert(PostKey)
_keys = Prepared(lambda person, key: PostKey.objects.filter(person=person, key=key), person=UUID, key=UUID)


def write_post(actor: Membership, *, key: UUID | None, body: PostBody) -> tuple[Post, bool]:
    """(the post, whether it is new). The same key with the same body gives the post as it is now.

    Raises Invalid (`journal.*`), Refused, NotFound. A second sending waits for the first at the head's lock.
    """
    if key is None:
        raise errors.key_missing()
    digest = body.digest(actor.circle_id)
    try:
        with transaction.atomic(), opened(actor.circle_id) as feed:
            inside = still_enters(actor)
            known = _keys.first(person=actor.person_id, key=key)
            if known is not None:
                return _answered(actor, known, digest), False
            require(inside, Act.POST, audience=body.audience)
            post = write_within(feed, inside, body)
            _new_key.save(PostKey(person_id=actor.person_id, key=key, digest=digest, post=post))
            transaction.on_commit(partial(remember, post))  # before the feed's own, which rings
            return post, True
    except IntegrityError:  # the same key at the same moment in another circle
        known = _keys.first(person=actor.person_id, key=key)
        if known is None:
            raise
        return _answered(actor, known, digest), False


def _answered(actor: Membership, known: PostKey, digest: bytes) -> Post:
    """The post as it is now. Who came back in another standing gets what that one reads (404 otherwise)."""
    if bytes(known.digest) != digest:
        raise errors.key_reused()
    post = full(Post.objects.filter(pk=known.post_id)).get()
    if post.seq(actor.stands) is None:
        raise NotFound
    return post


def write_within(feed: OpenFeed, author: Membership, body: PostBody) -> Post:
    """A post as part of another act, under a lock that is held already and by a member who may post. Raises Invalid (`journal.*`)."""
    now = clock.now()
    answered = _answerable(author, body)
    _check(author, body, now)
    post = Post(
        id=ids.new(), circle=author.circle, author=author, audience=body.audience, urgency=body.urgency, addressees=body.to,
        reply_to=answered, written_at=min(body.written_at, now) if body.written_at else now, received_at=now, retracted_by=None, owner=None,
    )
    if body.urgency is not Urgency.INFO:
        post.alert_state = AlertState.OPEN
    post.set_text(body.text)
    line = feed.append(Kind.POST_WRITTEN, body.audience.readers, post.pk, actor=author.pk, at=now, rank=post.rank)
    number(post, line)
    post.media_kinds = _attached(line, post, author, body.media)
    _new_post.save(post)
    return post


def _attached(line: FeedLine, post: Post, author: Membership, media: Sequence[UUID]) -> list[str]:
    try:
        return [medium.kind for medium in attach(line, post.pk, author, media)]
    except UnknownMedium:
        raise errors.unknown_media() from None


def number(post: Post, line: FeedLine) -> None:
    """Gives a post the numbers of its line, in each standing that sees it."""
    for standing in Standing:
        if line.visible(standing):
            setattr(post, f"{standing.column}_seq", line.number(standing))


def _check(author: Membership, body: PostBody, now: dt.datetime) -> None:
    if not body.text.strip() and not body.media:
        raise errors.empty_post()
    if len(body.text) > LONGEST:
        raise errors.too_long()
    if body.written_at and not now - _OLDEST <= body.written_at <= now + _SKEW:
        raise errors.bad_time()
    if body.to and not all_read(author.circle_id, body.to, body.audience):
        raise errors.bad_addressee()


def all_read(circle: UUID, addressees: Sequence[str], audience: Audience) -> bool:
    """Whether everybody addressed, by role or by member id, reads the audience."""
    roles = {name for name in addressees if name in set(Role)}
    members = {ids.parse(name) for name in addressees if name not in roles}
    if None in members or not all(Role(role).standing in audience.readers for role in roles):
        return False
    if not members:
        return True
    standings = dict(live_members([circle]).filter(membership__in=members).values_list("membership", "membership__standing"))
    return members == set(standings) and set(standings.values()) <= audience.readers


def _answerable(author: Membership, body: PostBody) -> Post | None:
    if body.reply_to is None:
        return None
    try:
        answered = visible_post(author, body.reply_to)
    except NotFound:
        raise errors.unknown_reply() from None
    if widens(body.audience, answered.audience_for(author.stands)):
        raise errors.reply_too_wide()
    return full(Post.objects.filter(pk=answered.pk)).get()


def correct_post(actor: Membership, *, post: UUID, text: str, reason: str) -> Post:
    """Replaces the text, keeping the one before. Raises Refused, Invalid, Conflict `journal.retracted`."""
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, post)
        require(inside, Act.CORRECT, own=_own(inside, wanted), audience=wanted.audience_for(inside.stands))
        if wanted.retracted_at:
            raise errors.retracted()
        if not text.strip() and not wanted.media_kinds:
            raise errors.empty_post()
        if len(text) > LONGEST:
            raise errors.too_long()
        keep_version(wanted, reason)
        wanted.set_text(text)
        wanted.corrected_at = clock.now()
        wanted.save(update_fields=["sealed_text", "corrected_at"])
        _announce(feed, Kind.POST_CORRECTED, wanted, inside)
        return wanted


def keep_version(post: Post, reason: str) -> None:
    """Keeps the present text, sealed for its place as a version: put back in the post's row it must not open there."""
    number = post.versions.count() + 1
    version = PostVersion(post=post, number=number, written_at=post.corrected_at or post.written_at)
    version.sealed_text = seal(post.vault, f"journal.version.text:{post.pk}:{number}", post.text())
    if post.sealed_event:
        version.sealed_event = seal(post.vault, f"journal.version.event:{post.pk}:{number}", post.kept().packed())
    version.sealed_reason = seal(post.vault, f"journal.version.reason:{post.pk}:{number}", reason)
    version.save(force_insert=True)


def retract_post(actor: Membership, *, post: UUID, reason: str, code: RetractionCode | None = None) -> Post:
    """Withdraws a post: its words and files leave every answer, the record keeps them. An open alert is over, withdrawn.

    With the code "wrong thread" it is an incident too, which a line tells to the care team and which the trail keeps.
    """
    with transaction.atomic(), opened(actor.circle_id) as feed:
        inside, wanted = under_lock(actor, post)
        require(inside, Act.RETRACT, own=_own(inside, wanted), audience=wanted.audience_for(inside.stands))
        if wanted.retracted_at:
            return wanted
        wanted.retracted_at, wanted.retracted_by = clock.now(), inside
        said = reason or (str(code.label) if code else "")
        wanted.sealed_reason = seal(wanted.vault, f"journal.post.reason:{wanted.pk}", said)
        wanted.retraction_code = code or ""
        if wanted.alert_state:
            wanted.alert_state = AlertState.DONE
        wanted.save(update_fields=["retracted_at", "retracted_by", "sealed_reason", "retraction_code", "alert_state"])
        withdraw(wanted.pk)
        _announce(feed, Kind.POST_RETRACTED, wanted, inside)
        if code is RetractionCode.WRONG_THREAD:
            feed.append(Kind.INCIDENT_NOTED, frozenset(), wanted.pk, actor=inside.pk)
        return wanted


def under_lock(actor: Membership, post: UUID) -> tuple[Membership, Post]:
    """(the membership read again, the post with all its item needs). Raises NotFound for who or what is gone."""
    inside = still_enters(actor)
    wanted = full(Post.objects.visible_to(reader_of(inside)).filter(pk=post, circle=inside.circle_id)).first()
    if wanted is None:
        raise NotFound
    return inside, wanted


def _own(member: Membership, post: Post) -> bool:
    """Authorship is the person's: it outlives a membership that ended and began anew."""
    return post.author is not None and post.author.person_id == member.person_id


def _announce(feed: OpenFeed, kind: Kind, post: Post, by: Membership) -> FeedLine:
    return feed.append(kind, post.readers, post.pk, actor=by.pk)

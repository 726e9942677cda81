"""What a hospital tells, as one post with a card for each reader: written, corrected and withdrawn under the caller's open feed.

The hospital's rooms decide what the cards say and which standings see one (`hospital.stays.telling`); here it is made a post like any
other. Nothing of it vanishes: a correction keeps the cards that were, a withdrawn card stays and says so.
"""
import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation import clock, ids
from foundation.clock import rfc3339
from foundation.vault.seal import seal
from journal.cards import Data, EventCard, EventCards
from journal.enums import AlertState, PostKind, Urgency
from journal.models import Post
from journal.services import keep_version, number
from media.carrying import attach_arrived, withdraw
from messaging.feed.enums import Kind, Standings
from messaging.feed.services import OpenFeed
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.models import Circle

__all__ = ["EventCard", "EventCards", "correct_event", "retract_event", "withdraw_event", "write_event"]


def write_event(
    feed: OpenFeed, circle: Circle, *, source: Structure, cards: EventCards, readers: Standings, audience: Audience = Audience.CARE_TEAM,
    urgency: Urgency = Urgency.INFO, at: dt.datetime, quiet: bool = False, media: Sequence[UUID] = (),
    reply_to: Post | None = None,
) -> Post:  # fmt: skip
    """One post of a hospital's, its line written. `audience` reads the post itself and may answer; who else is of `readers` gets the
    others' card. `at`: when it happened or was told, shown as the time of writing (never ahead of now). `quiet`: nobody is told of it
    outside the page, and it asks nobody, however urgent it was. Files are for the audience: with `media` nobody else may be a reader.
    `reply_to`: a post of the same circle that the whole audience reads.

    Raises ValueError for readers beyond the audience without a card, or with files; UnknownMedium.
    """
    others = readers - audience.readers
    if others and (cards.others is None or media):
        raise ValueError("readers beyond the audience need a card of their own, and see no files")
    now, asked = clock.now(), Urgency.INFO if quiet else urgency
    post = Post(
        id=ids.new(), circle=circle, author=None, source=source, kind=PostKind.HOSPITAL_EVENT, audience=audience, urgency=asked,
        quiet=quiet, reply_to=reply_to, written_at=min(at, now), received_at=now,
        alert_state="" if asked is Urgency.INFO else AlertState.OPEN,
    )
    post.keep_cards(cards if others else replace(cards, others=None))
    line = feed.append(Kind.POST_WRITTEN, audience.readers | readers, post.pk, at=now, rank=post.rank)
    number(post, line)
    post.media_kinds = [medium.kind for medium in attach_arrived(line, post.pk, media)]
    post.save(force_insert=True)
    return post


def correct_event(feed: OpenFeed, post: Post, *, cards: EventCards, reason: str) -> Post:
    """Replaces the cards, keeping those before. Only those whose card has changed hear of it; where none has, nothing is written.

    Without a card for the others theirs stays as it is. A post that a coordinator has retracted stays retracted.
    """
    kept = post.kept()
    before, others = kept.cards, kept.cards.others and (cards.others or kept.cards.others)
    after = EventCards(cards.care, others)
    if post.retracted_at or after == before:
        return post
    keep_version(post, reason)
    now = clock.now()
    post.keep_cards(after, others_at=rfc3339(now) if after.others != before.others else kept.others_at)
    post.corrected_at = now
    post.save(update_fields=["sealed_text", "sealed_event", "corrected_at"])
    feed.append(Kind.POST_CORRECTED, post.readers if after.others != before.others else Audience(post.audience).readers, post.pk, at=now)
    return post


def withdraw_event(feed: OpenFeed, post: Post, *, reason: str, replaced: bool = False) -> Post:
    """The hospital takes it back: the cards stay, with `cancelled_at` and the word before their sentence; an alert is over, withdrawn.

    `replaced`: something newer stands in its place, and the card says so. Withdrawing again changes nothing.
    """
    cards = post.kept().cards
    if post.retracted_at or "cancelled_at" in cards.care.data:
        return post
    if post.alert_state and post.alert_state != AlertState.DONE:
        post.alert_state = AlertState.DONE
        post.save(update_fields=["alert_state"])
        feed.append(Kind.ALERT_DONE, Audience(post.audience).readers, post.pk)
    at = rfc3339(clock.now()) or ""
    more = {"cancelled_at": at, **({"replaced": True} if replaced else {})}
    cancelled = EventCards(_cancelled(cards.care, more), cards.others and _cancelled(cards.others, more))
    return correct_event(feed, post, cards=cancelled, reason=reason)


def retract_event(feed: OpenFeed, post: Post, *, reason: str) -> Post:
    """The hospital takes it back from some who could read it: as a retraction by a member, no answer holds its words or files any more.

    The record keeps them. Retracting again changes nothing.
    """
    if post.retracted_at:
        return post
    post.retracted_at = clock.now()
    post.sealed_reason = seal(post.vault, f"journal.post.reason:{post.pk}", reason)
    if post.alert_state:
        post.alert_state = AlertState.DONE
    post.save(update_fields=["retracted_at", "sealed_reason", "alert_state"])
    withdraw(post.pk)
    feed.append(Kind.POST_RETRACTED, post.readers, post.pk, at=post.retracted_at)
    return post


def _cancelled(card: EventCard, more: Data) -> EventCard:
    """A stay did not take place; a document did, and is withdrawn."""
    with override(settings.LANGUAGE_CODE):
        said = _("Withdrawn by the hospital: %(text)s") if card.data.get("what") == "document" else _("Cancelled by the hospital: %(text)s")
    return EventCard(said % {"text": card.text}, {**card.data, **more})

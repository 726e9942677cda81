"""Filing a hospital's document: a post with its files, replaced, withdrawn or shown to others as the hospital says later.

The post holds title, author and date; the sections rest in `HospitalDocument.sealed_content` under the patient's key, the files in the room
of media like any upload. Killed anywhere and done again, nothing is twice: a row that was filed is filed no more.
"""
import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation import clock
from hospital.gateway.audiences import audience_of, stay_of
from hospital.gateway.documents import DocumentAction, DocumentNews, Mark, note
from hospital.gateway.letters import cards_of, content_of, file_name
from hospital.gateway.models import HospitalDocument
from hospital.gateway.versions import known_version
from hospital.stays.matching import Matched, match
from hospital.stays.models import Hospital, Stay
from journal.events import retract_event, withdraw_event, write_event
from journal.models import Post
from media.arriving import Arrival, Landed, give_up, landing
from media.carrying import withdraw
from messaging.feed.services import OpenFeed, opened
from people.accounts.models import Structure
from people.circles.access import System
from people.circles.enums import Audience, CircleState
from people.circles.models import Circle

_TAKES = (CircleState.ACTIVE, CircleState.FROZEN)  # as for the other news of a hospital; in a frozen circle nobody is told


@dataclass(frozen=True)
class Filed:
    """`outcome`: "applied", "unmatched" (nobody of a circle: keep nothing), "doubted" (a human decides whom it means), "ignored"."""

    outcome: str
    circles: list[UUID] = field(default_factory=list)
    posts: list[UUID] = field(default_factory=list)  # that were written
    matched: Matched = field(default_factory=Matched)


@dataclass(frozen=True)
class _Filing:
    """One document on its way into one circle."""

    structure: Structure
    circle: Circle
    news: DocumentNews
    known_at: dt.datetime
    stay: Stay | None
    audience: Audience | None  # None: it is known here, and shown to nobody


def file_document(
    actor: System, *, structure: Structure, news: DocumentNews, known_at: dt.datetime, matched: Matched | None = None
) -> Filed:  # fmt: skip
    """Does what the message says, in each circle of whom it is about. To be called outside of a transaction: files go to the store first.

    `known_at`: when the hospital told us. `matched`: whom it is about, where the caller knows it already. Doing it again changes nothing.
    """
    found = matched or match(structure.pk, news.identity)
    if not found.circles:
        return Filed("doubted" if found.doubts else "unmatched", matched=found)
    takers = [circle for circle in found.circles if circle.state in _TAKES]
    posts: list[UUID] = []
    with override(settings.LANGUAGE_CODE):
        for circle in takers:
            stay = stay_of(structure, circle, news)
            posts += _file(_Filing(structure, circle, news, known_at, stay, audience_of(structure, circle, news, stay)))
    return Filed("applied" if takers else "ignored", [circle.pk for circle in takers], posts, found)


@contextmanager
def filing_into(structure: Structure, circle: Circle, news: DocumentNews, known_at: dt.datetime) -> Iterator[Callable[[], list[UUID]]]:
    """For whoever has a transaction of their own: to be entered before it, when the files go to the store; what it gives is called inside,
    and answers which post was written. What the block raises takes the files out again.
    """
    stay = stay_of(structure, circle, news)
    filing = _Filing(structure, circle, news, known_at, stay, audience_of(structure, circle, news, stay))
    with landing(circle, _arrivals(filing)) as landed:
        yield partial(_done, filing, landed)


def _file(filing: _Filing) -> list[UUID]:
    with landing(filing.circle, _arrivals(filing)) as landed, transaction.atomic():
        return _done(filing, landed)


def _done(filing: _Filing, landed: Sequence[Landed]) -> list[UUID]:
    """Inside a transaction."""
    with opened(filing.circle.pk) as feed:
        note(filing.news, filing.structure.pk, filing.circle.pk, filing.known_at)
        row = known_version(filing.structure.pk, filing.circle.pk, [filing.news.document.id])
        takes = Circle.objects.filter(pk=filing.circle.pk, state__in=_TAKES).exists()
        post = _settled(feed, filing, row, landed) if row and takes else None
        if post is None:
            give_up(landed)
        return [post.pk] if post else []


def _arrivals(filing: _Filing) -> list[Arrival]:
    """The document's files, as far as somebody will see them."""
    if filing.audience is None or filing.news.action is DocumentAction.DELETE:
        return []
    document = filing.news.document
    return [Arrival(one.content, file_name(document, place, one.media_type)) for place, one in enumerate(document.attachments)]


def _settled(feed: OpenFeed, filing: _Filing, row: HospitalDocument, landed: Sequence[Landed]) -> Post | None:
    """Under the lock of the circle's head. The post that was written, if one was."""
    news = filing.news
    if news.action is DocumentAction.DELETE:
        _end(feed, row, _("Withdrawn by the hospital"))
        return None
    if row.filed_at is not None:
        return _shown_anew(feed, filing, row, landed) if Mark.VISIBILITY_ONLY in news.marks else None
    if row.withdrawn_at is not None:  # what ends it was worked out first, for this one had to be tried again
        return None
    for replaced in HospitalDocument.objects.filter(replaced_by=row):
        _end(feed, replaced, _("Replaced by a newer version"), narrower=_narrows(replaced, filing.audience), replaced=True)
    return _filed(feed, filing, row, landed)


def _shown_anew(feed: OpenFeed, filing: _Filing, row: HospitalDocument, landed: Sequence[Landed]) -> Post | None:
    """Only the visibility changes. The audience of a post never does: the old one ends, and there is a new one."""
    if row.withdrawn_at is not None or row.audience == (filing.audience or ""):
        return None
    _end(feed, row, _("The hospital has changed who may see it"), narrower=_narrows(row, filing.audience), replaced=True)
    row.withdrawn_at = None
    return _filed(feed, filing, row, landed)


def _narrows(row: HospitalDocument, audience: Audience | None) -> bool:
    """Whether somebody who could read the document must not any more."""
    return bool(row.audience) and (audience is None or not Audience(row.audience).readers <= audience.readers)


def _end(feed: OpenFeed, row: HospitalDocument, reason: str, *, narrower: bool = False, replaced: bool = False) -> None:
    """The row's post ends, its files with it. Its words stay with who had them, unless some of them may not read it any more."""
    if row.withdrawn_at is None:
        row.withdrawn_at = clock.now()
        row.save(update_fields=["withdrawn_at"])
    post = Post.objects.select_related("circle__patient", "source").filter(pk=row.post).first() if row.post else None
    if post is not None and post.retracted_at is None:
        if narrower:
            retract_event(feed, post, reason=reason)
        else:
            withdraw_event(feed, post, reason=reason, replaced=replaced)
        withdraw(post.pk)


def _filed(feed: OpenFeed, filing: _Filing, row: HospitalDocument, landed: Sequence[Landed]) -> Post | None:
    """The document has its post, or none where nobody may see it; a later message may show it."""
    post = _written(feed, filing, row, landed) if filing.audience else None
    row.filed_at, row.audience, row.post = clock.now(), filing.audience or "", post.pk if post else None
    row.stay = filing.stay.pk if filing.stay else None
    row.keep(filing.circle.patient.vault, content_of(filing.news.document))
    row.save(update_fields=["filed_at", "audience", "post", "stay", "withdrawn_at", "sealed_content"])
    return post


def _written(feed: OpenFeed, filing: _Filing, row: HospitalDocument, landed: Sequence[Landed]) -> Post:
    assert filing.audience is not None
    document, media = filing.news.document, [one.enter(filing.circle) for one in landed]
    cards = cards_of(
        document, row=row, structure=filing.structure, stay=filing.stay, known_at=filing.known_at, files=len(media)
    )  # fmt: skip
    return write_event(
        feed, filing.circle, source=filing.structure, cards=cards, readers=filing.audience.readers, audience=filing.audience,
        at=document.date or filing.known_at, quiet=_is_quiet(filing), media=[one.pk for one in media],
    )  # fmt: skip


def _is_quiet(filing: _Filing) -> bool:
    """Whether it rings nobody: the circle is frozen, or the document older than the hospital's setting allows."""
    if filing.circle.state == CircleState.FROZEN:
        return True
    hospital = Hospital.objects.filter(pk=filing.structure.pk).first() or Hospital(structure=filing.structure)
    date = filing.news.document.date
    return date is not None and filing.known_at - date > dt.timedelta(hours=hospital.stale_h)

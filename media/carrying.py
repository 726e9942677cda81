"""Posts and the files that they carry. All of it happens under the lock of the circle's head, as the processing's end does:
so a post is told with its files as they then stand, and whatever becomes of them afterwards is told in lines after it.
"""
from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet

from foundation import clock
from media.models import Carry, CarryRows, Listening, Medium
from messaging.feed.enums import Kind
from messaging.feed.items import Reader
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed
from people.circles.models import Membership


class UnknownMedium(LookupError):
    """Not a file that this person sent into this circle."""


def attach(line: FeedLine, post: UUID, uploader: Membership, media: Sequence[UUID]) -> list[Medium]:
    """Lets a new post carry files, in the order given, one named twice once. `line` is its `post.written`, saved.

    Files still being processed and refused ones may be carried, and those that another post carries already.
    Raises UnknownMedium for what is not the same person's upload of the same circle.
    """
    wanted = list(dict.fromkeys(media))
    if not wanted:
        return []
    return _carried(line, post, Medium.objects.filter(uploader__person=uploader.person_id, circle=uploader.circle_id), wanted)


def attach_arrived(line: FeedLine, post: UUID, media: Sequence[UUID]) -> list[Medium]:
    """As `attach`, for a post that a hospital's system writes: files of the line's circle that such a system sent (`media.arriving`).

    Raises UnknownMedium for what a person sent, or what is of another circle.
    """
    wanted = list(dict.fromkeys(media))
    return _carried(line, post, Medium.objects.filter(uploader=None, circle=line.feed_id), wanted) if wanted else []


def _carried(line: FeedLine, post: UUID, among: QuerySet[Medium], wanted: list[UUID]) -> list[Medium]:
    found = among.in_bulk(wanted)
    if len(found) < len(wanted):
        raise UnknownMedium
    carried = [found[medium] for medium in wanted]
    Carry.objects.bulk_create(Carry(medium=medium, post=post, line=line, position=place) for place, medium in enumerate(carried))
    return carried


def withdraw(post: UUID) -> None:
    """A retracted post carries nothing any more; what another post carries is seen there as before."""
    Carry.objects.filter(post=post, withdrawn_at=None).update(withdrawn_at=clock.now())


def announce_media(feed: OpenFeed, medium: Medium, kind: Kind, *, by: Membership | None = None) -> None:
    """A line for each post that carries the file now, seen by whoever sees that post."""
    for carry in _carries(medium).filter(withdrawn_at=None):
        feed.append(kind, carry.line.seen_by, carry.pk, actor=by.pk if by else None)


def mark_heard(feed: OpenFeed, note: Medium, listener: Membership) -> None:
    """Marks a note as heard in each post in which the listener sees it, once in each, and tells the readers of that post.

    Its being in any other post is nobody's news; and who was only asked to write it down hears it in none.
    """
    for carry in _carries(note).visible_to(Reader(listener.stands, listener.first)):
        _, new = Listening.objects.get_or_create(carry=carry, member=listener, defaults={"at": clock.now()})
        if new:
            feed.append(Kind.MEDIA_HEARD, carry.line.seen_by, carry.pk, actor=listener.pk)


def _carries(medium: Medium) -> CarryRows:
    return Carry.objects.filter(medium=medium).select_related("line").order_by("line__care")

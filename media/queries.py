"""Reading about files: where their bytes lie, who heard them, what waits to be written down, how much nobody has posted."""
import datetime as dt
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone

from media.access import WITH_ALL, visible_media
from media.enums import Part
from media.models import Blob, Carry, Listening, Transcriber, Upload
from people.circles.access import reader_of
from people.circles.models import Membership

_COUNTS_WHEN_TAKEN_BACK = dt.timedelta(days=2)


def blob_of(medium: UUID, part: Part) -> Blob | None:
    """Where a part of a file lies."""
    return Blob.objects.filter(medium=medium, part=part).first()


def unposted_bytes(person: UUID) -> int:
    """How many bytes of a person's no post carries, those announced and still to come included.

    What posts carried and carry no more is kept for good: it counts for its first two days, as long as a file waits for a post.
    """
    carries = Carry.objects.filter(medium=OuterRef("medium"))
    taken_back = ~Exists(carries.filter(withdrawn_at=None)) & Q(medium__created_at__gt=timezone.now() - _COUNTS_WHEN_TAKEN_BACK)
    mine = Blob.objects.filter(~Exists(carries) | taken_back, medium__uploader__person=person)
    loose = mine.aggregate(sum=Sum("size"))["sum"] or 0
    coming = Upload.objects.filter(uploader__person=person, medium=None).aggregate(sum=Sum("length"))["sum"] or 0
    return int(loose) + int(coming)


def listenings_seen(member: Membership, medium: UUID) -> list[Listening]:
    """Who has heard a note, and when first, in posts that the member sees too. One statement."""
    carries = Carry.objects.visible_to(reader_of(member)).filter(medium=medium)
    heard = Listening.objects.filter(carry__in=carries.values("pk")).select_related("member__person").order_by("-at")
    return sorted({one.member_id: one for one in heard}.values(), key=lambda one: one.at)


def transcribers_of(medium: UUID) -> QuerySet[Transcriber]:
    """Who is asked to write a note down now."""
    return Transcriber.objects.filter(medium=medium, ended_at=None).select_related("member__person").order_by("since")


def notes_to_write_down(member: Membership) -> QuerySet[Transcriber]:
    """What a member was asked to write down and still may hear, newest first, with all that the items need."""
    asked = Transcriber.objects.filter(member=member.pk, ended_at=None, medium__in=visible_media(member).values("pk"))
    return asked.select_related("medium__uploader__person", *(f"medium__{name}" for name in WITH_ALL)).order_by("-since")

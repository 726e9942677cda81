"""The doors of files: what the caller may not see does not exist, for content, preview, range and description alike."""
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from foundation import ids
from foundation.errors import NotFound
from media.models import Carry, MediaKey, Medium, Transcriber, Upload
from people.accounts.models import Person
from people.circles.access import Door, enter, reader_of
from people.circles.models import Membership

WITH_ALL = ("circle__patient", "uploader", "transcribed_by__person")


def visible_media(member: Membership) -> QuerySet[Medium]:
    """What a member may see of the circle's files, with all that their items need.

    Those that a visible post carries that was not retracted; their own until a post carries it; what they were asked to write down,
    as long as its author has not withdrawn it from its readers.
    """
    carried = Carry.objects.filter(medium=OuterRef("pk"))
    shown = Exists(carried.visible_to(reader_of(member)))
    own = Q(uploader__person=member.person_id) & ~Exists(carried)
    to_write_down = Exists(to_be_written_down().filter(medium=OuterRef("pk"), member=member.pk))
    return Medium.objects.filter(shown | own | to_write_down, circle=member.circle_id).select_related(*WITH_ALL)


def to_be_written_down() -> QuerySet[Transcriber]:
    """Who is asked to write a note down now, and hears it: not where its author has taken it back from all its readers."""
    carried = Carry.objects.filter(medium=OuterRef("medium"))
    return Transcriber.objects.filter(Exists(carried.filter(withdrawn_at=None)) | ~Exists(carried), ended_at=None)


def visible_medium(member: Membership, medium: UUID | None) -> Medium:
    """A file of the member's circle that the member may see, with all that its item needs. Raises NotFound."""
    found = visible_media(member).filter(pk=medium).first() if medium else None
    if found is None:
        raise NotFound
    return found


def own_upload(member: Membership, upload: UUID | None) -> Upload:
    """An upload in pieces of the member's own that is under way or has become a file. Raises NotFound."""
    found = _uploads(member).select_related("circle__patient").filter(pk=upload).first() if upload else None
    if found is None:
        raise NotFound
    return found


def unfinished_upload(member: Membership, upload: UUID | None) -> Upload | None:
    """An upload in pieces of the member's own that is no file yet."""
    return _uploads(member).filter(pk=upload, medium=None).first() if upload else None


def _uploads(member: Membership) -> QuerySet[Upload]:
    """A member's own; one whose time is over is not there, collected or not."""
    mine = Upload.objects.filter(circle=member.circle_id, uploader__person=member.person_id)
    return mine.filter(Q(medium__isnull=False) | Q(expires_at__gte=timezone.now()))


def is_author(member: Membership, medium: Medium) -> bool:
    """Authorship is the person's: it outlives a membership that ended and began anew. The uploader must have been selected.

    What a hospital's system sent is nobody's own.
    """
    return medium.uploader is not None and medium.uploader.person_id == member.person_id


def is_asked(member: Membership, medium: UUID) -> bool:
    """Whether a member was asked to write a note down, and still is."""
    return Transcriber.objects.filter(medium=medium, member=member.pk, ended_at=None).exists()


class MediaDoor(Door):
    """Route authentication for `media/{id}/…`. `request.auth` is the Membership; what is written is fetched again under the lock."""

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        medium = _named(request)
        circle = Medium.objects.filter(pk=medium).values_list("circle", flat=True).first() if medium else None
        membership = enter(person, circle)
        request.__dict__["cercle_medium"] = visible_medium(membership, medium)
        return membership

    def _circumstances(self, request: HttpRequest, membership: Membership) -> dict[str, Any]:
        medium = medium_of(request)
        return {"own": is_author(membership, medium), "owner": is_asked(membership, medium.pk)}


def medium_of(request: HttpRequest) -> Medium:
    """The file that the door has let the caller see."""
    medium: Medium = request.__dict__["cercle_medium"]
    return medium


class UploadDoor(Door):
    """Route authentication for the pieces of an upload: somebody else's is not there."""

    def _enter(self, request: HttpRequest, person: Person) -> Membership:
        membership = super()._enter(request, person)
        request.__dict__["cercle_upload"] = own_upload(membership, _named(request))
        return membership


def upload_of(request: HttpRequest) -> Upload:
    """The upload that the door has found."""
    upload: Upload = request.__dict__["cercle_upload"]
    return upload


def was_answered(person: UUID, key: UUID) -> bool:
    """Whether a person's key was answered with a file."""
    return MediaKey.objects.filter(person=person, key=key).exists()


def _named(request: HttpRequest) -> UUID | None:
    match = request.resolver_match
    return ids.parse(match.kwargs.get("medium_id")) if match else None

"""Uploads in pieces over HTTP, after the tus protocol 1.0: core, creation, expiration, termination."""
from collections.abc import Callable, Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date
from ninja import Router

from foundation import ids
from foundation.http import whole_number
from media import errors, pieces
from media.access import UploadDoor, upload_of
from media.collecting import remove
from media.models import Upload
from media.protocol import metadata, said_of
from people.circles.access import Door, member_of
from people.circles.models import Membership
from people.circles.policy import Act

VERSION = "1.0.0"
router = Router(tags=["media"])
_PIECE = "application/offset+octet-stream"
_READ = 64 * 1024


class ResumableAnswers:
    """Middleware: who speaks tus is told its version with every answer, refusals included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._get_response(request)
        if "Tus-Resumable" in request.headers:
            response["Tus-Resumable"] = VERSION
        if response.status_code == 412:
            response["Tus-Version"] = VERSION
        return response


def begin(request: HttpRequest, member: Membership) -> HttpResponse:
    """The creation of an upload: 201, or 200 for a key that was answered; where to send the pieces."""
    _same_version(request)
    length = _number(request, "Upload-Length")
    fields = metadata(request.headers.get("Upload-Metadata", ""))
    key = ids.parse(request.headers.get("Idempotency-Key"))
    upload, new = pieces.begin_upload(member, key=key, length=length, said=said_of(fields, fields.get("filename", "")))
    state = upload.medium.state if upload.medium else "uploading"
    answer = JsonResponse({"id": str(upload.pk), "state": state}, status=201 if new else 200)
    answer["Location"] = f"/api/v1/circles/{upload.circle_id}/media/{upload.pk}"
    return _told(answer, upload)


@router.api_operation(["OPTIONS"], "circles/{circle_id}/media", auth=Door(Act.SEE_MEDIA), response={204: None})
def abilities(request: HttpRequest, circle_id: str) -> HttpResponse:
    """What of the tus protocol is spoken here."""
    answer = HttpResponse(status=204)
    answer["Tus-Version"] = answer["Tus-Resumable"] = VERSION
    answer["Tus-Extension"] = "creation,expiration,termination"
    answer["Tus-Max-Size"] = str(settings.MEDIA_MOST_BYTES)
    return answer


@router.api_operation(["HEAD"], "circles/{circle_id}/media/{medium_id}", auth=UploadDoor(Act.SEE_MEDIA), response={200: None})
def progress(request: HttpRequest, circle_id: str, medium_id: str) -> HttpResponse:
    """How much of an upload has come."""
    _same_version(request)
    return _told(HttpResponse(status=200), upload_of(request))


@router.patch("circles/{circle_id}/media/{medium_id}", auth=UploadDoor(Act.UPLOAD), response={204: None})
def piece(request: HttpRequest, circle_id: str, medium_id: str) -> HttpResponse:
    """The next bytes of an upload."""
    _same_version(request)
    if request.content_type != _PIECE:
        raise errors.not_a_piece()
    offset = _number(request, "Upload-Offset")
    upload = pieces.append_piece(member_of(request), upload=upload_of(request).pk, offset=offset, body=_body(request))
    return _told(HttpResponse(status=204), upload)


@router.delete("circles/{circle_id}/media/{medium_id}", auth=Door(Act.SEE_MEDIA), response={204: None})
def throw_away(request: HttpRequest, circle_id: str, medium_id: str) -> HttpResponse:
    """Throws away an upload, or a file of one's own that no post carries."""
    remove(member_of(request), wanted=ids.parse(medium_id))
    return HttpResponse(status=204)


def _told(answer: HttpResponse, upload: Upload) -> HttpResponse:
    answer["Upload-Offset"], answer["Upload-Length"] = str(upload.offset), str(upload.length)
    answer["Cache-Control"] = "no-store"
    if upload.medium_id is None:
        answer["Upload-Expires"] = http_date(upload.expires_at.timestamp())
    return answer


def _same_version(request: HttpRequest) -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise errors.wrong_version()


def _number(request: HttpRequest, header: str) -> int:
    number = whole_number(request.headers.get(header), header, "media.bad_offset")
    if number is None:
        raise errors.bad_offset()
    return number


def _body(request: HttpRequest) -> Iterator[bytes]:
    while some := request.read(_READ):
        yield some

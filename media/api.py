"""Files over HTTP: sent, described, shown, heard."""
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Status

from foundation import ids
from foundation.clock import rfc3339
from foundation.errors import NotFound
from foundation.http import page_limit, problem
from media import errors, notes, services
from media.access import MediaDoor, medium_of, unfinished_upload, visible_medium, was_answered
from media.album import album, place_of
from media.enums import MediaKind, MediaState, Part
from media.items import medium_item, shown_item
from media.models import Medium, Transcriber
from media.protocol import TranscriberBody, TranscriptBody, said_of
from media.queries import blob_of, listenings_seen, notes_to_write_down, transcribers_of
from media.serving import delivered
from media.sniffing import fitting_name
from media.tus import begin, router
from people.audit.services import record_access
from people.circles.access import Door, KeyedDoor, access_of, member_of, opened, session_mark
from people.circles.models import Membership
from people.circles.policy import Act

__all__ = ["router"]
_WEBP = "image/webp"


@router.post("circles/{circle_id}/media", auth=KeyedDoor(Act.UPLOAD, was_answered), response={200: dict[str, Any], 201: dict[str, Any]})
def send(request: HttpRequest, circle_id: str, resumable: str | None = None) -> Status[dict[str, Any]] | HttpResponse:
    """Takes a file in: `file` of a form, with `caption`, `site` and `taken_at` beside it; or, `?resumable`, begins an upload in pieces."""
    if resumable is not None:
        return begin(request, member_of(request))
    if request.content_type != "multipart/form-data":
        raise errors.not_a_form()
    file, fields = request.FILES.get("file"), {name: str(value) for name, value in request.POST.items()}
    if file is None:
        raise errors.no_file()
    key = ids.parse(request.headers.get("Idempotency-Key"))
    medium, new = services.accept_medium(member_of(request), key=key, body=file, said=said_of(fields, file.name or ""))
    return Status(201 if new else 200, medium_item(medium))


@router.get("circles/{circle_id}/media", auth=Door(Act.SEE_MEDIA, opens=True), response=dict[str, Any])
def listed(
    request: HttpRequest, circle_id: str, kind: MediaKind | None = None, site: str = "", before: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """What the posts that the caller sees carry and is ready, the newest first; of one kind, of one place of the body."""
    page = album(member_of(request), kind=kind, site=site, before=place_of(before), limit=page_limit(limit))
    items = [shown_item(carry, heard_by=page.counts[carry.pk]) for carry in page.carries]
    return {"items": items, "next": str(page.next) if page.next else None}


@router.get("circles/{circle_id}/media/{medium_id}", auth=Door(Act.SEE_MEDIA, opens=True), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, medium_id: str) -> dict[str, Any]:
    """What is known of a file."""
    member, wanted = member_of(request), ids.parse(medium_id)
    upload = unfinished_upload(member, wanted)
    return {"id": str(upload.pk), "state": "uploading"} if upload else _shown(member, visible_medium(member, wanted))


@router.get("media/{medium_id}", auth=MediaDoor(Act.SEE_MEDIA))
def content(request: HttpRequest, medium_id: str) -> HttpResponseBase:
    """The file itself, whole or a range."""
    return _content(request)


@router.api_operation(["HEAD"], "media/{medium_id}", auth=MediaDoor(Act.SEE_MEDIA))
def content_head(request: HttpRequest, medium_id: str) -> HttpResponseBase:
    """How long the file is and of which type."""
    return _content(request)


@router.get("media/{medium_id}/thumbnail", auth=MediaDoor(Act.SEE_MEDIA, opens=True))
def thumbnail(request: HttpRequest, medium_id: str) -> HttpResponseBase:
    """A small WebP of a photo or of a document's first page."""
    return _part(request, Part.THUMBNAIL, _WEBP, attached=False)


@router.api_operation(["HEAD"], "media/{medium_id}/thumbnail", auth=MediaDoor(Act.SEE_MEDIA))
def thumbnail_head(request: HttpRequest, medium_id: str) -> HttpResponseBase:
    """How long the preview is."""
    return _part(request, Part.THUMBNAIL, _WEBP, attached=False)


def _shown(member: Membership, medium: Medium) -> dict[str, Any]:
    """A file by itself: it was heard by whom this member may know of, in whatever post that was."""
    heard_by = len(listenings_seen(member, medium.pk)) if medium.kind == MediaKind.VOICE else 0
    item = medium_item(medium, heard_by=heard_by)
    return item | {"reason": errors.reason(medium.code)} if medium.code else item


def _content(request: HttpRequest) -> HttpResponseBase:
    medium = medium_of(request)
    answer = _part(request, Part.CONTENT, str(medium.facts()["media_type"]), attached=medium.kind == MediaKind.DOCUMENT)
    if answer.status_code < 300 and request.method == "GET":
        opened(member_of(request), session_mark(request), what="media.opened", about=medium.pk)
    return answer


def _part(request: HttpRequest, part: Part, media_type: str, *, attached: bool) -> HttpResponseBase:
    """A part of a file that is fit to be seen. Raises NotFound: what is not processed is given to nobody, its sender included."""
    medium = medium_of(request)
    blob = blob_of(medium.pk, part) if medium.state == MediaState.READY else None
    if blob is None:
        raise NotFound
    try:
        name = fitting_name(str(medium.facts().get("name", "")), media_type)
        return delivered(request, blob, medium.vault, media_type=media_type, name=name, attached=attached)
    except errors.OutOfRange as error:
        answer = problem(error)
        answer["Content-Range"] = f"bytes */{error.size}"
        return answer


@router.put("media/{medium_id}/transcript", auth=MediaDoor(Act.TRANSCRIBE), response=dict[str, Any])
def write_down(request: HttpRequest, medium_id: str, body: TranscriptBody) -> dict[str, Any]:
    """Puts a voice note into words; `reviewed` is the author's word."""
    wanted = medium_of(request).pk
    notes.write_transcript(member_of(request), medium=wanted, text=body.text, reviewed=bool(body.reviewed))
    record_access(access_of(member_of(request), "transcript.written", session_mark(request), about=wanted))
    return _shown(member_of(request), visible_medium(member_of(request), wanted))


@router.get("media/{medium_id}/transcribers", auth=MediaDoor(Act.END_TRANSCRIPTION), response=dict[str, Any])
def transcribers(request: HttpRequest, medium_id: str) -> dict[str, Any]:
    """Whom the author has asked to write the note down."""
    return {"items": [_asked(one) for one in transcribers_of(medium_of(request).pk)], "next": None}


@router.post("media/{medium_id}/transcribers", auth=MediaDoor(Act.ASK_TRANSCRIPTION), response={200: dict[str, Any], 201: dict[str, Any]})
def ask(request: HttpRequest, medium_id: str, body: TranscriberBody) -> Status[dict[str, Any]]:
    """Asks a secretary of the circle: she hears this note, and no other."""
    asked, new = notes.ask_transcriber(member_of(request), medium=medium_of(request).pk, member=body.member)
    if new:
        _noted(request, "transcription.asked", asked)
    return Status(201 if new else 200, _asked(asked))


@router.delete("media/{medium_id}/transcribers/{member_id}", auth=MediaDoor(Act.END_TRANSCRIPTION), response={204: None})
def ask_no_more(request: HttpRequest, medium_id: str, member_id: str) -> Status[None]:
    """She hears it no more."""
    ended = notes.end_transcriber(member_of(request), medium=medium_of(request).pk, member=ids.parse(member_id))
    _noted(request, "transcription.ended", ended)
    return Status(204, None)


@router.get("circles/{circle_id}/transcriptions", auth=Door(Act.SEE_MEDIA, opens=True), response=dict[str, Any])
def to_write_down(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """The notes that the caller was asked to write down."""
    items = [
        {"medium": medium_item(asked.medium), "asked_by": _named(asked.medium.uploader), "since": rfc3339(asked.since)}
        for asked in notes_to_write_down(member_of(request)) if asked.medium.uploader
    ]
    return {"items": items, "next": None}


@router.post("media/{medium_id}/listening", auth=MediaDoor(Act.LISTEN), response={204: None})
def heard(request: HttpRequest, medium_id: str) -> Status[None]:
    """The caller has heard it."""
    notes.hear(member_of(request), medium=medium_of(request).pk)
    return Status(204, None)


@router.get("media/{medium_id}/listening", auth=MediaDoor(Act.SEE_MEDIA), response=dict[str, Any])
def listeners(request: HttpRequest, medium_id: str) -> dict[str, Any]:
    """Who has heard it, and when first."""
    seen = listenings_seen(member_of(request), medium_of(request).pk)
    return {"items": [{**_named(one.member), "at": rfc3339(one.at)} for one in seen], "next": None}


def _named(member: Membership) -> dict[str, Any]:
    return {"member": str(member.pk), "name": member.person.name}


def _asked(one: Transcriber) -> dict[str, Any]:
    return {**_named(one.member), "since": rfc3339(one.since)}


def _noted(request: HttpRequest, what: str, asked: Transcriber) -> None:
    record_access(access_of(member_of(request), what, session_mark(request), about=asked.member_id))

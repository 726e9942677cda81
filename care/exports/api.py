"""Copies of a record over HTTP: asked for, watched, fetched."""
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router, Status

from care.exports import errors
from care.exports.access import ExportDoor, exports_of
from care.exports.enums import ExportState, Format
from care.exports.items import export_item
from care.exports.models import Export
from care.exports.protocol import ExportBody
from care.exports.services import ask_export
from foundation import clock
from foundation.errors import NotFound
from media.serving import delivered
from people.circles.access import Door, member_of, opened, session_mark
from people.circles.policy import Act

router = Router(tags=["exports"])


def _export(request: HttpRequest) -> Export:
    export: Export = request.export  # type: ignore[attr-defined]
    return export


@router.post("circles/{circle_id}/exports", auth=Door(Act.EXPORT), response={202: dict[str, Any]})
def ask(request: HttpRequest, circle_id: str, body: ExportBody) -> Status[dict[str, Any]]:
    """Asks for a copy of what the caller reads; asked again while it is made, it is that one."""
    member = member_of(request)
    made = ask_export(member, format=body.format, language=get_language() or "fr", session=session_mark(request))
    return Status(202, export_item(made))


@router.get("circles/{circle_id}/exports", auth=Door(Act.EXPORT), response=dict[str, Any])
def listed(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """The caller's own copies that are made or still there, newest first."""
    return {"items": [export_item(export) for export in exports_of(member_of(request))], "next": None}


@router.get("circles/{circle_id}/exports/{export_id}", auth=ExportDoor(Act.EXPORT), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, export_id: str) -> dict[str, Any]:
    """How far it has come."""
    return export_item(_export(request))


@router.get("circles/{circle_id}/exports/{export_id}/content", auth=ExportDoor(Act.EXPORT))
def content(request: HttpRequest, circle_id: str, export_id: str) -> HttpResponseBase:
    """The copy itself, whole or a range. Its name says nothing of whom it is."""
    export = _export(request)
    if export.state != ExportState.READY:
        raise errors.not_ready()
    if export.blob is None or export.due_at <= timezone.now() or export.facts()["blob"] != str(export.blob_id):
        raise NotFound
    opened(member_of(request), session_mark(request), what="record.fetched", about=export.pk)
    kind, name = Format(export.format), f"cercle-{clock.now():%Y-%m-%d}.{export.format}"
    return delivered(request, export.blob, export.circle.patient.vault, media_type=kind.media_type, name=name, attached=True)

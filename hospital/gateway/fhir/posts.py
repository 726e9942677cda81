"""Posts going out as DocumentReference: notes in the shape of the cahier de liaison, documents in that of PDSm; files as Binary.

Only what a member in the role hospital_staff reads. Movements are no documents and do not appear here.
"""
import base64
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count

from foundation.clock import rfc3339
from hospital.gateway.fhir.codes import EMERGENCY, NOTE_PROFILE, NOTE_SYSTEM, NOTE_TYPES, VISIBILITY_SYSTEM
from hospital.gateway.fhir.outcomes import Resource
from hospital.gateway.fhir.people import member_resources, organization
from hospital.gateway.fhir.reach import READER
from journal.enums import PostKind, Urgency
from journal.models import Post
from media.items import media_of

_PDSM = "https://interop.esante.gouv.fr/ig/fhir/pdsm/StructureDefinition/pdsm-comprehensive-document-reference"
_AUDIENCE = "urn:cercle:audience"
_HIDDEN = {"care_team": "INVISIBLE_PATIENT", "wider_team": "INVISIBLE_PATIENT", "relatives": "INVISIBLE_PATIENT", "patient": "MASQUE_PT"}
_TOLD = {"note", "document"}


def is_told(post: Post) -> bool:
    """Whether a post is a note or a document."""
    return post.kind != PostKind.HOSPITAL_EVENT or post.kept().cards.care.data.get("what") in _TOLD


def document_references(posts: Iterable[Post]) -> list[Resource]:
    """Posts (as `journal.queries.full` fetches them) with their files."""
    found = list(posts)
    files = media_of([post.pk for post in found if post.media_kinds and not post.retracted_at])
    counted = Post.objects.filter(pk__in=[post.pk for post in found]).annotate(count=Count("versions")).values_list("pk", "count")
    versions = dict(counted)
    return [_resource(post, files.get(post.pk, []), versions.get(post.pk, 0)) for post in found]


def _resource(post: Post, files: list[dict[str, Any]], versions: int) -> Resource:
    data = post.kept().cards.care.data if post.kind == PostKind.HOSPITAL_EVENT else {}
    author, contained = _author(post)
    version = versions + 1 + bool(post.retracted_at)
    changed = post.retracted_at or post.corrected_at or post.received_at
    resource: Resource = {
        "resourceType": "DocumentReference", "id": str(post.pk),
        "meta": {"versionId": str(version), "lastUpdated": rfc3339(changed), "profile": [_profile(data)]}, "contained": contained,
        "extension": [{"url": _AUDIENCE, "valueCode": post.audience}],
        "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": f"urn:uuid:{post.pk}"}, "status": _status(post, data),
        "type": _type(data), "subject": {"reference": f"Patient/{post.circle.patient.pk}"}, "date": rfc3339(post.written_at),
        "author": [{"reference": author}], "content": _contents(post, files, data),
    }  # fmt: skip
    if post.urgency == Urgency.URGENT:
        resource["extension"].append({"url": EMERGENCY, "valueBoolean": True})
    if post.audience in _HIDDEN:
        resource["securityLabel"] = [{"coding": [{"system": VISIBILITY_SYSTEM, "code": _HIDDEN[post.audience]}]}]
    if post.reply_to is not None and post.reply_to.seen_by(READER):
        resource["relatesTo"] = [{"code": "appends", "target": {"reference": f"DocumentReference/{post.reply_to_id}"}}]
    return resource


def _profile(data: Mapping[str, Any]) -> str:
    return _PDSM if data.get("what") == "document" else NOTE_PROFILE


def _status(post: Post, data: Mapping[str, Any]) -> str:
    return "entered-in-error" if post.retracted_at else "superseded" if "cancelled_at" in data else "current"


def _type(data: Mapping[str, Any]) -> Resource:
    if data.get("what") == "document":
        code = (data.get("document") or {}).get("code")
        return {"coding": [{"system": "http://loinc.org", "code": code}]} if code else {"text": "Document"}
    kind = data.get("type")
    return {"coding": [{"system": NOTE_SYSTEM, "code": kind if kind in NOTE_TYPES else "GEN"}]}


def _author(post: Post) -> tuple[str, list[Resource]]:
    if post.author is not None:
        made = member_resources(post.author, f"Patient/{post.circle.patient.pk}")
        return f"#{made[0]['id']}", made
    assert post.source is not None
    return "#source", [organization(post.source, "source")]


def _contents(post: Post, files: list[dict[str, Any]], data: Mapping[str, Any]) -> list[Resource]:
    """Words inline, files by their address; of a retracted post neither."""
    contents: list[Resource] = []
    words = post.text()
    if words or not files:
        text: Resource = {"contentType": "text/plain;charset=utf-8", "language": "fr"}
        shown = {**text, "data": base64.b64encode(words.encode()).decode()} if words else {**text, "title": "—"}
        contents.append({"attachment": shown})
    for file in files:
        kept = {"url": f"Binary/{file['id']}", "title": file.get("name"), "contentType": file.get("media_type", "application/octet-stream")}
        attachment = {name: value for name, value in kept.items() if value} | ({"size": file["bytes"]} if file.get("bytes") else {})
        contents.append({"attachment": attachment})
    return contents

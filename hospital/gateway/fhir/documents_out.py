"""`DocumentReference` and `Binary` going out: read, searched as the guide of the cahier de liaison says, with a line in the trail each."""
import base64
import datetime as dt
import operator
from zoneinfo import ZoneInfo

from foundation.ids import parse
from hospital.gateway.fhir.asking import Ask, Reply, leave_line, searchset
from hospital.gateway.fhir.notes import moment
from hospital.gateway.fhir.outcomes import Resource, not_found, refused
from hospital.gateway.fhir.patients import circles_named
from hospital.gateway.fhir.posts import document_references, is_told
from hospital.gateway.fhir.reach import READER, readable_circles
from hospital.gateway.fhir.told import posts_known_by, token_of
from journal.models import Post
from journal.queries import full
from media import files
from media.enums import Part
from media.models import Blob, Carry, Medium

_MOST_READ = 2000  # posts that one search looks at, the newest ones
_LARGEST = 24 * 1024 * 1024
_COMPARED = {"eq": operator.eq, "ge": operator.ge, "gt": operator.gt, "le": operator.le, "lt": operator.lt}
_PARIS = ZoneInfo("Europe/Paris")


def read_document(ask: Ask) -> Reply:
    """`GET DocumentReference/{id}`."""
    circles = readable_circles(ask.caller.structure)
    post = full(Post.objects.visible_to(READER).filter(pk=ask.subject, circle__in=circles.values("pk"))).first()
    if post is None or not is_told(post):
        raise not_found()
    leave_line(ask.caller, post.circle_id, "fhir.document", post.pk)
    [resource] = document_references([post])
    return Reply(resource, headers={"ETag": f'W/"{resource["meta"]["versionId"]}"'})


def search_documents(ask: Ask) -> Reply:
    """`GET DocumentReference?patient=…`, by patient, identifier or id; narrowed by date, type, status, security-label. Newest first."""
    posts = [post for post in _found(ask) if is_told(post)]
    resources = [one for one in document_references(posts) if _fits(ask, one)]
    for circle in {post.circle_id for post in posts}:
        leave_line(ask.caller, circle, "fhir.documents")
    return searchset(ask, resources)  # what a resource refers to is contained in it: `_include` finds nothing beside it


def _found(ask: Ask) -> list[Post]:
    wanted, number = ask.one("_id"), ask.one("identifier")
    circles = readable_circles(ask.caller.structure)
    posts = Post.objects.visible_to(READER)
    if wanted or number:
        ids = [wanted] if wanted else [str(row.subject) for row in posts_known_by(ask.caller.structure, [token_of(number, "identifier")])]
        ids += [number.rpartition("|")[2].removeprefix("urn:uuid:")] if number else []
        return list(full(posts.filter(circle__in=circles.values("pk"), pk__in=[one for text in ids if (one := parse(text))])))
    mine = [circle.pk for circle in circles_named(ask)]
    return list(full(posts.filter(circle__in=mine)).order_by("-care_seq")[:_MOST_READ])


def _fits(ask: Ask, resource: Resource) -> bool:
    """Whether a resource is what the other parameters ask for."""
    labels = [code for label in resource.get("securityLabel", ()) for code in _codes(label)]
    tokens = {"type": _codes(resource["type"]), "status": [resource["status"]], "security-label": labels}
    for name, has in tokens.items():
        asked = ask.one(name)
        if asked and not {one.rpartition("|")[2] for one in asked.split(",")} & set(has):
            return False
    return all(_is_in(text, moment(resource["date"])) for text in ask.query.get("date", ()))


def _codes(concept: Resource) -> list[str]:
    return [str(one["code"]) for one in concept.get("coding", ())]


def _is_in(text: str, at: dt.datetime | None) -> bool:
    """A date parameter: a prefix, and a day or a moment."""
    prefix, rest = (text[:2], text[2:]) if text[:2] in _COMPARED else ("eq", text)
    try:
        if "T" in rest:
            asked = dt.datetime.fromisoformat(rest.replace(" ", "+"))
            start = end = asked if asked.tzinfo else asked.replace(tzinfo=_PARIS)
        else:
            start = dt.datetime.combine(dt.date.fromisoformat(rest), dt.time(), _PARIS)
            end = start + dt.timedelta(days=1, microseconds=-1)
    except ValueError:
        raise refused(400, "invalid", "date is a prefix (eq, ge, gt, le, lt) and a day or a moment.") from None
    if at is None:
        return False
    if prefix == "eq":
        return start <= at <= end
    return bool(_COMPARED[prefix](at, end if prefix in {"gt", "le"} else start))


def read_binary(ask: Ask) -> Reply:
    """`GET Binary/{id}`: a file that a readable post carries."""
    circles = readable_circles(ask.caller.structure)
    shown = Carry.objects.visible_to(READER).filter(medium=ask.subject, medium__circle__in=circles.values("pk"))
    carry = shown.select_related("medium__circle__patient").first()
    if carry is None:
        raise not_found()
    leave_line(ask.caller, carry.medium.circle_id, "fhir.file", carry.post)
    return Reply(_binary(carry.medium))


def _binary(medium: Medium) -> Resource:
    blob = Blob.objects.filter(medium=medium.pk, part=Part.CONTENT).first()
    if blob is None:
        raise refused(404, "not-found", "The file is being prepared, or was refused.")
    if blob.size > _LARGEST:
        raise refused(413, "too-long", "This file is too large for one resource.")
    content = b"".join(files.read(blob, medium.circle.patient.vault, 0, blob.size))
    kind = medium.facts().get("media_type", "application/octet-stream")
    return {"resourceType": "Binary", "id": str(medium.pk), "contentType": kind, "data": base64.b64encode(content).decode()}

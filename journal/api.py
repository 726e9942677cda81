"""The journal over HTTP: posts, search, corrections, retraction, and who has it."""
import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from foundation.errors import NotFound
from foundation.http import page_limit, whole_number
from journal import alerts, queries, services
from journal.access import PostDoor, PostingDoor, require_room_for, was_answered
from journal.enums import Urgency
from journal.items import post_item, receipts_of, told, versions_of, with_readers
from journal.models import Post
from journal.protocol import CorrectionBody, PostBody, RetractionBody, SearchBody
from people.audit.services import record_access
from people.circles.access import Door, access_of, member_of, reader_of, session_mark
from people.circles.policy import Act
from people.circles.protocol import ReasonBody
from people.circles.queries import epoch_of

router = Router(tags=["journal"])


def _id(text: str) -> UUID:
    parsed = ids.parse(text)
    if parsed is None:
        raise NotFound
    return parsed


def _shown(request: HttpRequest, post: Post) -> dict[str, Any]:
    member = member_of(request)
    return with_readers([post_item(post, reader_of(member))], [post], member)[0]


@router.post("circles/{circle_id}/posts", auth=PostingDoor(Act.POST, was_answered), response={200: dict[str, Any], 201: dict[str, Any]})
def write(request: HttpRequest, circle_id: str, body: PostBody) -> Status[dict[str, Any]]:
    """Writes a post; the header `Idempotency-Key` (a UUID) makes a second sending the same post."""
    member, key = member_of(request), ids.parse(request.headers.get("Idempotency-Key"))
    require_room_for(request, member, urgent=body.urgency == Urgency.URGENT)
    post, new = services.write_post(member, key=key, body=body)
    return Status(201 if new else 200, _shown(request, post))


@router.get("circles/{circle_id}/posts", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def pages(
    request: HttpRequest, circle_id: str,
    before: str | None = None, after: str | None = None, around: dt.date | None = None, limit: int = 50,
) -> dict[str, Any]:
    """Posts by descending `seq`: the newest, those before or after a number, or those around a day."""
    member, size = member_of(request), page_limit(limit)
    reader, top, bottom = reader_of(member), whole_number(before, "before"), whole_number(after, "after")
    if around is not None:
        first = queries.first_number_of_day(member, reader, around)
        top, bottom = (None, None) if first is None else (None, first - 1)
    posts = queries.page_before(member, reader, top, size) if bottom is None else queries.page_after(member, reader, bottom, size)
    shown = told(posts)
    items = with_readers([shown.item(post, reader) for post in posts], posts, member)
    older = items and (bottom is not None or len(items) == size) and queries.page_before(member, reader, items[-1]["seq"], 1)
    return {"items": items, "next": str(items[-1]["seq"]) if older else None, "head": member.head_number, "epoch": epoch_of(member)}


@router.post("circles/{circle_id}/search", auth=Door(Act.SEARCH, opens=True), response=dict[str, Any])
def find(request: HttpRequest, circle_id: str, body: SearchBody) -> dict[str, Any]:
    """Every visible post that holds all the words, accents and case ignored."""
    member, size = member_of(request), page_limit(body.limit)
    reader = reader_of(member)
    record_access(access_of(member, "search", session_mark(request)))
    posts = queries.search(member, reader, body.q, whole_number(body.before, "before"), size + 1)
    shown = told(posts[:size])
    items = [shown.item(post, reader) for post in posts[:size]]
    return {"items": items, "next": str(items[-1]["seq"]) if len(posts) > size else None}


@router.get("posts/{post_id}", auth=PostDoor(Act.READ, opens=True), response=dict[str, Any])
def one(request: HttpRequest, post_id: str) -> dict[str, Any]:
    """The post with its versions, receipts and the alert's steps."""
    post = queries.full(Post.objects.filter(pk=_id(post_id))).get()
    return {**_shown(request, post), "versions": versions_of(post, member_of(request).stands), "receipts": receipts_of(post)}


@router.post("posts/{post_id}/corrections", auth=PostDoor(Act.CORRECT), response=dict[str, Any])
def correct(request: HttpRequest, post_id: str, body: CorrectionBody) -> dict[str, Any]:
    """Replaces the text; every version is kept and shown."""
    return _shown(request, services.correct_post(member_of(request), post=_id(post_id), text=body.text, reason=body.reason))


@router.post("posts/{post_id}/retraction", auth=PostDoor(Act.RETRACT), response=dict[str, Any])
def retract(request: HttpRequest, post_id: str, body: RetractionBody) -> dict[str, Any]:
    """Withdraws the post from every answer; the record keeps it."""
    return _shown(request, services.retract_post(member_of(request), post=_id(post_id), reason=body.reason, code=body.reason_code))


@router.post("posts/{post_id}/acknowledgement", auth=PostDoor(Act.TAKE), response=dict[str, Any])
def take(request: HttpRequest, post_id: str) -> dict[str, Any]:
    """"I have this": the first taker owns it."""
    return _shown(request, alerts.take_alert(member_of(request), post=_id(post_id)))


@router.delete("posts/{post_id}/acknowledgement", auth=PostDoor(Act.HAND_BACK), response=dict[str, Any])
def hand_back(request: HttpRequest, post_id: str, body: ReasonBody | None = None) -> dict[str, Any]:
    """Hands it back: open again."""
    return _shown(request, alerts.hand_back_alert(member_of(request), post=_id(post_id), reason=body.reason if body else ""))


@router.post("posts/{post_id}/completion", auth=PostDoor(Act.COMPLETE), response=dict[str, Any])
def complete(request: HttpRequest, post_id: str) -> dict[str, Any]:
    """The owner closes it."""
    return _shown(request, alerts.complete_alert(member_of(request), post=_id(post_id)))

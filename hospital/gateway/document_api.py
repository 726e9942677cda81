"""A hospital's document over the API: its sections in place, for whoever reads its post."""
from typing import Any

from django.http import HttpRequest
from ninja import Router

from foundation.errors import NotFound
from hospital.gateway.queries import document_of
from journal.access import PostDoor
from journal.models import Post
from people.circles.access import opened, session_mark
from people.circles.models import Membership
from people.circles.policy import Act

router = Router(tags=["hospital"])


@router.get("posts/{post_id}/document", auth=PostDoor(Act.READ), response=dict[str, Any])
def document(request: HttpRequest, post_id: str) -> dict[str, Any]:
    """Title, date, author, sections as plain blocks, suggested to-dos. Not found where the post has none, or it was withdrawn."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    post: Post = request.__dict__["cercle_post"]
    row = document_of(post) if post.is_whole_for(member.stands) else None
    if row is None:
        raise NotFound
    opened(member, session_mark(request), what="document.opened", about=post.pk)
    return row.content(member.circle.patient.vault)

"""Read marks and changes over HTTP, for a client without a socket."""
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema

from foundation.errors import Conflict, Invalid
from foundation.http import page_limit, whole_number
from messaging.feed.items import Reader, Telling
from messaging.feed.queries import lines_after
from messaging.live.operations import marked
from people.circles.access import Door
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import epoch_of

router = Router(tags=["live"])


class ReadBody(Schema):
    """`PUT circles/{id}/read`. The number is checked by `whole_number`, which has the sentence."""

    seq: Any


@router.put("circles/{circle_id}/read", auth=Door(Act.MARK_READ), response=dict[str, int])
def read(request: HttpRequest, circle_id: str, body: ReadBody) -> dict[str, int]:
    """Everything up to `seq` is read; the mark never moves back."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    seq = whole_number(body.seq, "seq", "feed.bad_cursor")
    if seq is None:
        raise Invalid("feed.bad_cursor", _("This is not a place in the list."), errors={"seq": _("A whole number from 0.")})
    return marked(member, seq)


@router.get("circles/{circle_id}/changes", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def changes(
    request: HttpRequest, circle_id: str, after: str | None = None, epoch: str | None = None, limit: int = 50
) -> dict[str, Any]:
    """The same as the socket sends: the changes after a cursor, in order."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    cursor, size = whole_number(after, "after", "feed.bad_cursor") or 0, page_limit(limit)
    head, present = member.head_number, epoch_of(member)
    if cursor > head or (epoch is not None and epoch != present):
        raise Conflict("feed.reset", _("Forget this place and begin anew."), head=head, epoch=present)
    cursor = max(cursor, member.first - 1)
    reader = Reader(member.stands, member.first)
    lines = lines_after(member.circle_id, reader.standing, cursor, head, size)
    telling = Telling(lines)
    items = [telling.item(line, reader) for line in lines]
    to = items[-1]["seq"] if items else cursor
    return {"after": cursor, "to": to, "head": head, "epoch": present, "from": member.first, "items": items}

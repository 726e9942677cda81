"""Posts that this process has just written, so that its hub need not read again what it would find the same.

A plain post alone: what has files, an alert, an answer or a replacement in it is told with the rows of other tables. It is asked for once,
by who has read every line of the circle up to one moment and found no other about it; whatever changes a post is a line.
"""
import time
from collections.abc import Iterable
from uuid import UUID

from foundation.clock import Seconds
from journal.enums import PostKind
from journal.models import Post

_KEPT_S: Seconds = 5.0
_MOST = 500
_kept: dict[UUID, tuple[float, Post]] = {}  # texts in it are sealed as in the row


def remember(post: Post) -> None:
    """Keeps a post, whose author has the circle and patient at hand, for some seconds; called once it is committed."""
    author = post.author
    if author is None or author.via_id or author.stands_in_for_id or post.kind != PostKind.NOTE:
        return
    if post.media_kinds or post.alert_state or post.reply_to_id:
        return
    limit = time.monotonic() - _KEPT_S
    if len(_kept) >= _MOST or any(at < limit for at, _ in list(_kept.values())[:1]):
        for old in [pk for pk, (at, _) in list(_kept.items()) if at < limit or len(_kept) >= _MOST]:
            _kept.pop(old, None)
    _kept[post.pk] = time.monotonic(), post


def take(posts: Iterable[UUID]) -> list[Post]:
    """Those of them that were kept, which are then no longer."""
    limit = time.monotonic() - _KEPT_S
    found = [_kept.pop(post, None) for post in posts]
    return [post for at, post in filter(None, found) if at >= limit]

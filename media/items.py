"""How a file is written for the API and the socket."""
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from foundation.clock import rfc3339
from media.carried import full, heard
from media.enums import MediaKind
from media.models import Carry, Medium
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine

_FACTS = (
    "name", "media_type", "bytes", "width", "height", "duration", "taken_at", "waveform", "placeholder", "caption", "site", "pages",
)  # fmt: skip


def medium_item(medium: Medium, *, heard_by: int = 0) -> Item:
    """One file as it is now; what is not known of it is left out. Its circle, patient and who wrote it down must have been selected.

    `heard_by` is said of voice notes; how many that is depends on the post in which it is read (`media.carried.heard`).
    """
    facts = medium.facts()
    item: Item = {"id": str(medium.pk), "kind": medium.kind, "state": medium.state}
    item |= {name: facts[name] for name in _FACTS if facts.get(name) not in (None, "")}
    text = medium.transcript()
    if text:
        item["transcript"] = {"text": text, "reviewed": medium.transcript_reviewed, "by": _writer(medium)}
    if medium.kind == MediaKind.VOICE:
        item["heard_by"] = heard_by
    return item | {name: said for name in ("code", "waits_for") if (said := getattr(medium, name))}


def _writer(medium: Medium) -> dict[str, Any] | None:
    by = medium.transcribed_by
    return {"member": str(by.pk), "name": by.person.name} if by else None


def shown_item(carry: Carry, *, heard_by: int) -> Item:
    """A file in a list of its own: with the post that shows it, and when that was written."""
    return medium_item(carry.medium, heard_by=heard_by) | {"post_id": str(carry.post), "at": rfc3339(carry.line.at)}


def media_of(posts: Iterable[UUID]) -> dict[UUID, list[Item]]:
    """Post → the files that it carries, in their order. Two statements at most, whatever the number of posts."""
    carries = full(Carry.objects.filter(post__in=list(posts)))
    counts = heard(carries)
    found: dict[UUID, list[Item]] = {}
    for carry in carries:
        found.setdefault(carry.post, []).append(medium_item(carry.medium, heard_by=counts[carry.pk]))
    return found


def _load(lines: Sequence[FeedLine]) -> dict[UUID, tuple[Carry, Item]]:
    """Of each line's carry, unless its post was retracted since: such lines are void."""
    carries = full(Carry.objects.filter(pk__in={line.subject for line in lines}))
    counts = heard(carries)
    return {carry.pk: (carry, medium_item(carry.medium, heard_by=counts[carry.pk])) for carry in carries}


def _render(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    """Void for who does not see the post: a line about one from before the reader's first number."""
    carry, item = content.get(line.subject, (None, None))
    if carry is None or not carry.seen_by(reader):
        return None
    return {"media": item, "post_id": str(carry.post)}


def tell() -> None:
    """Registers the lines of this room."""
    register(["media"], Teller(_load, _render))

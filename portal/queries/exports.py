"""The copies that somebody asked for, as their page shows them."""
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from care.exports.access import exports_of
from care.exports.enums import UNDER_WAY, ExportState, Format
from care.exports.items import export_item
from care.exports.models import Export
from people.circles.models import Membership

_COUNTED = ("posts", "media")


@dataclass(frozen=True)
class Copy:
    """One copy: `percent` while it is made, None before that is known; `size` in bytes and what is in it once it is there."""

    id: str
    format: str
    state: str
    under_way: bool
    percent: int | None
    asked_at: datetime
    until: datetime
    size: int
    reason: str
    posts: int
    media: int
    others: int


def copies_of(member: Membership) -> dict[str, Any]:
    """`copies`, newest first, and whether one of them `is_made`."""
    copies = [_copy(export) for export in exports_of(member)]
    return {"copies": copies, "is_made": any(copy.under_way for copy in copies), "formats": list(Format)}


def _copy(export: Export) -> Copy:
    item = export_item(export)
    counts = item.get("counts", {})
    percent = min(99, export.done * 100 // export.total) if export.total else None
    others = sum(count for name, count in counts.items() if name not in {*_COUNTED, "people", "versions"})
    return Copy(
        id=item["id"], format=export.format, state=ExportState(export.state).value, under_way=export.state in UNDER_WAY, percent=percent,
        asked_at=export.asked_at, until=export.due_at, size=item.get("bytes", 0), reason=item.get("reason", ""),
        posts=counts.get("posts", 0), media=counts.get("media", 0), others=others,
    )  # fmt: skip

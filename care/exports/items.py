"""How a copy is told to who asked for it."""
from typing import Any

from care.exports.enums import ExportState
from care.exports.errors import SENTENCES
from care.exports.models import Export
from foundation.clock import rfc3339


def export_item(export: Export) -> dict[str, Any]:
    """As it is now: `done` of `total` pieces; where it is ready, what it holds and until when it can be fetched."""
    item: dict[str, Any] = {
        "id": str(export.pk), "circle": str(export.circle_id), "format": export.format, "state": export.state, "done": export.done,
        "total": export.total, "asked_at": rfc3339(export.asked_at),
    }  # fmt: skip
    if export.state == ExportState.FAILED:
        item |= {"code": export.code, "reason": str(SENTENCES.get(export.code, SENTENCES["exports.given_up"]))}
    if export.state == ExportState.READY:
        facts = export.facts()
        item |= {
            "ready_at": rfc3339(export.ready_at), "until": rfc3339(export.due_at), "bytes": facts["bytes"], "sha256": facts["sha256"],
            "counts": facts["counts"],
        }  # fmt: skip
    return item

"""How the care team is told that a hospital no longer stands by what identified the patient (`identity.warned`)."""
from collections.abc import Sequence
from uuid import UUID

from foundation.clock import rfc3339
from hospital.stays.models import Doubt
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine


def warning_item(doubt: Doubt) -> Item:
    """Which hospital, what it said, and whether a human there has decided since (`same`, `other`, null)."""
    decided = doubt.verdict if not doubt.undone_at else ""
    return {
        "id": str(doubt.pk), "what": doubt.kind, "hospital": {"id": str(doubt.structure_id), "name": doubt.structure.name},
        "at": rfc3339(doubt.raised_at), "verdict": decided or None,
    }  # fmt: skip


def _load(lines: Sequence[FeedLine]) -> dict[UUID, Item]:
    found = Doubt.objects.select_related("structure").in_bulk({line.subject for line in lines})
    return {pk: warning_item(doubt) for pk, doubt in found.items()}


def _render(line: FeedLine, content: dict[UUID, Item], reader: Reader) -> Item | None:
    told = content.get(line.subject)
    return None if told is None or line.number(reader.standing) < reader.first else {"identity": told}


def tell() -> None:
    """Registers this line."""
    register(["identity"], Teller(_load, _render))

"""What leaves this house: a constant sentence and an opaque id, of one length for every kind of news (security.md, P1)."""
import json
from uuid import UUID

TEXT = "Cercle : du nouveau vous attend."  # the worker on the device says it in the device's own language
BYTES = 128


def payload_of(delivery: UUID) -> bytes:
    """The same for every delivery but for its random id. JSON ignores the spaces that it is padded with."""
    return json.dumps({"id": str(delivery), "text": TEXT}, ensure_ascii=False, separators=(",", ":")).encode().ljust(BYTES)

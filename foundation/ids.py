"""Ids: UUIDs, parsed strictly, so that a look-alike never names the same thing twice (security.md, F13, R37)."""
import re
import uuid

_CANONICAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

new = uuid.uuid4


def parse(text: object) -> uuid.UUID | None:
    """The UUID that `text` writes in canonical form (any case), or None: malformed ids are the door's "not found"."""
    if isinstance(text, str) and _CANONICAL.fullmatch(text.lower()):
        return uuid.UUID(text)
    return None

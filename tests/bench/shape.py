"""The post and frame that all three systems send, so that every client parses the same."""

from datetime import UTC, datetime
from typing import Any

_SENTENCES = "Vu ce matin au domicile, pansement refait, plaie propre. TA 13/8, apyretique. Renouveler l'ordonnance avant vendredi. "
BODY = (_SENTENCES * 2)[:200]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def post(post_id: str, seq: int, circle: str, member: str, text: str) -> dict[str, Any]:
    """A post with the members of the contract's."""
    at = now()
    return {
        "id": post_id,
        "seq": seq,
        "circle": circle,
        "author": {"member": member, "name": "Jeanne Martin", "profession": "nurse"},
        "kind": "note",
        "text": text,
        "media": [],
        "audience": "circle",
        "urgency": "info",
        "to": [],
        "reply_to": None,
        "written_at": at,
        "received_at": at,
        "corrected_at": None,
        "retracted_at": None,
    }


def items(circle: str, seq: int, what: dict[str, Any]) -> dict[str, Any]:
    """The frame of one new post."""
    item = {"seq": seq, "kind": "post.written", "at": what["received_at"], "post": what}
    return {"event": "items", "circle": circle, "after": seq - 1, "to": seq, "items": [item]}

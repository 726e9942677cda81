"""Frames of the socket: what a client may send, and the bytes that it gets (contract, "WebSocket")."""
import json
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.errors import CercleError, Invalid
from foundation.http import parsed_json

SUBPROTOCOL = "circle.v1"
LONGEST_FRAME = 8 * 1024
OPERATIONS = ("watch", "unwatch", "read", "typing", "got", "ping")
NOT_SIGNED_IN, NO_RIGHT, TOO_SLOW, TOO_LARGE, TOO_FAST, RESTARTING = 4401, 4403, 4408, 4413, 4429, 1012


def parse_frame(text: str) -> dict[str, Any]:
    """A client's frame. Raises Invalid `http.bad_json` or `live.bad_frame`."""
    frame = parsed_json(text)
    if not isinstance(frame, dict) or frame.get("op") not in OPERATIONS:
        raise Invalid("live.bad_frame", _("The socket does not know this operation."))
    return frame


def ref_of(frame: dict[str, Any]) -> int | str | None:
    """The `ref` that the answer repeats: a whole number or a short text, else null."""
    ref = frame.get("ref")
    if isinstance(ref, str):
        return ref[:64]
    return ref if isinstance(ref, int) and not isinstance(ref, bool) else None


def encoded(frame: dict[str, Any]) -> bytes:
    """A frame or an item as compact JSON."""
    return json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()


def answer(ref: int | str | None, **members: Any) -> bytes:
    """`{"re":…,"ok":true,…}`."""
    return encoded({"re": ref, "ok": True, **members})


def refusal(ref: int | str | None, error: CercleError) -> bytes:
    """`{"re":…,"error":{…}}`; the socket stays open."""
    return encoded({"re": ref, "error": {"code": error.code, "detail": str(error.detail)}})


def event(name: str, **members: Any) -> bytes:
    """An event without its `n`, which each socket counts for itself and puts in front."""
    return encoded({"event": name, **members})[1:]


def items_event(circle: UUID, after: int, to: int, items: Iterable[bytes]) -> bytes:
    """An `items` event from encoded items, without its `n`."""
    return b'"event":"items","circle":"%s","after":%d,"to":%d,"items":[%s]}' % (str(circle).encode(), after, to, b",".join(items))


def heads_event(pieces: Iterable[bytes]) -> bytes:
    """A `heads` event from members `"circle":number`, without its `n`: thousands of sockets hear one every few seconds."""
    return b'"event":"heads","circles":{%s}}' % b",".join(pieces)


def numbered(n: int, rest: bytes) -> bytes:
    """An event's whole frame."""
    return b'{"n":%d,%s' % (n, rest)

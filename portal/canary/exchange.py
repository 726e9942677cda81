"""One exchange by the way that everybody takes: a post over HTTP, and the socket of the other account."""
import json
import time
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

import httpx2
from django.conf import settings
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from foundation.clock import Seconds
from portal.canary.making import Pair

_PATIENCE_S: Seconds = 10.0  # for each step; what takes longer is as good as never
_SUBPROTOCOL = Subprotocol("circle.v1")


class Failed(Exception):
    """The post did not come through. Its only argument is a code: at which step."""


def exchange(pair: Pair, *, turn: bool) -> Seconds:
    """From the call to the frame; `turn` says which of the two writes.

    Raises Failed: `no_socket`, `closed`, `no_watch`, `no_answer`, `refused`, `no_frame`.
    """
    writer, reader = pair.tokens if turn else pair.tokens[::-1]
    try:
        with _socket(reader) as socket:
            _watch(socket, pair.circle)
            began = time.monotonic()
            post = _post(writer, pair.circle)
            _await(socket, post)
            return time.monotonic() - began
    except ConnectionClosed:
        raise Failed("closed") from None
    except (OSError, WebSocketException):
        raise Failed("no_socket") from None


def _base() -> str:
    return str(settings.CANARY_URL or f"http://127.0.0.1:{settings.PORT}").rstrip("/")


def _socket(token: str) -> ClientConnection:
    where = f"ws{_base().removeprefix('http')}/ws/v1/"
    return connect(
        where, subprotocols=[_SUBPROTOCOL], additional_headers={"X-Session-Token": token},
        open_timeout=_PATIENCE_S, close_timeout=1.0, proxy=None, max_size=1024 * 1024,
    )  # fmt: skip


def _watch(socket: ClientConnection, circle: UUID) -> None:
    socket.send(json.dumps({"ref": 1, "op": "watch", "circle": str(circle), "after": None}))
    end = time.monotonic() + _PATIENCE_S
    while True:
        frame = _frame(socket, end, "no_watch")
        if frame.get("re") == 1:
            if not frame.get("ok"):
                raise Failed("no_watch")
            return


def _post(writer: str, circle: UUID) -> str:
    headers = {"X-Session-Token": writer, "Idempotency-Key": str(uuid4())}
    if not settings.CANARY_URL:  # straight to the process, as the proxy would ask
        headers |= {"Host": urlsplit(settings.PUBLIC_URL).netloc, "X-Forwarded-Proto": urlsplit(settings.PUBLIC_URL).scheme}
    body = {"text": "canari", "media": [], "audience": "circle", "urgency": "info"}
    try:
        answer = httpx2.post(
            f"{_base()}/api/v1/circles/{circle}/posts", json=body, headers=headers, timeout=_PATIENCE_S, trust_env=False
        )
    except (OSError, httpx2.HTTPError):
        raise Failed("no_answer") from None
    if answer.status_code != 201:
        raise Failed("refused")
    return str(answer.json()["id"])


def _await(socket: ClientConnection, post: str) -> None:
    end = time.monotonic() + _PATIENCE_S
    while True:
        frame = _frame(socket, end, "no_frame")
        if any(item.get("post", {}).get("id") == post for item in frame.get("items", ())):
            return


def _frame(socket: ClientConnection, end: Seconds, code: str) -> dict[str, Any]:
    try:
        frame: dict[str, Any] = json.loads(socket.recv(timeout=max(end - time.monotonic(), 0.0)))
    except TimeoutError:
        raise Failed(code) from None
    return frame

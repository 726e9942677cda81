"""Answers that are made while they are sent: pieces from a request thread in batches, no faster than they are read.

Django collects a synchronous iterator into a list under ASGI, so a file would stand in memory as a whole.
"""
import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from foundation.http import log_unexpected

BATCH = 256 * 1024  # bytes of one hop to a thread and back, and of one message
_STALLED_S = 300.0  # a reader who takes nothing for so long is cut off; a player comes back with a range

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


def next_batch(pieces: Iterator[bytes]) -> bytes:
    """The next bytes, some 256 KiB; none at the end."""
    batch: list[bytes] = []
    size = 0
    for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size >= BATCH:
            break
    return b"".join(batch) if len(batch) != 1 else batch[0]


def headers_of(response: Any) -> list[tuple[bytes, bytes]]:
    """Headers and cookies as ASGI wants them."""
    headers = [(name.encode("ascii"), value.encode("latin-1")) for name, value in response.items()]
    return headers + [(b"Set-Cookie", cookie.output(header="").strip().encode("ascii")) for cookie in response.cookies.values()]


class Streaming:
    """One answer on its way. While a batch is on the wire the next one is made, so at most three are in memory."""

    def __init__(self, scope: dict[str, Any], receive: Receive, send: Send, in_thread: Callable[..., Any]) -> None:
        extensions = scope.get("extensions") or {}
        self._pace = extensions.get("cercle.pace")
        self._receive, self._send, self._in_thread = receive, send, in_thread

    async def run(self, start: dict[str, Any], pieces: Iterator[bytes]) -> None:
        """Sends `start` and the pieces; stops reading when nobody listens. What the first batch raises comes through: nothing was sent."""
        gone = asyncio.ensure_future(self._hung_up())
        batch = self._coming(pieces)
        try:
            data = await batch
        except Exception:
            gone.cancel()
            raise
        try:
            await self._send(start)
            while data and not gone.done():
                batch = self._coming(pieces)
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
                await self._room()
                data = await batch
            await self._send({"type": "http.response.body"})
        except Exception as error:  # in the middle: the reader must not take what came for the whole
            log_unexpected(error)
            if self._pace is not None:
                self._pace.abort()
            else:
                await self._send({"type": "http.response.body"})  # shorter than its Content-Length says
        finally:
            gone.cancel()
            await asyncio.wait({batch})  # nobody closes the iterator under a thread that reads

    def _coming(self, pieces: Iterator[bytes]) -> asyncio.Future[bytes]:
        coming: asyncio.Future[bytes] = asyncio.ensure_future(self._in_thread(next_batch, pieces))
        return coming

    async def _room(self) -> None:
        if self._pace is not None:
            await asyncio.wait_for(self._pace(), _STALLED_S)

    async def _hung_up(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass

"""One socket's way out: event frames are counted, and only so many go out unconfirmed (contract, promise 5).

Below it lies a `write`: straight to Daphne's transport where our server runs (it can't build a frame more than once), or
plain ASGI `send` under any other server.
"""
import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from messaging.live.protocol import event, numbered

MOST_FRAMES = 64
MOST_BYTES = 256 * 1024
PATIENCE_S = 60.0
Write = Callable[[bytes], None]


class Outlet:
    """Counts, holds back and merges what goes to one socket."""

    __slots__ = ("_bytes", "_inbox", "_marks", "_out", "_write", "heard_at", "n", "when_free")

    def __init__(self, write: Write, when_free: Callable[[], None]) -> None:
        self._write, self.when_free = write, when_free
        self.n, self._bytes, self.heard_at = 0, 0, time.monotonic()
        self._out: deque[int] = deque()
        self._marks: dict[UUID, dict[str, Any]] | None = None
        self._inbox: dict[UUID, bytes] | None = None

    def say(self, frame: bytes) -> None:
        """An answer: not counted, never held back; there is at most one for each frame of the client's."""
        self._write(frame)

    def has_room(self, size: int = 0) -> bool:
        """Whether one more event of this size may go out unconfirmed."""
        return not self._out or (len(self._out) < MOST_FRAMES and self._bytes + size <= MOST_BYTES)

    def send(self, rest: bytes) -> bool:
        """An event, without its `n`. False, and nothing sent, where too much is unconfirmed."""
        if self._out:
            if len(self._out) >= MOST_FRAMES or self._bytes + len(rest) + 32 > MOST_BYTES:
                return False
        else:
            self.heard_at = time.monotonic()  # patience counts from the first unconfirmed frame
        self.n += 1
        frame = numbered(self.n, rest)
        self._out.append(len(frame))
        self._bytes += len(frame)
        self._write(frame)
        return True

    def confirm(self, n: int) -> None:
        """Event frames up to `n` have arrived: room for what waits. A number never sent is taken as the newest."""
        gone = len(self._out) - (self.n - min(n, self.n))
        if gone <= 0:
            return
        for _ in range(gone):
            self._bytes -= self._out.popleft()
        self.heard_at = time.monotonic()
        self._flush()
        self.when_free()

    def is_stuck(self, now: float) -> bool:
        """Whether something has been unconfirmed for longer than anyone's patience."""
        return bool(self._out) and now - self.heard_at > PATIENCE_S

    def send_marks(self, circle: UUID, receipts: dict[str, Any]) -> None:
        """Read marks by member; what can't go out now is merged, the newest per member."""
        if not self.send(marks_event(circle, receipts)):
            self._marks = self._marks or {}
            self._marks.setdefault(circle, {}).update(receipts)

    def send_inbox(self, circle: UUID, rest: bytes) -> None:
        """News of a circle that is not watched; what can't go out now is replaced by what comes after."""
        if not self.send(rest):
            self._inbox = self._inbox or {}
            self._inbox[circle] = rest

    def drop_circle(self, circle: UUID) -> None:
        """Forgets what waits of a circle: nothing more comes from it."""
        for waiting in (self._marks, self._inbox):
            if waiting:
                waiting.pop(circle, None)

    def _flush(self) -> None:
        while self._marks:
            circle, receipts = next(iter(self._marks.items()))
            if not self.send(marks_event(circle, receipts)):
                return
            del self._marks[circle]
        while self._inbox:
            circle, rest = next(iter(self._inbox.items()))
            if not self.send(rest):
                return
            del self._inbox[circle]


def marks_event(circle: UUID, receipts: dict[str, Any]) -> bytes:
    """A `receipts` event without its `n`."""
    return event("receipts", circle=str(circle), receipts=list(receipts.values()))


class PlainSend:
    """`write` over plain ASGI: frames leave in order through one task that lives while there are any."""

    def __init__(self, send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
        self._send = send
        self._waiting: deque[bytes] = deque()
        self._pump: asyncio.Task[None] | None = None

    def __call__(self, frame: bytes) -> None:
        self._waiting.append(frame)
        if self._pump is None or self._pump.done():
            self._pump = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        while self._waiting:
            await self._send({"type": "websocket.send", "text": self._waiting.popleft().decode()})

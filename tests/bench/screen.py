"""The reference client: one socket that parses every frame and checks order, the same for all three systems."""

import asyncio
import json
import time
from collections import Counter
from typing import Any

from pydantic_core import from_json

from tests.bench.wire import CLOSE, PING, PONG, TEXT, encode, frames

CONFIRM_FRAMES, CONFIRM_BYTES, CONFIRM_S = 16, 64 * 1024, 0.25
# Read straight into one buffer, which every screen empties before the next reads: the generator must outrun the servers.
ARRIVALS = bytearray(1 << 18)
ABOVE_ANY_HEAD = 2**53 - 1


class Board:
    """What all screens of a round have seen together."""

    def __init__(self) -> None:
        self.deliveries = 0
        self.gaps = 0
        self.twice = 0
        self.seen: Counter[str] = Counter()
        self.last_at: dict[str, float] = {}
        self.finished_at = 0.0
        self.closed: list[str] = []
        self.unconfirmed: set[Screen] = set()
        self._wanted, self._enough = 0, asyncio.Event()

    def count(self, screen: "Screen", post: str, at: float) -> None:
        self.deliveries += 1
        self.seen[post] += 1
        self.last_at[post] = at
        if self.deliveries == self._wanted:
            self.finished_at = time.perf_counter()
            self._enough.set()
        if screen.awaits == post and screen.echo is not None:
            screen.awaits = None
            screen.echo.set_result(at)

    async def wait_for(self, deliveries: int, quiet: float = 5.0) -> bool:
        """Until so many deliveries were counted; False when for `quiet` seconds nothing came any more."""
        self._wanted = deliveries
        self._enough.clear()
        if self.deliveries >= deliveries:
            self.finished_at = self.finished_at or time.perf_counter()
            return True
        while True:
            before = self.deliveries
            try:
                await asyncio.wait_for(self._enough.wait(), quiet)
                return True
            except TimeoutError:
                if self.deliveries == before:
                    self.finished_at = max(self.last_at.values(), default=time.perf_counter())
                    return False

    async def confirm(self) -> None:
        """The `got` of those who reached no 16 frames, for as long as the round lasts."""
        while True:
            await asyncio.sleep(CONFIRM_S)
            for screen in list(self.unconfirmed):
                screen.got()


class Screen(asyncio.BufferedProtocol):
    """One signed-in socket. `ask` sends an operation with a ref; items are counted on the board."""

    def __init__(self, board: Board, request: bytes) -> None:
        self.board, self.request = board, request
        self.rest = b""
        self.open = False
        self.awaits: str | None = None
        self.echo: asyncio.Future[float] | None = None
        self.cursor: dict[str, int] = {}
        self.answers: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.ref = self.n = self.confirmed = self.pending_bytes = 0
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.request)

    def get_buffer(self, sizehint: int) -> bytearray:
        return ARRIVALS

    def buffer_updated(self, nbytes: int) -> None:
        at = time.perf_counter()
        data = self.rest + ARRIVALS[:nbytes]
        if not self.open:
            data = self._shake_hands(data)
        found, self.rest = frames(data) if self.open else ([], data)
        for opcode, payload in found:
            if opcode == TEXT:
                self._read(payload, at)
            elif opcode == PING:
                self.transport.write(encode(payload, PONG))
            elif opcode == CLOSE:
                self.board.closed.append(f"closed by the server: {int.from_bytes(payload[:2], 'big')}")
                self.transport.close()

    def _shake_hands(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            return data
        if b" 101 " not in head.partition(b"\r\n")[0]:
            if not self.opened.done():
                self.opened.set_exception(ConnectionError(head[:200].decode()))
            return data
        self.open = True
        self.opened.set_result(None)
        return rest

    def _read(self, payload: bytes, at: float) -> None:
        frame = from_json(payload, cache_strings="keys")
        event = frame.get("event")
        if event == "items":
            self._items(frame, at)
        elif (waiting := self.answers.pop(frame.get("re"), None)) is not None:
            waiting.set_result(frame)
        if "n" in frame:
            self.n = frame["n"]
            self.pending_bytes += len(payload)
            if self.n - self.confirmed >= CONFIRM_FRAMES or self.pending_bytes >= CONFIRM_BYTES:
                self.got()
            else:
                self.board.unconfirmed.add(self)

    def _items(self, frame: dict[str, Any], at: float) -> None:
        circle, board = frame["circle"], self.board
        have = self.cursor.get(circle, 0)
        if frame["after"] > have:
            board.gaps += 1
        for item in frame["items"]:
            if item["seq"] <= have:
                board.twice += 1
            elif item["kind"] == "post.written":
                board.count(self, item["post"]["id"], at)
            have = item["seq"]
        self.cursor[circle] = frame["to"]

    def got(self) -> None:
        """Confirm everything that has arrived."""
        self.confirmed, self.pending_bytes = self.n, 0
        self.board.unconfirmed.discard(self)
        if not self.transport.is_closing():
            self.transport.write(encode(b'{"op":"got","n":%d}' % self.n))

    async def ask(self, frame: dict[str, Any], seconds: float = 120) -> dict[str, Any]:
        """Send an operation and return its answer."""
        self.ref += 1
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self.answers[self.ref] = answer
        self.send({"ref": self.ref, **frame})
        return await asyncio.wait_for(answer, seconds)

    def send(self, frame: dict[str, Any]) -> None:
        self.transport.write(encode(json.dumps(frame).encode()))

    async def watch(self, circle: str, after: int | None = None) -> int:
        """Follow a circle from `after`, or from its present head on; returns the cursor."""
        if after is None:
            # A cursor above the head is answered with the head and followed by nothing until the next watch.
            after = int((await self._watch(circle, ABOVE_ANY_HEAD))["head"])
        self.cursor[circle] = after
        await self._watch(circle, after)
        return after

    async def _watch(self, circle: str, after: int) -> dict[str, Any]:
        answer = await self.ask({"op": "watch", "circle": circle, "after": after})
        if not answer.get("ok"):
            raise ConnectionError(f"watch: {answer}")
        return answer

    def connection_lost(self, exc: Exception | None) -> None:
        self.board.unconfirmed.discard(self)
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("cut during the handshake"))

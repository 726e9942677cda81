"""A small XMPP client for the load generator: one member of one room, every message that arrives counted.

Signing in by SASL PLAIN (RFC 6120), a resource, the room (XEP-0045). Stanzas are looked for, not parsed: whatever this saves is the
peers' gain, since the reference client of the others parses all it gets.
"""

import asyncio
import base64
import re
import time
import uuid
from typing import Any

from tests.bench.screen import Board

HOST, ROOMS = "localhost", "conference.localhost"
_OPENING = (
    f"<stream:stream to='{HOST}' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>".encode()
)  # fmt: skip
_ID = re.compile(rb"\sid=['\"]([0-9a-f-]{36})['\"]")
_END = b"</message>"
ANSWER_S = 60.0


class Member(asyncio.BufferedProtocol):
    """Somebody in one room. Has of a `Screen` what the rounds use."""

    def __init__(self, board: Board, name: str) -> None:
        self.board, self.name, self.room = board, name, ""
        self.seat = uuid.uuid4().hex[:12]  # a resource and a nickname of its own: who comes again meets nobody who has not left yet
        self.buffer, self.rest = bytearray(1 << 18), b""
        self.inside = False
        self.awaits: str | None = None
        self.echo: asyncio.Future[float] | None = None
        self._mark, self._met = b"", asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.rest += self.buffer[:nbytes]
        if self.inside:
            self._count(time.perf_counter())
        elif self._mark in self.rest:
            self._met.set()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.inside and not self.transport.is_closing():
            self.board.closed.append(f"closed by the server: {exc}")

    def _count(self, at: float) -> None:
        *stanzas, self.rest = self.rest.split(_END)
        for stanza in stanzas:
            begin = stanza.rfind(b"<message")
            found = _ID.search(stanza, begin, stanza.find(b">", begin))
            if found and b"<body>" in stanza and b"type='error'" not in stanza and b'type="error"' not in stanza:
                self.board.count(self, found[1].decode(), at)  # type: ignore[arg-type]

    async def say(self, stanza: str | bytes, until: str) -> None:
        """Writes, and waits for an answer that holds `until`. Raises TimeoutError."""
        self._mark, self.rest = until.encode(), b""
        self._met.clear()
        self.transport.write(stanza if isinstance(stanza, bytes) else stanza.encode())
        try:
            await asyncio.wait_for(self._met.wait(), ANSWER_S)
        except TimeoutError:
            raise SystemExit(f"no {until} but {self.rest[-500:]!r}") from None

    async def sign_in(self) -> None:
        """A stream, a sign-in, a stream, a resource."""
        plain = base64.b64encode(f"\0{self.name}\0secret".encode()).decode()
        await self.say(_OPENING, "</stream:features>")
        await self.say(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{plain}</auth>", "<success")
        await self.say(_OPENING, "</stream:features>")
        bind = f"<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>{self.seat}</resource></bind>"
        await self.say(f"<iq type='set' id='bind'>{bind}</iq>", "</iq>")

    async def watch(self, room: str) -> None:
        """Comes into a room, without its past."""
        self.room = f"{room}@{ROOMS}"
        muc = "<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='0'/></x>"
        await self.say(f"<presence to='{self.room}/{self.seat}'>{muc}</presence>", "110")
        self.inside = True

    def send(self, frame: dict[str, Any]) -> None:
        """Posts."""
        message = f"<message type='groupchat' to='{self.room}' id='{frame['id']}'><body>{frame['text']}</body></message>"
        self.transport.write(message.encode())

"""The MLLP listener: many hospitals' connections in one event loop, each bounded in time and memory, none able to hold up another.

Where a message was complete there is an answer before the connection ends; where it was not, there is none.
"""
import asyncio
import hashlib
import logging
import ssl
import time
from collections import Counter as Counts
from dataclasses import dataclass
from typing import Any

from foundation.clock import Seconds
from foundation.http import log_unexpected
from hospital.gateway.counter import Counter
from hospital.gateway.framing import END, START, Block, Framer
from hospital.gateway.judging import Peer

log = logging.getLogger("cercle.hospital")
_PIECE = 64 * 1024
_DRAIN_S: Seconds = 10.0
_MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """What one connection, one peer and all of them may take."""

    message: int = 32 * _MIB  # bytes
    slow_s: Seconds = 60.0  # in which a message has to arrive, and a second more for each `slow_rate` of its bytes
    slow_rate: int = 64 * 1024
    idle_s: Seconds = 3600.0  # between two messages
    answer_s: Seconds = 30.0  # in which a sender has to read an answer
    connections: int = 200
    each: int = 16  # connections of one peer
    memory: int = 256 * _MIB  # of all messages under way
    memory_each: int = 96 * _MIB  # of one peer's


class Listener:
    """Serves until it is told to end. `certificates`: then TLS, with client certificates."""

    def __init__(self, counter: Counter, *, certificates: ssl.SSLContext | None = None, limits: Limits | None = None) -> None:
        self._counter, self._tls, self._limits = counter, certificates, limits or Limits()
        self._talks: dict[asyncio.Task[Any], Talk] = {}
        self._by_peer: Counts[str] = Counts()
        self._held: Counts[str] = Counts()
        self._ending = False

    async def start(self, host: str, port: int) -> asyncio.Server:
        """Listens. Raises OSError where the port is taken."""
        extra: dict[str, Any] = {"ssl_handshake_timeout": 10.0} if self._tls else {}
        return await asyncio.start_server(self._come, host, port, ssl=self._tls, backlog=256, **extra)

    async def end(self, server: asyncio.Server) -> None:
        """No new connections; who owes an answer gives it, the others are closed."""
        self._ending = True
        server.close()
        for task, talk in self._talks.items():
            if not talk.owes:
                task.cancel()
        if self._talks:
            await asyncio.wait(list(self._talks), timeout=_DRAIN_S)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        peer = _peer_of(writer)
        who = peer.certificate or peer.address
        task = asyncio.current_task()
        assert task is not None
        if self._ending or len(self._talks) >= self._limits.connections or self._by_peer[who] >= self._limits.each:
            log.warning("hospital.too_many_connections peer=%s", peer.certificate[:12] or "plain")
            writer.close()
            return
        talk = self._talks[task] = Talk(self, reader, writer, peer, who)
        self._by_peer[who] += 1
        try:
            await talk.run()
        except (OSError, asyncio.CancelledError, TimeoutError, ssl.SSLError):
            pass
        except Exception as error:
            log_unexpected(error)
        finally:
            talk.hold(0)
            del self._talks[task]
            self._by_peer[who] -= 1
            if not self._by_peer[who]:
                del self._by_peer[who], self._held[who]
            writer.close()

    async def answered(self, block: Block, peer: Peer) -> bytes:
        """A message's answer."""
        return await self._counter.answer(block, peer)

    def has_room(self, who: str, more: int) -> bool:
        """Whether a peer may keep so many bytes more of messages under way."""
        within = self._held[who] + more <= self._limits.memory_each
        return within and self._held.total() + more <= self._limits.memory

    def held(self, who: str, change: int) -> None:
        """So many bytes more, or fewer."""
        self._held[who] += change

    @property
    def limits(self) -> Limits:
        """What may be taken."""
        return self._limits

    @property
    def ending(self) -> bool:
        """Whether nothing new is begun."""
        return self._ending


class Talk:
    """One connection: a message, its answer, the next one."""

    def __init__(
        self, listener: Listener, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, peer: Peer, who: str
    ) -> None:
        self._listener, self._reader, self._writer, self._peer, self._who = listener, reader, writer, peer, who
        self._framer = Framer(listener.limits.message)
        self._holding, self._began, self._arrived = 0, time.monotonic(), 0
        self.owes = False  # an answer: then the end waits

    async def run(self) -> None:
        """Until the other side ends, is too slow, or the listener ends. Raises OSError, TimeoutError."""
        while data := await self._next():
            was_inside = self._framer.inside
            blocks = self._framer.take(data)
            if blocks or not was_inside:
                self._began, self._arrived = time.monotonic(), 0
            self._arrived += len(data)
            waiting = sum(len(block.content) for block in blocks)
            self.hold(self._framer.held + waiting)
            self.owes = bool(blocks)
            for block in blocks:
                await self._say(await self._listener.answered(block, self._peer))
                waiting -= len(block.content)
                self.hold(self._framer.held + waiting)
            self.owes = False
            if self._listener.ending:
                return

    def hold(self, size: int) -> None:
        """Accounts for what is kept. What there is no room for is thrown away and answered as too long."""
        more = size - self._holding
        if more > 0 and not self._listener.has_room(self._who, more):
            self._framer.give_up()
            more = 0
        self._listener.held(self._who, more)
        self._holding += more

    async def _next(self) -> bytes:
        limits = self._listener.limits
        patience = limits.idle_s
        if self._framer.inside:
            patience = self._began + limits.slow_s + self._arrived / limits.slow_rate - time.monotonic()
        try:
            return await asyncio.wait_for(self._reader.read(_PIECE), max(0.0, patience))
        except TimeoutError:
            log.warning("hospital.slow peer=%s" if self._framer.inside else "hospital.idle peer=%s", self._peer.certificate[:12] or "plain")
            return b""

    async def _say(self, answer: bytes) -> None:
        self._writer.write(START + answer + END)
        await asyncio.wait_for(self._writer.drain(), self._listener.limits.answer_s)


def _peer_of(writer: asyncio.StreamWriter) -> Peer:
    address = writer.get_extra_info("peername")
    tls = writer.get_extra_info("ssl_object")
    shown = tls.getpeercert(binary_form=True) if tls else None
    return Peer(str(address[0]) if address else "", hashlib.sha256(shown).hexdigest() if shown else "")

"""Where connections bring their messages: read and judged by a few threads, stored together by one, answered after the commit.

What several connections bring while a transaction is under way is one transaction afterwards, so a commit's wait for the disk is shared.
"""
import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar
from weakref import WeakValueDictionary

from django.db import close_old_connections, connections

from foundation.http import log_unexpected
from hospital.gateway.budgets import wait_for_room
from hospital.gateway.framing import Block
from hospital.gateway.judging import Peer
from hospital.gateway.receiving import BROKEN, TOO_LONG, Incoming, prepare, prepare_head, refused, store

log = logging.getLogger("cercle.hospital")
T = TypeVar("T")
_READERS = 2
_TOGETHER = 16  # in one transaction: short enough that whoever writes beside it does not wait


class Counter:
    """For one event loop. `stored` is called after a commit that may have left something to work out."""

    def __init__(self, stored: Callable[[], None] = lambda: None) -> None:
        self._stored = stored
        self._reading = ThreadPoolExecutor(_READERS, "reading")
        self._rows = ThreadPoolExecutor(1, "storing")
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._waiting: list[tuple[Incoming, asyncio.Future[None]]] = []
        self._task: asyncio.Task[None] | None = None

    async def answer(self, block: Block, peer: Peer) -> bytes:
        """The acknowledgment of a message: AA only once it is on disk. Whatever fails, there is one."""
        read = prepare if block.whole else prepare_head
        try:
            async with self._turn(peer):
                incoming = await _ask(self._reading, lambda: read(block.content, peer))
            if incoming.feed is not None:
                await wait_for_room(incoming.feed.structure_id)
                await self._kept(incoming)
            return incoming.answer
        except Exception as error:
            log_unexpected(error)
            return refused(block.content, BROKEN if block.whole else TOO_LONG)

    def close(self) -> None:
        """When nothing is under way any more."""
        for pool in (self._reading, self._rows):
            for _ in range(_READERS):
                pool.submit(connections.close_all)
            pool.shutdown()

    def _turn(self, peer: Peer) -> asyncio.Lock:
        """One message of a peer is read at a time: whoever sends long ones keeps one reader from the others, and no more."""
        return self._turns.setdefault(peer.certificate or peer.address, asyncio.Lock())

    async def _kept(self, incoming: Incoming) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((incoming, done))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._rounds())
        await done

    async def _rounds(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_TOGETHER], self._waiting[_TOGETHER:]
            try:
                await self._store([incoming for incoming, _ in batch])
            except Exception as error:
                log_unexpected(error)
                for one in batch:  # one of them may be to blame
                    await self._alone(*one)
            for _, done in batch:
                if not done.done():
                    done.set_result(None)
            self._stored()

    async def _alone(self, incoming: Incoming, done: "asyncio.Future[None]") -> None:
        try:
            await self._store([incoming])
        except Exception as error:
            if not done.done():
                done.set_exception(error)

    async def _store(self, arrived: list[Incoming]) -> None:
        await _ask(self._rows, lambda: store(arrived))


async def _ask(pool: ThreadPoolExecutor, question: Callable[[], T]) -> T:
    """Something that needs the database, in a thread of its own."""

    def asked() -> T:
        close_old_connections()
        return question()

    return await asyncio.get_running_loop().run_in_executor(pool, asked)

"""Questions of many sockets to the database, asked together: whoever asks while one round is under way goes with the next.

A thousand devices that come back at once cost a few dozen hops into a thread and as many commits, instead of thousands of each.
"""
import asyncio
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from messaging.live.threads import in_thread

Q = TypeVar("Q")
A = TypeVar("A")
_MOST = 64  # of one round, so that the first of a crowd need not wait for the last


class Gathered(Generic[Q, A]):
    """`answer` gives an answer, or the exception in its place, for each of several questions; it runs in a thread, once at a time."""

    def __init__(self, answer: Callable[[Sequence[Q]], list[A | Exception]]) -> None:
        self._answer = answer
        self._waiting: list[tuple[Q, asyncio.Future[A | Exception]]] = []
        self._round: asyncio.Task[None] | None = None

    def ask(self, question: Q) -> "asyncio.Future[A | Exception]":
        """The answer to come, an exception as a value: nobody may be there any more to take it."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[A | Exception] = loop.create_future()
        self._waiting.append((question, future))
        if self._round is None or self._round.done():
            self._round = loop.create_task(self._rounds())
        return future

    async def _rounds(self) -> None:
        while self._waiting:
            now, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
            try:
                answers = await in_thread(self._answer, [question for question, _ in now])
            except Exception as error:  # the database is away: whoever asked is told
                answers = [error] * len(now)
            for (_, future), answer in zip(now, answers, strict=True):
                if not future.done():
                    future.set_result(answer)

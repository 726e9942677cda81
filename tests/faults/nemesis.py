"""What is done to the service: a schedule that a seed makes, and the hand that carries it out."""
import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import redis

from tests.faults.history import History
from tests.faults.house import WEBS, House, Stores

_CUT_S = 30.0
_BETWEEN = ("stop", "stop", "restart", "flush", "unplug", "stop redis", "clients killed")


@dataclass(frozen=True)
class Deed:
    """`what` to `whom`; things that last do so for `seconds`."""

    what: str
    whom: str
    seconds: float = 0.0


def schedule(seed: int, *, kills: int, cuts: int, others: tuple[str, ...], longest_s: float = 6.0) -> list[Deed]:
    """So many kills, other deeds in between, and `cuts` times Redis is gone for thirty seconds. The same for the same seed."""
    dice = random.Random(seed)
    often = (*WEBS, *WEBS, *WEBS, *others, "redis", "postgres")
    wheel = ["web", "postgres", "web2", "redis", *others][:kills]  # each of them at least once where there are enough kills
    deeds = []
    for whom in [*wheel, *(dice.choice(often) for _ in range(kills - len(wheel)))]:
        deeds.append(Deed("kill", whom, round(dice.uniform(0.1, 2.0), 2)))
        if dice.random() < 0.6:
            what = dice.choice(_BETWEEN)
            whom = dice.choice((*WEBS, *others)) if what in {"stop", "restart"} else "redis"
            deeds.append(Deed(what, whom, round(dice.uniform(0.3, longest_s), 2)))
    for _ in range(cuts):
        deeds.insert(dice.randrange(len(deeds) + 1), Deed(dice.choice(("gone", "stop redis")), "redis", _CUT_S))
    return deeds


class Nemesis:
    """Carries out deeds one after another. `heal` undoes what may still last."""

    def __init__(self, house: House, stores: Stores, history: History) -> None:
        self.house, self.stores, self.history = house, stores, history
        self.done: list[Deed] = []
        self._lasting: list[asyncio.Task[None]] = []

    async def do(self, deed: Deed) -> None:
        """Begins it, and comes back when the next one may begin; pauses of a web process last beside what follows."""
        self.history.note("nemesis", what=deed.what, whom=deed.whom, seconds=deed.seconds)
        self.done.append(deed)
        if deed.what == "stop":
            self._lasting.append(asyncio.create_task(self._pause(deed)))
            return
        deeds: dict[str, Callable[[Deed], Awaitable[None]]] = {"kill": self._kill, "restart": self._restart}
        await deeds.get(deed.what, self._to_redis)(deed)

    async def heal(self) -> None:
        """Waits for what lasts."""
        await asyncio.gather(*self._lasting)

    async def _kill(self, deed: Deed) -> None:
        if deed.whom == "postgres":
            await asyncio.to_thread(self.stores.postgres.kill)
            await asyncio.sleep(deed.seconds)
            await asyncio.to_thread(self.stores.postgres.start)
        elif deed.whom == "redis":
            self.stores.broker.kill()
            await asyncio.sleep(deed.seconds)
            await asyncio.to_thread(self.stores.broker.start)
        else:
            await self._signal(deed.whom, signal.SIGKILL)

    async def _restart(self, deed: Deed) -> None:
        await self._signal(deed.whom, signal.SIGTERM)

    async def _signal(self, whom: str, number: signal.Signals) -> None:
        """To a process that is there; comes back when it has been started again."""
        while not (before := self.house.send(whom, number)):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        while self._pid(whom) in {before, None}:  # noqa: ASYNC110  -- nobody tells of it
            await asyncio.sleep(0.05)

    def _pid(self, whom: str) -> int | None:
        with suppress(FileNotFoundError, ValueError):
            return self.house.pid(whom)
        return None

    async def _pause(self, deed: Deed) -> None:
        if pid := self.house.send(deed.whom, signal.SIGSTOP):
            try:
                await asyncio.sleep(deed.seconds)
            finally:
                if self._pid(deed.whom) == pid:
                    self.house.send(deed.whom, signal.SIGCONT)

    async def _to_redis(self, deed: Deed) -> None:
        broker = self.stores.broker
        if deed.what == "flush":
            await asyncio.to_thread(broker.flush)
        elif deed.what == "clients killed":
            await asyncio.to_thread(_kill_clients, broker.url)
        elif deed.what == "stop redis":
            broker.pause()
            await asyncio.sleep(deed.seconds)
            broker.go_on()
        else:  # gone, or unplugged for a moment
            broker.kill()
            await asyncio.sleep(deed.seconds)
            await asyncio.to_thread(broker.start)


def _kill_clients(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for kind in ("pubsub", "normal"):
            client.client_kill_filter(_type=kind, skipme=True)

"""The fault run: a house of many processes is written into and looked at while it is killed, stopped and cut off; then it is judged."""
import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.contract.cast import PROFESSIONS, scenario
from tests.faults.actors import Doorkeeper, Flooder, Progress, Writer, numbers
from tests.faults.calling import PATIENCE_S, Caller, Seat
from tests.faults.checker import Verdict, judge
from tests.faults.history import History, lines_of, words_in
from tests.faults.house import House, Stores
from tests.faults.nemesis import Deed, Nemesis, schedule
from tests.faults.watching import Poller, Screen

_ROLES = ("gp", "nurse", "relative", "home_help", "patient")
_STAY_S = 1.5  # of a guest, on average
_GUESTS = (("guest", "nurse"), ("cousin", "relative"))
_SCREENS, _POLLERS = ("nurse", "relative", "patient"), ("gp", "home_help")


@dataclass(frozen=True)
class Plan:
    """How much of it."""

    seed: int
    kills: int
    posts: int
    circles: int
    cuts: int = 0
    pause_s: float = 0.3
    doze_s: float = 3.0


@dataclass
class Lived:
    """What came of it."""

    plan: Plan
    verdict: Verdict
    deeds: list[Deed]
    overdue: list[str]
    seconds: float
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def faults(self) -> list[str]:
        """Sentences; none where all is well."""
        return [*self.verdict.faults, *(f"never answered: {one}" for one in self.overdue)]


def lived_through(house: House, stores: Stores, plan: Plan) -> Lived:
    """Lives in a house through the schedule of the seed, and judges. The history stays in the house's folder."""
    path, began = house.folder / "history.jsonl", time.monotonic()
    history = History(path)
    nemesis = Nemesis(house, stores, history)
    run = Run(plan, history, nemesis, house.urls, house.load(_scenario(plan.circles)))
    asyncio.run(run.live())
    history.close()
    notes = {"closes of screens": run.closes(), "closes of flooders": [one.closes for one in run.flooders], "ends": run.ends()}
    return Lived(plan, judge(lines_of(path)), nemesis.done, run.progress.overdue, time.monotonic() - began, notes)


def _scenario(circles: int) -> dict[str, Any]:
    """In each circle one of each role, and the nurse of the circle before; two guests of each, who are outside."""
    people: dict[str, str | None] = {f"{role}{number}": PROFESSIONS.get(role) for number in range(circles) for role in _ROLES}
    people |= {f"{guest}{number}": PROFESSIONS.get(role) for number in range(circles) for guest, role in _GUESTS}
    around = {}
    for number in range(circles):
        seats = [(f"{role}{number}", role) for role in _ROLES]
        around[f"circle{number}"] = seats + ([(f"nurse{(number - 1) % circles}", "nurse")] if circles > 1 else [])
    return scenario(people, around)


class Run:
    """Everybody of one run."""

    def __init__(self, plan: Plan, history: History, nemesis: Nemesis, urls: tuple[str, ...], ids: dict[str, str]) -> None:
        self.plan, self.history, self.nemesis, self.urls, self.ids = plan, history, nemesis, urls, ids
        self.progress = Progress(plan.posts)
        self.people: dict[str, Caller] = {}
        self.screens: list[Screen] = []
        self.pollers: list[Poller] = []
        self.keepers: list[Doorkeeper] = []
        self.flooders: list[Flooder] = []

    async def live(self) -> None:
        """From signing in to the last page."""
        timeout, connector = aiohttp.ClientTimeout(total=60, sock_connect=10), aiohttp.TCPConnector(limit=0)
        async with AsyncExitStack() as stack:
            session = aiohttp.ClientSession(timeout=timeout, connector=connector, cookie_jar=aiohttp.DummyCookieJar())
            await self._gather(await stack.enter_async_context(session))
            eyes = [one.live for one in self.screens] + [one.live for one in self.pollers] + [one.live for one in self.flooders]
            looking = [asyncio.create_task(live()) for live in eyes]
            writers = [Writer(one, self.progress, pause_s=self.plan.pause_s) for one in self.people.values()]
            acting = [asyncio.create_task(one.live()) for one in writers]
            acting += [asyncio.create_task(one.live(self.progress, _STAY_S)) for one in self.keepers]
            await self._trouble()
            await self.progress.over.wait()
            await asyncio.gather(*acting)
            await self.nemesis.heal()
            await self._finish()
            for task in looking:
                task.cancel()
            await asyncio.gather(*looking, return_exceptions=True)

    async def _gather(self, http: aiohttp.ClientSession) -> None:
        """Signs everybody in and gives them their seats and devices."""
        count, counter = self.plan.circles, numbers()
        for number in range(count):
            for role in (*_ROLES, *(guest for guest, _role in _GUESTS)):
                who = f"{role}{number}"
                self.people[who] = await Caller(http, self.urls, self.history, who, f"{self.plan.seed}").sign_in()
        for number in range(count):
            circle = self.ids[f"circle{number}"]
            inside = [(role, f"{role}{number}") for role in _ROLES]
            inside += [("nurse", f"nurse{(number - 1) % count}")] if count > 1 else []
            for role, who in inside:
                self.history.note("seat", o=who, c=circle, role=role)
                self.people[who].seats.append(Seat(circle, role))
            self.pollers += [Poller(self.people[f"{role}{number}"], circle, 1.0) for role in _POLLERS]
            self._invite(number, circle, counter)
        for who, person in self.people.items():
            if who.startswith(_SCREENS):
                self.screens.append(Screen(person, [seat.circle for seat in person.seats], doze_s=self.plan.doze_s))
        self.flooders.append(Flooder(self.people["gp0"], self.history, self.ids["circle0"]))

    def _invite(self, number: int, circle: str, counter: Any) -> None:
        for guest, role in _GUESTS:
            caller = self.people[f"{guest}{number}"]
            nurse, seat = self.people[f"nurse{number}"], Seat(circle, role, whole=False)
            keeper = Doorkeeper(nurse, caller, self.ids[f"{guest}{number}"], seat, counter)
            self.keepers.append(keeper)
            self.screens.append(Screen(caller, []))
            self.pollers.append(Poller(caller, circle, 1.5))

    async def _trouble(self) -> None:
        """The deeds of the schedule, spread evenly over the posts."""
        deeds = schedule(self.plan.seed, kills=self.plan.kills, cuts=self.plan.cuts, others=self.nemesis.house.others)
        for number, deed in enumerate(deeds):
            while self.progress.answered < self.plan.posts * number // len(deeds):  # noqa: ASYNC110
                await asyncio.sleep(0.02)
            await self.nemesis.do(deed)

    async def _finish(self) -> None:
        """Everybody who stays gets up to the head; then each standing reads the whole journal."""
        for screen in self.screens:
            for seat in screen.caller.seats:
                head = (await screen.caller.get(seat.circle)).body["head"]
                deadline = time.monotonic() + PATIENCE_S
                while screen.cursor.get(seat.circle, 0) < head and time.monotonic() < deadline:  # noqa: ASYNC110
                    await asyncio.sleep(0.1)
                self.history.note("whole", o=screen.caller.who, c=seat.circle, head=head)
        for number in range(self.plan.circles):
            circle = self.ids[f"circle{number}"]
            for role in _ROLES:
                self.history.note("end", o=f"{role}{number}", c=circle, posts=await self._posts(self.people[f"{role}{number}"], circle))

    async def _posts(self, caller: Caller, circle: str) -> list[list[Any]]:
        """Oldest first."""
        found: list[list[Any]] = []
        query = {"limit": "500"}
        while True:
            page = (await caller.get(circle, "/posts", **query)).body
            found += [[post["seq"], post["id"], next(iter(words_in(post["text"])), None)] for post in page["items"]]
            if page["next"] is None:
                return found[::-1]
            query = {"limit": "500", "before": page["next"]}

    def closes(self) -> dict[int, int]:
        """How often which close code came."""
        found: dict[int, int] = {}
        for screen in self.screens:
            for code, times in screen.closes.items():
                found[code] = found.get(code, 0) + times
        return found

    def ends(self) -> int:
        """Of stays."""
        return sum(one.ended for one in self.keepers)

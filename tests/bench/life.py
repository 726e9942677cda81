"""`python -m tests.bench.life [--quick] [--sockets N] [--seconds N]`: load as in life, in growing steps, up to what the machine holds.

A region's day: a coordinator in every circle, nurses in forty each, doctors, home helps and families around them, all with a socket that
watches the circle they look at. They post, type before it, mark what has come as read, and now and then send a photo. Steps double the
posts a second until the last screen of a post comes later than half a second (99 of 100); each step says what it cost.
"""

import argparse
import asyncio
import io
import random
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from PIL import Image

from tests.bench.alone import alone, heading, web_seconds
from tests.bench.cast import Cast, Circle
from tests.bench.product import Cercle
from tests.bench.screen import Board, Screen
from tests.bench.systems import Sent

PEOPLE, CIRCLES, NURSED = 400, 1300, 40
ENOUGH_MS = 500.0
PHOTOS, READERS = 0.02, 2  # to a post: photos, and people who look on and mark it as read
_COLUMNS = ["posts/s", "posts", "deliveries", "others", "missing", "refused", "p50 ms", "p99 ms", "core", "MiB"]
_SEATS = ["coordinator", "nurse", "gp", "pharmacist", "home_help", "social_worker", "relative", "relative"]


class Life(Cast):
    """A coordinator in all circles, nurses in forty each, and six others from the crowd."""

    def __init__(self, people: int, circles: int) -> None:
        dice = random.Random(4)
        nurses = max(1, circles // NURSED)
        self.people = people
        others = range(1 + nurses, people)
        self.circles = {8: [Circle(f"l{n}", [0, 1 + n % nurses, *dice.sample(others, 6)]) for n in range(circles)]}

    def scenario(self) -> dict[str, Any]:
        """With the roles of the seats."""
        made = super().scenario()
        for patient in made["patients"]:
            for member, role in zip(patient["members"], _SEATS, strict=True):
                member["role"] = role
        return made


@dataclass
class Step:
    """What one step sent and met."""

    sent: list[Sent] = field(default_factory=list)
    expected: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    others: int = 0  # read marks, typing and photos


@dataclass
class Region:
    """The people's sockets, by the circle that they look at."""

    cercle: Cercle
    board: Board
    looking: dict[str, list[tuple[int, Screen]]]
    circles: dict[str, Circle]
    photo: bytes

    async def write(self, step: Step, dice: random.Random) -> None:
        """A member types, posts, and somebody who looks on has read it."""
        key = dice.choice(list(self.looking))
        person, screen = dice.choice(self.looking[key])
        screen.send({"op": "typing", "circle": self.cercle.ids[key], "audience": "circle"})
        step.others += 1
        if dice.random() < PHOTOS:
            await self._upload(person, key, step)
        sent = await self.cercle.post(self.circles[key], person, screen)
        step.sent.append(sent)
        step.expected[sent.post] = len(self.looking[key])
        for reader, theirs in self.looking[key][:READERS]:
            if reader != person:
                await self._mark(reader, theirs, key, step)

    async def _mark(self, person: int, screen: Screen, key: str, step: Step) -> None:
        circle = self.cercle.ids[key]
        url = f"http://127.0.0.1:{self.cercle.port}/api/v1/circles/{circle}/read"
        await self._call("PUT", url, person, step, json={"seq": screen.cursor.get(circle, 0)})

    async def _upload(self, person: int, key: str, step: Step) -> None:
        form = aiohttp.FormData()
        form.add_field("file", self.photo, filename="photo.jpg")
        url = f"http://127.0.0.1:{self.cercle.port}/api/v1/circles/{self.cercle.ids[key]}/media"
        await self._call("POST", url, person, step, data=form)

    async def _call(self, method: str, url: str, person: int, step: Step, **body: Any) -> None:
        headers = {**self.cercle.headers(person), "Idempotency-Key": str(uuid.uuid4())}
        async with self.cercle.http.request(method, url, headers=headers, **body) as answer:
            await answer.read()
            step.others += 1
            step.refused += answer.status >= 400


async def gathered(cercle: Cercle, sockets: int) -> Region:
    """Everybody looks at a circle of theirs; who has several devices at several."""
    board, turns, dice = Board(), asyncio.Semaphore(32), random.Random(5)
    places = [(circle, person) for circle in cercle.cast.circles[8] for person in circle.members]
    looking: dict[str, list[tuple[int, Screen]]] = {}

    async def look(circle: Circle, person: int) -> None:
        async with turns:
            screen = await cercle.open(board, person)
            await screen.watch(cercle.ids[circle.key])
            looking.setdefault(circle.key, []).append((person, screen))

    await asyncio.gather(*[look(circle, person) for circle, person in dice.sample(places, min(sockets, len(places)))])
    out = io.BytesIO()
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(out, "JPEG", quality=85)
    return Region(cercle, board, looking, {circle.key: circle for circle in cercle.cast.circles[8]}, out.getvalue())


async def stepped(region: Region, rate: float, seconds: float) -> Step:
    """So many posts a second, come what may, for so long."""
    step, dice, began = Step(), random.Random(rate), time.perf_counter()
    tasks = []
    for number in range(round(rate * seconds)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        tasks.append(asyncio.create_task(region.write(step, dice)))
    seen = region.board.deliveries
    await asyncio.gather(*tasks)
    await region.board.wait_for(max(seen, region.board.deliveries), quiet=1)
    end = time.monotonic() + 30
    while any(region.board.seen[post] < count for post, count in step.expected.items()) and time.monotonic() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.2)
    return step


def told(region: Region, rate: float, step: Step, cpu: float, took: float) -> float:
    """Prints a step's line; its p99 in milliseconds."""
    delays = sorted(1000 * (region.board.last_at[one.post] - one.at) for one in step.sent if one.post in region.board.last_at)
    p50, p99 = (delays[min(len(delays) - 1, len(delays) * part // 100)] for part in (50, 99))
    missing = sum(count - min(count, region.board.seen[post]) for post, count in step.expected.items())
    counts = [len(step.sent), sum(step.expected.values()), step.others, missing, step.refused]
    numbers = [f"{rate:.1f}", *(f"{count:,}" for count in counts), f"{p50:.1f}", f"{p99:.1f}", f"{cpu / took:.0%}"]
    print("".join(f"{cell:>12}" for cell in [*numbers, f"{region.cercle.memory_kib() / 1024:.0f}"]), flush=True)
    if missing or region.board.gaps or region.board.twice or region.board.closed:
        board = region.board
        raise SystemExit(f"lost or doubled: {missing} missing, {board.gaps} gaps, {board.twice} twice, {board.closed[:1]}")
    return p99


async def measured(sockets: int, rates: list[float], seconds: float, cast: Life) -> None:
    """Steps until it is enough."""
    async with alone(cast, postgres=False) as cercle:
        region = await gathered(cercle, sockets)
        pid = int((cercle.folder / "cercle" / "run" / "web.pid").read_text())
        confirming = asyncio.create_task(region.board.confirm())
        print(heading(f"{len(cast.circles[8]):,} circles of 8, {cast.people} people, {sockets:,} sockets"))
        print("".join(f"{title:>12}" for title in _COLUMNS))
        for rate in rates:
            cpu, began = web_seconds(pid), time.perf_counter()
            step = await stepped(region, rate, seconds)
            if told(region, rate, step, web_seconds(pid) - cpu, time.perf_counter() - began) > ENOUGH_MS:
                break
        confirming.cancel()


def main() -> int:
    """Measures; ends with 1 where something was lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.life", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="60 circles, 100 sockets, one step of five seconds")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=30.0, help="of each step")
    options = parser.parse_args()
    if options.quick:
        asyncio.run(measured(100, [2.0], 5.0, Life(60, 60)))
    else:
        asyncio.run(measured(options.sockets, [5.0, 10.0, 20.0, 40.0, 80.0], options.seconds, Life(PEOPLE, CIRCLES)))
    return 0


if __name__ == "__main__":
    sys.exit(main())

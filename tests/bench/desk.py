"""A coordination desk of 600 circles: a newcomer is in all of them by one act, and gone from all by another, open sockets included."""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp

from tests.bench.cast import PASSWORD
from tests.bench.machine import LOAD_CORE, Process
from tests.bench.product import Cercle
from tests.bench.rounds import Outcome
from tests.bench.systems import System

CIRCLES = 600
SOCKETS = 3  # of the newcomer: one watches every circle, one the half, one none


def scenario(circles: int) -> dict[str, Any]:
    """A desk, a general practitioner who lets it in everywhere, and a nurse who begins to work there."""
    people = [
        {"key": key, "email": f"{key}@example.org", "password": PASSWORD, "family_name": key.title(), "given_name": "Camille",
         "profession": profession, "structures": [], "units": [], "language": "fr"}
        for key, profession in (("desk_gp", "physician"), ("desk_nurse", "nurse"))
    ]  # fmt: skip
    letters = [f"{chr(97 + n // 676)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}" for n in range(circles)]
    patients = [
        {"key": f"desk{n}", "family_name": f"Bureau{name}", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F",
         "members": [{"person": "desk_gp", "role": "gp", "history": "all"}]}
        for n, name in enumerate(letters)
    ]  # fmt: skip
    return {"structures": [{"key": "desk", "name": "Bureau", "kind": "desk", "units": []}], "people": people, "patients": patients}


class Hand:
    """The other process, which changes the team's list: asked on a pipe, it answers when it has committed."""

    def __init__(self, cercle: Cercle, ids: dict[str, str]) -> None:
        command = [sys.executable, "-m", "tests.bench.desk_hand"]
        self._process = Process("desk_hand", command, cercle.folder / "desk_hand.log", core=LOAD_CORE, env=cercle.env, pipes=True)
        self._ids = ids

    async def do(self, act: str) -> None:
        """`seat`, `join` or `leave`."""
        child = self._process.child
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(json.dumps({"act": act, "ids": self._ids}).encode() + b"\n")
        child.stdin.flush()
        answered = await asyncio.get_running_loop().run_in_executor(None, child.stdout.readline)
        if not answered:
            raise SystemExit(f"desk_hand: {self._process.log.read_text(errors='replace')[-3000:]}")

    def stop(self) -> None:
        """Ends the process."""
        self._process.stop()


class Ear:
    """A socket of the newcomer: when it heard of the end of which circle. Closed, it has heard of all (contract, promise 4)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self.ended, self.last = socket, set[str](), 0.0
        self.watched, self.closed = 0, False

    @property
    def missing(self) -> int:
        """Ends that it has not heard of."""
        return 0 if self.closed else CIRCLES - len(self.ended)

    async def watch(self, circles: list[str]) -> None:
        """Asks for circles and waits for the answers."""
        for ref, circle in enumerate(circles):
            await self._socket.send_json({"ref": ref, "op": "watch", "circle": circle, "after": None})
        while self.watched < len(circles):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def listen(self) -> None:
        """Until it is cancelled."""
        async for message in self._socket:
            frame = message.json()
            self.watched += bool(frame.get("ok"))
            if frame.get("event") == "ended":
                self.ended.add(frame["circle"])
                self.last = time.perf_counter()
            if "n" in frame:
                await self._socket.send_json({"op": "got", "n": frame["n"]})
        self.closed, self.last = True, time.perf_counter()


async def whole_desk(system: System) -> Outcome:
    """Seconds until the newcomer is inside everywhere, and until the last of their sockets has heard of every end."""
    outcome = Outcome()
    if not isinstance(system, Cercle):
        return outcome  # the references know no teams
    ids = system.load(scenario(CIRCLES))
    hand = Hand(system, ids)
    try:
        await hand.do("seat")
        began = time.perf_counter()
        await hand.do("join")
        outcome.numbers["join"] = time.perf_counter() - began
        await _leave(system, hand, [ids[f"desk{n}"] for n in range(CIRCLES)], outcome)
    finally:
        hand.stop()
    return outcome


async def _leave(system: Cercle, hand: Hand, circles: list[str], outcome: Outcome) -> None:
    headers = {"X-Session-Token": await system.sign_in("desk_nurse@example.org")}
    url = f"ws://127.0.0.1:{system.port}/ws/v1/"
    ears = [Ear(await system.http.ws_connect(url, headers=headers, protocols=["circle.v1"], max_msg_size=0)) for _ in range(SOCKETS)]
    listening = [asyncio.create_task(ear.listen()) for ear in ears]
    await asyncio.gather(*[ear.watch(circles[: CIRCLES // 2 * (2 - number)]) for number, ear in enumerate(ears)])
    await asyncio.sleep(1)
    began = time.perf_counter()
    await hand.do("leave")
    outcome.numbers["committed"] = time.perf_counter() - began
    end = time.perf_counter() + 60
    while any(ear.missing for ear in ears) and time.perf_counter() < end:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    if missing := sum(ear.missing for ear in ears):
        outcome.faults.append(f"{system.name}: {missing} ends were never heard of")
    outcome.numbers["leave"] = max(ear.last for ear in ears) - began
    for task in listening:
        task.cancel()

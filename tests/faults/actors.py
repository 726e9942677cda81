"""Who acts in the fault run: writers, one who lets in and puts out, one who floods."""
import asyncio
import itertools
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from tests.contract.cast import AUDIENCES, READS, STANDING
from tests.faults.calling import TROUBLE, Caller, Overdue, Seat
from tests.faults.history import History, fresh_word

_FILLING = " la nuit a ete calme, elle a mange un peu et la plaie est propre." * 3
_TWICE = 0.05  # so many posts are sent to both processes at once, or once more after they were answered
_URGENT = 0.01


@dataclass
class Progress:
    """How far the run is, and what it has to say that is no fault of the service's order."""

    wanted: int
    answered: int = 0
    over: asyncio.Event = field(default_factory=asyncio.Event)
    overdue: list[str] = field(default_factory=list)
    recent: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # circle → audiences and ids of posts to answer

    def count(self) -> None:
        """One more."""
        self.answered += 1
        if self.answered >= self.wanted:
            self.over.set()


class Writer:
    """Writes into one of their circles after another, each post under a key until something definite is answered."""

    def __init__(self, caller: Caller, progress: Progress, *, pause_s: float) -> None:
        self.caller, self.progress, self.pause_s = caller, progress, pause_s

    async def live(self) -> None:
        """Until the run is over."""
        while not self.progress.over.is_set():
            if self.caller.seats:
                await self.write(self.caller.dice.choice(self.caller.seats))
            await asyncio.sleep(self.caller.dice.uniform(0, 2 * self.pause_s))

    async def write(self, seat: Seat) -> None:
        """One post; some are sent twice."""
        dice, word, key = self.caller.dice, fresh_word(), str(uuid.uuid4())
        readable = sorted(READS[STANDING[seat.role]])
        audience = dice.choice([one for one in AUDIENCES if one in readable])
        body: dict[str, Any] = {"text": word + _FILLING, "audience": audience, "urgency": "urgent" if dice.random() < _URGENT else "info"}
        known = [post for wide, post in self.progress.recent.get(seat.circle, []) if wide == audience]
        if seat.whole and known and dice.random() < 0.1:
            body["reply_to"] = dice.choice(known)
        self.caller.history.note("post", word=word, key=key, o=self.caller.who, c=seat.circle, audience=audience)
        twin = dice.random() < _TWICE
        with suppress(Overdue):
            if twin and dice.random() < 0.5:
                await asyncio.gather(self._send(seat, word, key, body), self._send(seat, word, key, body))
            else:
                await self._send(seat, word, key, body)
                if twin:
                    await self._send(seat, word, key, body)
            return
        self.progress.overdue.append(word)

    async def _send(self, seat: Seat, word: str, key: str, body: dict[str, Any]) -> None:
        headers = {"Idempotency-Key": key}
        answer = await self.caller.call("POST", f"/api/v1/circles/{seat.circle}/posts", headers=headers, json=body, word=word)
        done = answer.status in {200, 201}
        self.caller.history.note("answer", word=word, status=answer.status, **({"id": answer.body["id"]} if done else {}))
        self.caller.saw(answer.raw, answer.began)
        if done:
            self.progress.recent.setdefault(seat.circle, []).append((body["audience"], answer.body["id"]))
            del self.progress.recent[seat.circle][:-20]
        if answer.status == 201:
            self.progress.count()


class Doorkeeper:
    """Lets one guest into one circle and puts them out again, over and over."""

    def __init__(self, caller: Caller, guest: Caller, person: str, seat: Seat, numbers: Iterator[int]) -> None:
        self.caller, self.guest, self.person, self.seat, self._numbers = caller, guest, person, seat, numbers
        self.ended = 0

    @property
    def _path(self) -> str:
        return f"/api/v1/circles/{self.seat.circle}/members"

    async def live(self, progress: Progress, stay_s: float) -> None:
        """Until the run is over; then the guest is outside."""
        while not progress.over.is_set():
            number, history = next(self._numbers), self.caller.dice.choice(("all", "from_now"))
            try:
                member = await self._admit(number, history)
                self.guest.seats = [self.seat]
                await asyncio.sleep(self.caller.dice.uniform(0, 2 * stay_s))
                await self._put_out(number, member)
            except Overdue as late:
                progress.overdue.append(str(late))
                return
            await asyncio.sleep(self.caller.dice.uniform(0, stay_s))

    @property
    def _note(self) -> Any:
        return self.caller.history.note

    async def _admit(self, number: int, history: str) -> str:
        self._note("admit", id=number, o=self.guest.who, c=self.seat.circle, role=self.seat.role, history=history)
        body = {"person": self.person, "role": self.seat.role, "history": history}
        answer = await self.caller.call("POST", self._path, json=body)
        if answer.status == 201:
            member = str(answer.body["id"])
        else:  # an attempt without an answer has done it
            assert answer.again, answer.raw[:300]
            assert answer.status == 409, answer.raw[:300]
            members = (await self.caller.get(self.seat.circle)).body["members"]
            member = next(one["id"] for one in members if (one.get("person") or {}).get("id") == self.person and one["state"] == "active")
        self._note("admitted", id=number, member=member)
        return member

    async def _put_out(self, number: int, member: str) -> None:
        self._note("revoke", id=number)
        answer = await self.caller.call("DELETE", f"{self._path}/{member}")
        assert answer.status == 204 or (answer.again and answer.status == 404), answer.raw[:300]
        self._note("revoked", id=number)
        self.guest.seats, self.ended = [], self.ended + 1
        with suppress(Overdue):
            await self.guest.get(self.seat.circle, "/posts", limit="20")  # a call that begins after the answer


def numbers() -> Iterator[int]:
    """Of admissions."""
    return itertools.count(1)


class Flooder:
    """Sends frames and asks for pages as fast as it can, and cares for no answer."""

    def __init__(self, caller: Caller, history: History, circle: str) -> None:
        self.caller, self.history, self.circle = caller, history, circle
        self.closes: list[int] = []

    async def live(self) -> None:
        """Until cancelled, in gusts."""
        while True:
            with suppress(*TROUBLE, Overdue):
                await asyncio.gather(self._frames(), self._pages())
            await asyncio.sleep(self.caller.dice.uniform(1, 4))

    async def _frames(self) -> None:
        url = self.caller.dice.choice(self.caller.urls).replace("http", "ws", 1) + "/ws/v1/"
        async with self.caller.http.ws_connect(url, headers=self.caller.headers, protocols=["circle.v1"]) as ws:
            for ref in range(600):
                frame = {"op": "typing", "circle": self.circle, "audience": "circle"} if ref % 2 else {"op": "ping"}
                await ws.send_json({"ref": ref, **frame})
            async for message in ws:
                self.caller.saw(str(message.data))
                if "599" in str(message.data):
                    break
        self.closes.append(ws.close_code or 0)

    async def _pages(self) -> None:
        url = self.caller.dice.choice(self.caller.urls) + f"/api/v1/circles/{self.circle}/posts?limit=500"
        for _ in range(5):
            began = self.history.now()
            async with self.caller.http.get(url, headers=self.caller.headers) as answer:
                self.caller.saw(await answer.read(), began)

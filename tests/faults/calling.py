"""A person of the fault run: calls that are repeated until something definite is answered, by either web process, all of it noted."""
import asyncio
import json
import random
import time
from dataclasses import dataclass
from typing import Any

import aiohttp

from tests.contract.cast import PASSWORD
from tests.faults.history import History, words_in

PATIENCE_S = 300.0  # for an answer that must come however often the service dies meanwhile
_CAP_S = 1.5  # of the pause before a call is repeated, drawn between nothing and twice as much each time (full jitter)
TROUBLE = (TimeoutError, aiohttp.ClientError, OSError)


class Overdue(Exception):
    """A call that was never answered; says which."""


@dataclass(frozen=True)
class Answer:
    """`status` is below 500 and not 429; `again` says that an earlier attempt may have done it."""

    status: int
    body: Any
    raw: bytes
    began: float
    again: bool


@dataclass
class Seat:
    """Somebody's place in a circle."""

    circle: str
    role: str
    whole: bool = True  # may answer every post that its role reads


class Caller:
    """Somebody signed in. `seats` are the circles that they know to be inside of."""

    def __init__(self, http: aiohttp.ClientSession, urls: tuple[str, ...], history: History, who: str, seed: str) -> None:
        self.http, self.urls, self.history, self.who = http, urls, history, who
        self.dice = random.Random(f"{seed} {who}")
        self.home = self.dice.randrange(len(urls))
        self.seats: list[Seat] = []
        self.headers: dict[str, str] = {}
        self.heaped = 0  # answers 429 and 503

    async def sign_in(self) -> "Caller":
        """A session, which survives every restart."""
        body = {"email": f"{self.who}@example.org", "password": PASSWORD}
        answer = await self.call("POST", "/_allauth/app/v1/auth/login", json=body)
        assert answer.status == 200, (self.who, answer.raw[:300])
        self.headers = {"X-Session-Token": answer.body["meta"]["session_token"]}
        return self

    async def pause(self, attempt: int) -> None:
        """Before trying again."""
        await asyncio.sleep(self.dice.uniform(0, min(_CAP_S, 0.05 * 2**attempt)))

    async def call(self, method: str, path: str, *, headers: dict[str, str] | None = None, word: str = "", **request: Any) -> Answer:
        """Until it is answered by other than 429 or 5xx; each time by the other process. With `word` every attempt is noted as that post's.

        Raises Overdue.
        """
        deadline, attempt, again = time.monotonic() + PATIENCE_S, 0, False
        while time.monotonic() < deadline:
            began = self.history.now()
            url = self.urls[(self.home + attempt) % len(self.urls)] + path
            try:
                async with self.http.request(method, url, headers={**self.headers, **(headers or {})}, **request) as answer:
                    raw, status, wait = await answer.read(), answer.status, answer.headers.get("Retry-After", "")
            except TROUBLE:
                status, raw, wait = 0, b"", ""
            if 0 < status < 500 and status != 429:
                return Answer(status, _parsed(raw), raw, began, again)
            again = again or status in {0, 500, 502, 503, 504}
            self.heaped += status in {429, 503}
            if word:
                self.history.note("info", word=word, status=status)
            if status == 429 and wait.isdecimal():
                await asyncio.sleep(min(int(wait), 60))
            attempt += 1
            await self.pause(attempt)
        raise Overdue(f"{method} {path} of {self.who}")

    async def get(self, circle: str, rest: str = "", **query: Any) -> Answer:
        """A page of a circle; that its door was open or shut, and what was seen, is noted."""
        answer = await self.call("GET", f"/api/v1/circles/{circle}{rest}", params=query)
        self.history.note("door", o=self.who, c=circle, began=answer.began, status=answer.status)
        self.saw(answer.raw, answer.began)
        return answer

    def saw(self, raw: bytes | str, began: float | None = None) -> None:
        """Notes the canary words in some bytes."""
        if words := words_in(raw):
            self.history.note("saw", o=self.who, words=words, **({} if began is None else {"began": began}))


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return None

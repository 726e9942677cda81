"""Four people write with retries while server and worker are killed; what was answered must be there once, in one order."""
import asyncio
import os
import random
import signal
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.contract.cast import PASSWORD, scenario
from tests.contract.running import Server

WRITERS = ("nurse", "gp", "pharmacist", "coordinator")
OBSERVERS = ("nurse", "gp", "relative")
_PROFESSIONS = {"nurse": "nurse", "gp": "physician", "pharmacist": "pharmacist", "coordinator": "nurse", "relative": None}
_PATIENCE_S = 90.0  # for an answer that must come however often the server dies meanwhile


@dataclass
class Outcome:
    """What was answered, and what each observer then has: texts in the order of their numbers, by HTTP and by socket."""

    kills: int
    answered: dict[str, str] = field(default_factory=dict)  # text → post id
    pages: dict[str, list[str]] = field(default_factory=dict)
    sockets: dict[str, list[str]] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)


class Client:
    """Somebody who does not give up: each call is repeated until it is answered."""

    def __init__(self, http: aiohttp.ClientSession, url: str, role: str, circle: str) -> None:
        self.http, self.url, self.role, self.circle, self.token = http, url, role, circle, ""

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """The body of an answer that is no refusal."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                async with self.http.request(method, self.url + path, **request) as answer:
                    if answer.status < 500:
                        assert answer.status < 300, (answer.status, await answer.text())
                        return await answer.json()
            except (TimeoutError, aiohttp.ClientError, OSError):
                pass
            assert time.monotonic() < deadline, f"{method} {path} was never answered"
            await asyncio.sleep(0.1)

    async def sign_in(self) -> "Client":
        """A session, which survives every restart."""
        body = {"email": f"{self.role}@example.org", "password": PASSWORD}
        self.token = (await self.call("POST", "/_allauth/app/v1/auth/login", json=body))["meta"]["session_token"]
        return self

    @property
    def headers(self) -> dict[str, str]:
        """Those that sign a request."""
        return {"X-Session-Token": self.token}

    async def write(self, text: str) -> str:
        """One post, sent with one key until it is answered; its id."""
        body = {"text": text, "audience": "circle", "urgency": "info", "media": []}
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4())}
        return str((await self.call("POST", f"/api/v1/circles/{self.circle}/posts", json=body, headers=headers))["id"])

    async def get(self, rest: str, **query: Any) -> Any:
        """A page of the circle."""
        return await self.call("GET", f"/api/v1/circles/{self.circle}{rest}", headers=self.headers, params=query)

    async def texts(self) -> list[str]:
        """Every post's text by HTTP, oldest first."""
        found: list[str] = []
        page = await self.get("/posts", limit=500)
        while True:
            found += [post["text"] for post in page["items"]]
            if page["next"] is None:
                return found[::-1]
            page = await self.get("/posts", limit=500, before=page["next"])


class Listener:
    """A socket that comes back with its cursor after every cut."""

    def __init__(self, client: Client) -> None:
        self.client, self.cursor, self.texts = client, 0, list[str]()
        self.gaps: list[str] = []

    async def listen(self) -> None:
        """Until cancelled."""
        while True:
            try:
                url = self.client.url.replace("http", "ws", 1) + "/ws/v1/"
                async with self.client.http.ws_connect(url, headers=self.client.headers, protocols=["circle.v1"], max_msg_size=0) as ws:
                    await ws.send_json({"ref": 1, "op": "watch", "circle": self.client.circle, "after": self.cursor})
                    async for message in ws:
                        await self._hear(ws, message.json())
            except (TimeoutError, aiohttp.ClientError, OSError):
                pass
            await asyncio.sleep(random.uniform(0.1, 0.4))

    async def _hear(self, ws: Any, frame: dict[str, Any]) -> None:
        if frame.get("event") == "items":
            for item in frame["items"]:
                if item["seq"] != self.cursor + 1:
                    self.gaps.append(f"{self.client.role}: {item['seq']} after {self.cursor}")
                self.cursor = item["seq"]
                if item["kind"] == "post.written":
                    self.texts.append(item["post"]["text"])
        if "n" in frame:
            await ws.send_json({"op": "got", "n": frame["n"]})


async def _keep_writing(client: Client, outcome: Outcome, end: asyncio.Event) -> None:
    number = 0
    while not end.is_set():
        text = f"{client.role} {number}"
        outcome.answered[text] = await client.write(text)
        number += 1


async def _keep_killing(server: Server, kills: int, outcome: Outcome) -> None:
    """Each time in the middle of some posts, whenever the service has come back and answered a few."""
    for number in range(kills):
        enough = len(outcome.answered) + random.randint(4, 12)
        while len(outcome.answered) < enough:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(random.uniform(0, 0.2))
        for name in ("web", "worker") if number % 2 else ("web",):
            before = server.pid(name)
            os.kill(before, signal.SIGKILL)
            while server.pid(name) == before:  # noqa: ASYNC110  -- nobody tells of it
                await asyncio.sleep(0.05)


async def _lived(server: Server, circle: str, kills: int) -> Outcome:
    outcome, end = Outcome(kills), asyncio.Event()
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as http:
        people = {role: await Client(http, server.url, role, circle).sign_in() for role in {*WRITERS, *OBSERVERS}}
        listeners = [Listener(people[role]) for role in OBSERVERS]
        listening = [asyncio.create_task(one.listen()) for one in listeners]
        writing = [asyncio.create_task(_keep_writing(people[role], outcome, end)) for role in WRITERS]
        await _keep_killing(server, kills, outcome)
        end.set()
        await asyncio.gather(*writing)
        heads = {role: (await people[role].get(""))["head"] for role in OBSERVERS}
        deadline = time.monotonic() + _PATIENCE_S
        while any(one.cursor < heads[one.client.role] for one in listeners) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        outcome.pages = {role: await people[role].texts() for role in OBSERVERS}
        outcome.sockets = {one.client.role: one.texts for one in listeners}
        outcome.gaps = [gap for one in listeners for gap in one.gaps]
    return outcome


def killed_while_writing(server: Server, kills: int) -> Outcome:
    """Four people write, three listen, and the server dies `kills` times, every second time with its worker."""
    ids = server.load(scenario(_PROFESSIONS, {"circle": [(role, role) for role in _PROFESSIONS]}))
    return asyncio.run(_lived(server, ids["circle"], kills))


def faults_of(outcome: Outcome) -> list[str]:
    """A sentence for each thing that was lost, doubled or told in another order; none where all is well."""
    faults = list(outcome.gaps)
    order = outcome.pages[OBSERVERS[0]]
    faults += [f"lost: {text}" for text in outcome.answered if text not in set(order)]
    faults += [f"doubled: {text}" for text in set(order) if order.count(text) > 1]
    faults += [f"never answered, yet there: {text}" for text in set(order) - outcome.answered.keys()]
    for way, seen in (("page", outcome.pages), ("socket", outcome.sockets)):
        faults += [f"another order on the {way} of {role}" for role, texts in seen.items() if texts != order]
    return faults

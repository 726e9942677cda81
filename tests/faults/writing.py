"""Four people write with retries while server and worker are killed; what was answered must be there once, in one order."""
import asyncio
import os
import random
import signal
import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.contract.cast import PASSWORD, scenario
from tests.contract.running import Server
from tests.faults.canaries import photo

WRITERS = ("nurse", "gp", "pharmacist", "coordinator")
OBSERVERS = ("nurse", "gp", "relative")
_PROFESSIONS = {"nurse": "nurse", "gp": "physician", "pharmacist": "pharmacist", "coordinator": "nurse", "relative": None}
_BOUNDARY = "a-boundary-of-the-tests"
_PHOTO = photo("pris au lit")
_PATIENCE_S = 90.0  # for an answer that must come however often the server dies meanwhile


@dataclass
class Outcome:
    """What was answered, and what each observer then has: texts in the order of their numbers, by HTTP and by socket."""

    kills: int
    files: dict[str, str] = field(default_factory=dict)  # text of a post → the file that it carries
    shown: dict[str, list[tuple[str, str]]] = field(default_factory=dict)  # text → its files and their states, when all is quiet
    answered: dict[str, str] = field(default_factory=dict)  # text → post id
    pages: dict[str, list[str]] = field(default_factory=dict)
    sockets: dict[str, list[str]] = field(default_factory=dict)
    gaps: list[str] = field(default_factory=list)
    closes: dict[str, list[int | None]] = field(default_factory=dict)  # of each observer's sockets, before the end
    failures: set[int] = field(default_factory=set)  # statuses of answers that said "again"


def form(photo: bytes) -> tuple[bytes, str]:
    """(the body of an upload, its type)."""
    head = f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="photo.jpg"\r\n\r\n'.encode()
    return head + photo + f"\r\n--{_BOUNDARY}--\r\n".encode(), f"multipart/form-data; boundary={_BOUNDARY}"


class Client:
    """Somebody who does not give up: each call is repeated until it is answered."""

    def __init__(self, http: aiohttp.ClientSession, url: str, role: str, circle: str) -> None:
        self.http, self.url, self.role, self.circle, self.token = http, url, role, circle, ""
        self.failures: set[int] = set()

    async def call(self, method: str, path: str, **request: Any) -> Any:
        """The body of an answer that is no refusal."""
        deadline = time.monotonic() + _PATIENCE_S
        while True:
            try:
                async with self.http.request(method, self.url + path, **request) as answer:
                    if answer.status < 500:
                        assert answer.status < 300, (answer.status, await answer.text())
                        return await answer.json()
                    self.failures.add(answer.status)
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

    async def upload(self, photo: bytes) -> str:
        """One photo, sent with one key until it is answered; its id."""
        data, kind = form(photo)
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": kind}
        return str((await self.call("POST", f"/api/v1/circles/{self.circle}/media", data=data, headers=headers))["id"])

    async def ready(self, file: str) -> str:
        """The same id, once the file is fit to be seen."""
        while (await self.get(f"/media/{file}"))["state"] != "ready":  # noqa: ASYNC110  -- nobody tells of what no post carries
            await asyncio.sleep(0.2)
        return file

    async def write(self, text: str, *media: str) -> str:
        """One post, sent with one key until it is answered; its id."""
        body = {"text": text, "audience": "circle", "urgency": "info", "media": media}
        headers = {**self.headers, "Idempotency-Key": str(uuid.uuid4())}
        return str((await self.call("POST", f"/api/v1/circles/{self.circle}/posts", json=body, headers=headers))["id"])

    async def get(self, rest: str, **query: Any) -> Any:
        """A page of the circle."""
        return await self.call("GET", f"/api/v1/circles/{self.circle}{rest}", headers=self.headers, params=query)

    async def posts(self) -> list[dict[str, Any]]:
        """Every post by HTTP, oldest first."""
        found: list[dict[str, Any]] = []
        page = await self.get("/posts", limit=500)
        while True:
            found += page["items"]
            if page["next"] is None:
                return found[::-1]
            page = await self.get("/posts", limit=500, before=page["next"])


class Listener:
    """A socket that comes back with its cursor after every cut."""

    def __init__(self, client: Client) -> None:
        self.client, self.cursor, self.texts = client, 0, list[str]()
        self.gaps: list[str] = []
        self.closes: list[int | None] = []

    async def listen(self) -> None:
        """Until cancelled."""
        while True:
            try:
                url = self.client.url.replace("http", "ws", 1) + "/ws/v1/"
                async with self.client.http.ws_connect(url, headers=self.client.headers, protocols=["circle.v1"], max_msg_size=0) as ws:
                    await ws.send_json({"ref": 1, "op": "watch", "circle": self.client.circle, "after": self.cursor})
                    async for message in ws:
                        await self._hear(ws, message.json())
                    self.closes.append(ws.close_code)
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


async def _keep_writing(client: Client, outcome: Outcome, end: asyncio.Event, pause_s: float) -> None:
    number = 0
    while not end.is_set():
        text = f"{client.role} {number}"
        if number % _EVERY == 0:
            outcome.files[text] = await client.upload(_PHOTO)
        outcome.answered[text] = await client.write(text, *([outcome.files[text]] if text in outcome.files else []))
        number += 1
        await asyncio.sleep(pause_s)


_EVERY = 4  # one post in so many carries a photo


async def _quiet(client: Client) -> dict[str, list[tuple[str, str]]]:
    """Each post's files once none is being processed any more."""
    deadline = time.monotonic() + _PATIENCE_S
    while True:
        posts = await client.posts()
        shown = {post["text"]: [(medium["id"], medium["state"]) for medium in post["media"]] for post in posts}
        if not any(state == "processing" for files in shown.values() for _file, state in files) or time.monotonic() > deadline:
            return shown
        await asyncio.sleep(0.5)


async def _keep_killing(server: Server, kills: int, outcome: Outcome) -> None:
    """Each time in the middle of some posts, whenever the service has come back and answered a few."""
    for number in range(kills):
        enough = len(outcome.answered) + random.randint(4, 12)
        while len(outcome.answered) < enough:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        await asyncio.sleep(random.uniform(0, 0.2))
        for name in ("web", "worker", "media") if number % 2 else ("web", "media"):
            before = server.pid(name)
            os.kill(before, signal.SIGKILL)
            while server.pid(name) == before:  # noqa: ASYNC110  -- nobody tells of it
                await asyncio.sleep(0.05)


async def _lived(server: Server, circle: str, outcome: Outcome, trouble: Callable[[Outcome], Awaitable[None]], pause_s: float) -> Outcome:
    end = asyncio.Event()
    timeout = aiohttp.ClientTimeout(total=20)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as http:
        people = {role: await Client(http, server.url, role, circle).sign_in() for role in {*WRITERS, *OBSERVERS}}
        listeners = [Listener(people[role]) for role in OBSERVERS]
        listening = [asyncio.create_task(one.listen()) for one in listeners]
        writing = [asyncio.create_task(_keep_writing(people[role], outcome, end, pause_s)) for role in WRITERS]
        await trouble(outcome)
        end.set()
        await asyncio.gather(*writing)
        outcome.shown = await _quiet(people["nurse"])
        heads = {role: (await people[role].get(""))["head"] for role in OBSERVERS}
        deadline = time.monotonic() + _PATIENCE_S
        while any(one.cursor < heads[one.client.role] for one in listeners) and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        for task in listening:
            task.cancel()
        await asyncio.gather(*listening, return_exceptions=True)
        outcome.pages = {role: [post["text"] for post in await people[role].posts()] for role in OBSERVERS}
        outcome.sockets = {one.client.role: one.texts for one in listeners}
        outcome.gaps = [gap for one in listeners for gap in one.gaps]
        outcome.closes = {one.client.role: one.closes for one in listeners}
        outcome.failures = {status for one in people.values() for status in one.failures}
    return outcome


def lived_through(server: Server, outcome: Outcome, trouble: Callable[[Outcome], Awaitable[None]], pause_s: float = 0.0) -> Outcome:
    """Four people write, with a pause between two posts of one, and three listen, until `trouble` is over and all is quiet again."""
    ids = server.load(scenario(_PROFESSIONS, {"circle": [(role, role) for role in _PROFESSIONS]}))
    return asyncio.run(_lived(server, ids["circle"], outcome, trouble, pause_s))


def killed_while_writing(server: Server, kills: int) -> Outcome:
    """The server dies `kills` times meanwhile, every second time with its worker."""
    return lived_through(server, Outcome(kills), lambda outcome: _keep_killing(server, kills, outcome))


def faults_of(outcome: Outcome) -> list[str]:
    """A sentence for each thing that was lost, doubled or told in another order; none where all is well."""
    faults = list(outcome.gaps)
    order = outcome.pages[OBSERVERS[0]]
    faults += [f"lost: {text}" for text in outcome.answered if text not in set(order)]
    faults += [f"doubled: {text}" for text in set(order) if order.count(text) > 1]
    carried = {text: [file] for text, file in outcome.files.items() if text in outcome.answered}
    faults += [f"{outcome.shown.get(text)} in the place of {files}" for text, files in carried.items()
               if outcome.shown.get(text) != [(file, "ready") for file in files]]  # fmt: skip
    faults += [f"files nobody sent: {text}" for text, files in outcome.shown.items() if files and text not in outcome.files]
    faults += [f"never answered, yet there: {text}" for text in set(order) - outcome.answered.keys()]
    for way, seen in (("page", outcome.pages), ("socket", outcome.sockets)):
        faults += [f"another order on the {way} of {role}" for role, texts in seen.items() if texts != order]
    return faults

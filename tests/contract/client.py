"""A client of the wire contract, written from it alone: a person signed in as an app, over HTTP. Blocking, on a loop of its own thread."""

import asyncio
import io
import json
import threading
import uuid
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp

from tests.contract.cast import PASSWORD

if TYPE_CHECKING:
    from tests.contract.wire import Wire

T = TypeVar("T")
_WAIT_S = 60.0


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    raw: bytes
    headers: Mapping[str, str]

    @property
    def body(self) -> Any:
        """The parsed JSON."""
        return json.loads(self.raw)

    @property
    def said(self) -> tuple[int, str]:
        """Status and stable code of a refusal."""
        assert self.headers["Content-Type"] == "application/problem+json", self.raw[:300]
        return self.status, self.body["code"]


class Line:
    """The way to one server: a thread with an event loop and a connection pool."""

    def __init__(self, url: str) -> None:
        self.url, self._loop = url, asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.http = self.run(self._session())

    async def _session(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar())

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine, run in the loop's thread."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(_WAIT_S)

    def close(self) -> None:
        """Ends pool, loop and thread."""
        self.run(self.http.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def send(self, method: str, path: str, **request: Any) -> Answer:
        """One request to a path from the root."""
        return self.run(self._send(method, path, request))

    async def _send(self, method: str, path: str, request: dict[str, Any]) -> Answer:
        if isinstance(request.get("data"), bytes):
            request["data"] = io.BytesIO(request["data"])  # aiohttp warns of large bytes, and warnings are errors here
        async with self.http.request(method, self.url + path, allow_redirects=False, **request) as answer:
            return Answer(answer.status, await answer.read(), answer.headers)


@contextmanager
def line_to(url: str) -> Iterator[Line]:
    """A line for the length of a `with` block."""
    line = Line(url)
    try:
        yield line
    finally:
        line.close()


@dataclass
class Person:
    """Somebody signed in by the app client of the headless API."""

    line: Line
    key: str
    token: str = ""

    def sign_in(self, password: str = PASSWORD) -> "Person":
        """A new session."""
        answer = self.line.send("POST", "/_allauth/app/v1/auth/login", json={"email": f"{self.key}@example.org", "password": password})
        assert answer.status == 200, answer.raw[:300]
        self.token = answer.body["meta"]["session_token"]
        return self

    @property
    def headers(self) -> dict[str, str]:
        """Those that sign a request."""
        return {"X-Session-Token": self.token}

    def call(self, method: str, path: str, headers: Mapping[str, str] | None = None, **request: Any) -> Answer:
        """One request under /api/v1/."""
        return self.line.send(method, f"/api/v1/{path}", headers={**self.headers, **(headers or {})}, **request)

    def get(self, path: str, **query: Any) -> Answer:
        """GET."""
        return self.call("GET", path, params={name: str(value) for name, value in query.items()})

    def put(self, path: str, **body: Any) -> Answer:
        """PUT of JSON."""
        return self.call("PUT", path, json=body)

    def post(self, path: str, **body: Any) -> Answer:
        """POST of JSON."""
        return self.call("POST", path, json=body)

    def delete(self, path: str) -> Answer:
        """DELETE without a body."""
        return self.call("DELETE", path)

    def write(self, circle: str, text: str = "Vu ce matin.", audience: str = "circle", *, key: str | None = None, **more: Any) -> Answer:
        """A post, whatever comes of it."""
        body = {"text": text, "media": [], "audience": audience, "urgency": "info", **more}
        return self.call("POST", f"circles/{circle}/posts", json=body, headers={"Idempotency-Key": key or str(uuid.uuid4())})

    def wrote(self, circle: str, text: str = "Vu ce matin.", audience: str = "circle", **more: Any) -> Any:
        """A post that is written."""
        answer = self.write(circle, text, audience, **more)
        assert answer.status == 201, answer.raw[:300]
        return answer.body

    def seen(self, circle: str) -> list[Any]:
        """The newest 500 posts, oldest first."""
        return list(reversed(self.get(f"circles/{circle}/posts", limit=500).body["items"]))

    def changes(self, circle: str, after: int = 0) -> Any:
        """The feed after a number."""
        return self.get(f"circles/{circle}/changes", after=after, limit=500).body

    def wire(self, *circles: str, **options: Any) -> "Wire":
        """A socket that watches circles from now on."""
        from tests.contract.wire import Wire

        return Wire(self, circles, **options)


def together(*calls: Callable[[], T]) -> list[T]:
    """The results of calls made at the same moment."""
    with ThreadPoolExecutor(len(calls)) as pool:
        return [one.result() for one in [pool.submit(call) for call in calls]]

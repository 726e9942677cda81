"""The socket end of the contract's client: frames as they came, confirmed as the contract asks, items kept by cursor."""

import asyncio
import contextlib
import json
import time
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp

from tests.contract.client import Person

Frame = dict[str, Any]
_WAIT_S = 15.0  # for what must come; how soon it comes is measured elsewhere


class Wire:
    """One socket of one person. `confirms=False` makes a reader that never says `got`."""

    def __init__(
        self, person: Person, circles: Sequence[str] = (), *, confirms: bool = True, headers: dict[str, str] | None = None
    ) -> None:
        self.person, self.line = person, person.line
        self.frames: list[Frame] = []
        self.texts: list[str] = []
        self._confirms, self._confirmed, self._ref = confirms, 0, 1000
        self.line.run(self._open(person.headers if headers is None else headers))
        for circle in circles:
            assert self.watch(circle)["ok"]

    async def _open(self, headers: dict[str, str]) -> None:
        url = self.line.url.replace("http", "ws", 1) + "/ws/v1/"
        self._ws = await self.line.http.ws_connect(url, headers=headers, protocols=["circle.v1"], max_msg_size=0, autoping=True)
        self.protocol = self._ws.protocol
        self._task = asyncio.create_task(self._read())
        self._beat = asyncio.create_task(self._keep_confirming())
        self._task.add_done_callback(lambda _: self._beat.cancel())

    async def _keep_confirming(self) -> None:
        """At least every 250 ms, as the contract asks."""
        while True:
            await asyncio.sleep(0.2)
            if self._confirms and self.n > self._confirmed and not self._ws.closed:
                with contextlib.suppress(ConnectionError):
                    await self._confirm()

    async def _read(self) -> None:
        async for message in self._ws:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            self.texts.append(message.data)
            self.frames.append(json.loads(message.data))
            if self._confirms and self.n - self._confirmed >= 8:
                await self._confirm()

    async def _confirm(self) -> None:
        self._confirmed = self.n
        if not self._ws.closed:
            await self._ws.send_json({"op": "got", "n": self._confirmed})

    @property
    def n(self) -> int:
        """The number of the newest event frame."""
        return max((frame["n"] for frame in self.frames[-70:] if "n" in frame), default=0)

    def say(self, frame: Frame | str) -> None:
        """A frame to the server, as JSON or as it stands."""
        self.line.run(self._ws.send_str(frame if isinstance(frame, str) else json.dumps(frame)))

    def got(self) -> None:
        """Confirms all that has come."""
        self.line.run(self._confirm())

    def ask(self, **frame: Any) -> Frame:
        """The answer to a frame."""
        self._ref += 1
        ref = self._ref
        self.say({"ref": ref, **frame})
        return self.first(lambda one: one.get("re") == ref)

    def watch(self, circle: str, after: int | None = None, epoch: str | None = None) -> Frame:
        """The answer to `watch`."""
        return self.ask(op="watch", circle=circle, after=after, **({"epoch": epoch} if epoch else {}))

    def first(self, wanted: Callable[[Frame], bool], since: int = 0) -> Frame:
        """The first frame of a kind, waited for."""
        deadline = time.monotonic() + _WAIT_S
        while True:
            found = next((frame for frame in self.frames[since:] if wanted(frame)), None)
            if found is not None:
                return found
            assert time.monotonic() < deadline, f"never came; have {self.frames[-3:]}"
            time.sleep(0.01)

    def event(self, name: str, **members: Any) -> Frame:
        """The first event of a name with these members, waited for."""
        return self.first(lambda frame: frame.get("event") == name and all(frame.get(key) == value for key, value in members.items()))

    def events(self, name: str) -> list[Frame]:
        """The events of a name so far."""
        return [frame for frame in list(self.frames) if frame.get("event") == name]

    def items(self, circle: str) -> list[Frame]:
        """The items of a circle so far, as they came."""
        return [item for frame in self.events("items") if frame["circle"] == circle for item in frame["items"]]

    def item(self, circle: str, kind: str, text: str | None = None) -> Frame:
        """The first item of a kind (about a post with this text), waited for."""

        def holds(frame: Frame) -> bool:
            return frame.get("event") == "items" and frame["circle"] == circle and bool(self._match(frame, kind, text))

        return self._match(self.first(holds), kind, text)[0]

    @staticmethod
    def _match(frame: Frame, kind: str, text: str | None) -> list[Frame]:
        return [item for item in frame["items"] if item["kind"] == kind and (text is None or item["post"]["text"] == text)]

    def settle(self) -> None:
        """Waits until all that was under way has come: a `ping` is answered after it, marks and inbox come a beat later."""
        time.sleep(0.5)
        self.ask(op="ping")

    @property
    def close_code(self) -> int | None:
        """The code with which the socket was closed, waited for."""
        deadline = time.monotonic() + _WAIT_S
        while not self._task.done() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert self._task.done(), "the socket is still open"
        return self._ws.close_code

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return not self._task.done()

    def close(self) -> None:
        """Hangs up."""
        self.line.run(self._close())

    async def _close(self) -> None:
        await self._ws.close()
        await self._task

    def __enter__(self) -> "Wire":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

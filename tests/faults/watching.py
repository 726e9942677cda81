"""Observers of the fault run: the reference client of the contract on a socket, and one without a socket."""
import asyncio
import json
from contextlib import suppress
from typing import Any

import aiohttp

from tests.faults.calling import TROUBLE, Caller, Overdue
from tests.faults.history import words_in

_GOT_EVERY, _GOT_S = 12, 0.2
_DEAF_S = 40.0  # without a heartbeat: the socket is given up
_BACK_S = 2.0


def items_of(items: list[dict[str, Any]]) -> list[list[Any]]:
    """As the history has them: number, kind, subject, canary word."""
    return [[item["seq"], item["kind"], _subject(item), _word(item)] for item in items]


def _subject(item: dict[str, Any]) -> str | None:
    for name in ("post", "member"):
        if isinstance(item.get(name), dict):
            return str(item[name]["id"])
    return None


def _word(item: dict[str, Any]) -> str | None:
    found = words_in(item["post"]["text"]) if isinstance(item.get("post"), dict) else []
    return found[0] if found else None


class Screen:
    """One device: comes back after every cut with full jitter, watches from its cursor, confirms; now and then reads nothing for a while.

    `follows` are the circles that it watches; one that an `inbox` tells of is added, one that has `ended` is dropped.
    """

    def __init__(self, caller: Caller, follows: list[str], *, doze_s: float = 0.0) -> None:
        self.caller, self.doze_s = caller, doze_s
        self.cursor: dict[str, int] = dict.fromkeys(follows, 0)
        self.epoch: dict[str, str | None] = {}
        self.sockets = 0
        self.closes: dict[int, int] = {}
        self._behind: dict[str, int] = {}
        self._watches: dict[int, tuple[str, int]] = {}
        self._ref = self._n = self._said = 0

    async def live(self) -> None:
        """Until cancelled."""
        attempt = 0
        while True:
            url = self.caller.urls[(self.caller.home + attempt) % len(self.caller.urls)].replace("http", "ws", 1) + "/ws/v1/"
            attempt += 1
            with suppress(*TROUBLE):
                async with self.caller.http.ws_connect(url, headers=self.caller.headers, protocols=["circle.v1"], max_msg_size=0) as ws:
                    self.sockets += 1
                    self._watches, self._behind, self._n, self._said = {}, {}, 0, 0
                    with suppress(*TROUBLE):
                        await self._serve(ws)
                    self.closes[ws.close_code or 0] = self.closes.get(ws.close_code or 0, 0) + 1
            await asyncio.sleep(self.caller.dice.uniform(0, _BACK_S))

    async def _serve(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        confirming = asyncio.create_task(self._confirm(ws))
        try:
            for circle in list(self.cursor):
                await self._watch(ws, circle)
            while True:
                message = await ws.receive(_DEAF_S)
                if message.type is not aiohttp.WSMsgType.TEXT:
                    return
                await self._hear(ws, message.data)
                if self.doze_s and self.caller.dice.random() < 0.002:
                    await asyncio.sleep(self.caller.dice.uniform(0, self.doze_s))
        finally:
            confirming.cancel()

    async def _confirm(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        with suppress(*TROUBLE):
            while True:
                await asyncio.sleep(_GOT_S)
                await self._got(ws)

    async def _got(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        if self._n > self._said:
            self._said = self._n
            await ws.send_json({"op": "got", "n": self._n})

    async def _watch(self, ws: aiohttp.ClientWebSocketResponse, circle: str) -> None:
        self._ref += 1
        self._watches[self._ref] = (circle, self.cursor[circle])
        frame = {"ref": self._ref, "op": "watch", "circle": circle, "after": self.cursor[circle]}
        await ws.send_json({**frame, **({"epoch": epoch} if (epoch := self.epoch.get(circle)) else {})})

    async def _hear(self, ws: aiohttp.ClientWebSocketResponse, raw: str) -> None:
        frame = json.loads(raw)
        event, circle = frame.get("event"), frame.get("circle", "")
        if event == "items":
            await self._items(ws, circle, frame, raw)
        else:
            self.caller.saw(raw)
        if "re" in frame:
            self._answered(frame)
        elif event == "heads":
            await self._heads(ws, frame["circles"])
        elif event == "reset" and circle in self.cursor:
            self.cursor[circle], self.epoch[circle] = 0, None
            await self._watch(ws, circle)
        elif event == "ended":
            self.cursor.pop(circle, None)
        elif event == "inbox" and circle not in self.cursor:
            self.cursor[circle], self.epoch[circle] = 0, None
            await self._watch(ws, circle)
        self._n = frame.get("n", self._n)
        if self._n - self._said >= _GOT_EVERY:
            await self._got(ws)

    def _answered(self, frame: dict[str, Any]) -> None:
        circle, after = self._watches.pop(frame["re"], ("", 0))
        if not frame.get("ok"):
            self.cursor.pop(circle, None)
        elif circle:  # also where it has ended while this was asked: what was before the end may follow, and then that it has ended
            after = max(after, frame["from"] - 1)
            self.cursor[circle] = max(self.cursor.get(circle, 0), after)
            self.epoch[circle] = frame["epoch"]
            self.caller.history.note("watch", o=self.caller.who, s=self.sockets, c=circle, after=after)

    async def _items(self, ws: aiohttp.ClientWebSocketResponse, circle: str, frame: dict[str, Any], raw: str) -> None:
        self.caller.history.note("items", o=self.caller.who, s=self.sockets, c=circle, after=frame["after"], to=frame["to"],
                                 items=items_of(frame["items"]), words=words_in(raw))  # fmt: skip
        have = self.cursor.get(circle)
        if have is None:
            return
        if frame["after"] > have:
            await self._watch(ws, circle)
        else:
            self.cursor[circle] = max(have, frame["to"])

    async def _heads(self, ws: aiohttp.ClientWebSocketResponse, heads: dict[str, int]) -> None:
        """Watches anew where it has stood behind since the heartbeat before."""
        for circle, head in heads.items():
            have = self.cursor.get(circle)
            if have is not None and head > have and self._behind.get(circle) == have:
                await self._watch(ws, circle)
            if have is not None:
                self._behind[circle] = have


class Poller:
    """A client without a socket: asks for `changes` from its cursor on."""

    def __init__(self, caller: Caller, circle: str, pause_s: float) -> None:
        self.caller, self.circle, self.pause_s = caller, circle, pause_s
        self.cursor, self.epoch = 0, None

    async def live(self) -> None:
        """Until cancelled; outside the circle it goes on asking, and is to be shown nothing."""
        while True:
            with suppress(Overdue):
                await self.once()
            await asyncio.sleep(self.caller.dice.uniform(0, self.pause_s))

    async def once(self) -> bool:
        """Whether something came."""
        path, query = f"/api/v1/circles/{self.circle}/changes", {"after": str(self.cursor)}
        answer = await self.caller.call("GET", path, params={**query, **({"epoch": self.epoch} if self.epoch else {})})
        note, who, body = self.caller.history.note, self.caller.who, answer.body
        if answer.status != 200:
            note("door", o=who, c=self.circle, began=answer.began, status=answer.status)
            self.caller.saw(answer.raw, answer.began)
            self.cursor, self.epoch = 0, None  # 404: outside; 409: a reset
            return False
        note("changes", o=who, c=self.circle, after=body["after"], to=body["to"], items=items_of(body["items"]),
             words=words_in(answer.raw), began=answer.began)  # fmt: skip
        self.cursor, self.epoch = body["to"], body["epoch"]
        return bool(body["items"])

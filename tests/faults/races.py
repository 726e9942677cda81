"""The end of a membership against everything that its owner does at the same moment: whatever was accepted was before it.

Before and after are the feed's numbers. Every second end is a team's list from which somebody goes, in another process.
"""
import asyncio
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from tests.contract.cast import patient, person
from tests.contract.running import ROOT, Server
from tests.faults.writing import Client, form
from tests.media.corpus import photo

_AT_ONCE = 4  # circles in which it happens at the same time
_FILES_EVERY = 9  # races: a photo is opened by a worker, which costs more than all the rest; odd, so that both ends meet it
_PHOTO = photo()
_TEAM = """
import sys
from people.accounts.models import Person
from people.accounts.teams import join_team, leave_team
for line in sys.stdin:
    act, who, structure = line.split()
    {"join": join_team, "leave": leave_team}[act](person=Person.objects.get(pk=who), structure=structure)
    print("done", flush=True)
"""


@dataclass
class Races:
    """How often what was tried, how often it was accepted, and what was wrong."""

    tried: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)


class Team:
    """Changes of teams' lists, one after another, made beside the service."""

    def __init__(self, server: Server) -> None:
        command = [sys.executable, "manage.py", "shell", "-v", "0", "-c", _TEAM]
        self._process = subprocess.Popen(command, cwd=ROOT, env=server.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._turn = asyncio.Lock()

    async def change(self, act: str, who: str, structure: str) -> None:
        """`join` or `leave`; returns when it is committed."""
        async with self._turn:
            assert await asyncio.to_thread(self._say, f"{act} {who} {structure}\n") == "done\n"

    def _say(self, line: str) -> str:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(line)
        stdin.flush()
        return stdout.readline()

    def close(self) -> None:
        """Ends the process."""
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(30)
        if self._process.stdout:
            self._process.stdout.close()


@dataclass(frozen=True)
class Files:
    """Of one race: one that the leaver has sent, one that everybody sees, one that is posted after the end."""

    own: str
    shown: str
    later: str


@dataclass
class Ring:
    """One circle with its general practitioner, who ends, and two nurses, who go: one as a member, one with her team."""

    gp: Client
    leavers: dict[str, Client]
    ids: dict[str, str]
    number: int
    team: Team
    races: Races
    shown: str = ""  # a photo that whoever is inside sees

    async def run(self, turn: int) -> None:
        """One race: whoever is to go comes in, has something to hand back and something to take, and is ended meanwhile."""
        way = "team" if turn % 2 else "member"
        leaver, head = self.leavers[way], (await self.gp.get(""))["head"]
        await self._let_in(way)
        seat = await self._seat(way)
        had, waiting = [await self._alert() for _ in range(2)]
        assert await self._tries(leaver, "POST", f"posts/{had}/acknowledgement") == 200
        after = f"apres{uuid.uuid4().hex}"
        files = await self._files(leaver) if turn % _FILES_EVERY == 0 else None
        tried = {
            "post": self._tries(leaver, "POST", f"circles/{self.gp.circle}/posts", self._words(f"au revoir {seat}")),
            "take": self._tries(leaver, "POST", f"posts/{waiting}/acknowledgement"),
            "hand back": self._tries(leaver, "DELETE", f"posts/{had}/acknowledgement"),
            "admit": self._tries(leaver, "POST", f"circles/{self.gp.circle}/members", self._guest()),
        }
        looks = [self._look(leaver, way, after) for way in ("read", "search")]
        if files:
            words = {**self._words(f"photo {seat}"), "media": [files.own]}
            tried["attach"] = self._tries(leaver, "POST", f"circles/{self.gp.circle}/posts", words)
            tried["upload"] = self._tries(leaver, "POST", f"circles/{self.gp.circle}/media", form(_PHOTO))
            looks.append(self._download(leaver, files))
        end = self._end(way, seat, after, [files.later] if files else [])
        answers = await asyncio.gather(*tried.values(), *looks, end)
        said = dict(zip(tried, answers, strict=False))
        self.races.tried.update([*tried, "read", "search", *(["download"] if files else [])])
        self.races.accepted.update([name for name, status in said.items() if status < 300])
        await self._judge(head, seat, said, {"take": waiting, "hand back": had})
        await self._put_out_the_guest()

    async def _let_in(self, way: str) -> None:
        if way == "team":
            await self.team.change("join", self.ids[f"team{self.number}"], self.ids[f"practice{self.number}"])
        else:
            body = {"person": self.ids[f"member{self.number}"], "role": "nurse", "history": "all"}
            await self.gp.call("POST", f"/api/v1/circles/{self.gp.circle}/members", headers=self.gp.headers, json=body)

    async def _members(self) -> dict[str, str]:
        members = (await self.gp.get(""))["members"]
        return {one["person"]["id"]: one["id"] for one in members if one.get("person") and one["state"] == "active"}

    async def _seat(self, way: str) -> str:
        return (await self._members())[self.ids[f"{way}{self.number}"]]

    async def _alert(self) -> str:
        headers = {**self.gp.headers, "Idempotency-Key": str(uuid.uuid4())}
        body = {"text": "A faire", "audience": "care_team", "urgency": "urgent"}
        return str((await self.gp.call("POST", f"/api/v1/circles/{self.gp.circle}/posts", json=body, headers=headers))["id"])

    @staticmethod
    def _words(text: str) -> dict[str, Any]:
        return {"text": text, "audience": "care_team", "urgency": "info"}

    def _guest(self) -> dict[str, Any]:
        return {"person": self.ids[f"guest{self.number}"], "role": "relative", "history": "all"}

    async def _files(self, leaver: Client) -> Files:
        """Those of one race; the one that everybody sees is made once."""
        self.shown = self.shown or await self.gp.ready(await self.gp.upload(_PHOTO))
        await self._tries(self.gp, "POST", f"circles/{self.gp.circle}/posts", {**self._words("voyez"), "media": [self.shown]})
        return Files(await leaver.upload(_PHOTO), self.shown, await self.gp.ready(await self.gp.upload(_PHOTO)))

    async def _download(self, leaver: Client, files: Files) -> int:
        """Looks at a file until the door is shut; the one that is posted after the end is not there for a moment."""
        while True:
            for file in (files.shown, files.later):
                async with leaver.http.get(f"{leaver.url}/api/v1/media/{file}", headers=leaver.headers) as answer:
                    await answer.read()
                if file == files.later and answer.status == 200:
                    self.races.faults.append("download: what was posted after the end was served")
                if file == files.shown and answer.status != 200:
                    return answer.status
            self.races.accepted["download"] += 1

    async def _tries(self, who: Client, method: str, path: str, body: Any = None) -> int:
        headers = {**who.headers, "Idempotency-Key": str(uuid.uuid4())}
        sent: dict[str, Any] = {"json": body}
        if isinstance(body, tuple):
            sent, headers["Content-Type"] = {"data": body[0]}, body[1]
        async with who.http.request(method, f"{who.url}/api/v1/{path}", headers=headers, **sent) as answer:
            await answer.read()
            return answer.status

    async def _look(self, leaver: Client, way: str, after: str) -> int:
        """Reads until the door is shut: what came after the end is in none of the answers."""
        path = f"{leaver.url}/api/v1/circles/{self.gp.circle}/{'posts?limit=5' if way == 'read' else 'search'}"
        method, body = ("GET", None) if way == "read" else ("POST", {"q": after[:5], "limit": 5})
        while True:
            async with leaver.http.request(method, path, json=body, headers=leaver.headers) as answer:
                raw = await answer.text()
                if after in raw:
                    self.races.faults.append(f"{way}: what was written after the end was served")
                if answer.status != 200:
                    return answer.status
                self.races.accepted[way] += 1

    async def _end(self, way: str, seat: str, after: str, media: list[str]) -> int:
        if way == "team":
            await self.team.change("leave", self.ids[f"team{self.number}"], self.ids[f"practice{self.number}"])
        else:
            assert await self._tries(self.gp, "DELETE", f"circles/{self.gp.circle}/members/{seat}") == 204
        return await self._tries(self.gp, "POST", f"circles/{self.gp.circle}/posts", {**self._words(after), "media": media})

    async def _judge(self, head: int, seat: str, said: dict[str, int], posts: dict[str, str]) -> None:
        items = (await self.gp.get("/changes", after=head, limit=500))["items"]
        [left] = [item["seq"] for item in items if item["kind"] == "member.left" and item["member"]["id"] == seat]
        written = [(item["seq"], item["post"]["text"]) for item in items if item["kind"] == "post.written"]
        found = {
            "post": [seq for seq, text in written if text == f"au revoir {seat}"],
            "attach": [seq for seq, text in written if text == f"photo {seat}"],
            "take": [item["seq"] for item in items if item["kind"] == "alert.taken" and item["post"]["id"] == posts["take"]],
            "hand back": [item["seq"] for item in items if item["kind"] == "alert.reopened" and item["post"]["id"] == posts["hand back"]],
            "admit": [item["seq"] for item in items if item["kind"] == "member.joined" and self._is_guest(item)],
        }
        upload = said.pop("upload", 404)  # of which no line tells
        if upload not in {201, 404}:
            self.races.faults.append(f"upload: answered {upload}")
        for name, status in said.items():
            accepted, told = status < 300, found[name]
            # What the end has opened again belongs to nobody: a hand-back that was under way may be told so.
            if status not in {200, 201, 404} and (name, status) != ("hand back", 403):
                self.races.faults.append(f"{name}: answered {status}")
            if (accepted and not told) or (not accepted and told and name != "hand back"):
                self.races.faults.append(f"{name}: answered {status}, and the feed has {len(told)}")
            if any(seq > left for seq in told):
                self.races.faults.append(f"{name}: number {told} after the end, {left}")
        owned = [item["post"]["alert"] for item in items if item["kind"] == "alert.taken"]
        if any(alert["owner"] and alert["owner"]["member"] == seat for alert in owned):
            self.races.faults.append("take: somebody who went still has it")

    def _is_guest(self, item: dict[str, Any]) -> bool:
        return bool(item["member"].get("person")) and item["member"]["person"]["id"] == self.ids[f"guest{self.number}"]

    async def _put_out_the_guest(self) -> None:
        seat = (await self._members()).get(self.ids[f"guest{self.number}"])
        if seat:
            await self._tries(self.gp, "DELETE", f"circles/{self.gp.circle}/members/{seat}")


def raced(server: Server, rounds: int, urls: Sequence[str] = ()) -> Races:
    """So many ends, each against a post, a take, a hand-back, an admission, reading and searching.

    Of several `urls` who ends asks at the first, who is ended at the last: the end is made in another process than what it meets.
    """
    numbers = range(_AT_ONCE)
    people = [person(f"{who}{number}", {"gp": "physician", "guest": None}.get(who, "nurse")) for number in numbers for who in _CAST]
    patients = [patient(f"circle{number}", chr(97 + number) * 2, [(f"gp{number}", "gp")]) for number in numbers]
    structures = [{"key": f"practice{number}", "name": f"Cabinet {number}", "kind": "practice", "units": []} for number in numbers]
    ids = server.load({"structures": structures, "people": people, "patients": patients})
    team, races = Team(server), Races()
    try:
        asyncio.run(_raced(urls or [server.url], ids, team, races, rounds))
    finally:
        team.close()
    return races


_CAST = ("gp", "member", "team", "guest")


async def _raced(urls: Sequence[str], ids: dict[str, str], team: Team, races: Races, rounds: int) -> None:
    timeout = aiohttp.ClientTimeout(total=120)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()) as http:
        rings = []
        for number in range(_AT_ONCE):
            circle = ids[f"circle{number}"]
            gp = await Client(http, urls[0], f"gp{number}", circle).sign_in()
            member, mate = [await Client(http, urls[-1], f"{who}{number}", circle).sign_in() for who in ("member", "team")]
            body = {"structure": ids[f"practice{number}"], "role": "nurse", "history": "all"}
            await gp.call("POST", f"/api/v1/circles/{circle}/members", headers=gp.headers, json=body)
            rings.append(Ring(gp, {"member": member, "team": mate}, ids, number, team, races))
        await asyncio.gather(*[_in_turn(ring, -(-rounds // _AT_ONCE)) for ring in rings])


async def _in_turn(ring: Ring, rounds: int) -> None:
    for turn in range(rounds):
        await ring.run(turn)

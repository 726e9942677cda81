"""Ours, started as a user starts it, and filled through `load_scenario` and the sign-in that an app uses."""

import asyncio
import json
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import aiohttp

from tests.bench import shape
from tests.bench.cast import PASSWORD, Circle
from tests.bench.machine import LOAD_CORE, Process
from tests.bench.screen import Screen
from tests.bench.systems import Sent, System, count_rows


class Cercle(System):
    """Ours, by the supervisor that `make run` starts; the web process is what is measured."""

    name = "cercle"
    tokens: list[str]
    people_and_circles: dict[str, str]

    @property
    def env(self) -> dict[str, str]:
        env = {"PORT": str(self.port), "CERCLE_DATA": str(self.folder / "cercle"), "DJANGO_SETTINGS_MODULE": "config.settings"}
        env |= {"CERCLE_DEMO": "0", "CERCLE_LIMITS": "off"}
        if self.postgres and self.redis:
            env |= {"DATABASE_URL": self.postgres, "REDIS_URL": self.redis}
        return env

    async def start(self) -> None:
        command = [sys.executable, "-m", "config.supervisor", "--end-with-parent"]
        self.process = Process(self.name, command, self.folder / "cercle.log", env=self.env)
        end = time.monotonic() + 300
        while "ready http" not in self.process.log.read_text(errors="replace"):
            if self.process.child.poll() is not None or time.monotonic() > end:
                raise SystemExit(f"cercle did not start: {self.process.log.read_text(errors='replace')[-3000:]}")
            await asyncio.sleep(0.2)
        self._load_scenario()
        self.http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0, keepalive_timeout=60))
        turns = asyncio.Semaphore(4)
        self.tokens = await asyncio.gather(*[self._sign_in(person, turns) for person in range(self.cast.people)])
        command = [sys.executable, "-m", "tests.bench.writer"]
        self.writer = Process("writer", command, self.folder / "writer.log", core=LOAD_CORE, env=self.env, pipes=True)

    def _load_scenario(self) -> None:
        self.people_and_circles = self.load(self.cast.scenario())
        self.ids = {circle.key: self.people_and_circles[circle.key] for circle in self.cast.every_circle()}

    def load(self, scenario: dict[str, Any]) -> dict[str, str]:
        """A scenario's ids by key, loaded beside the service."""
        file = self.folder / "scenario.json"
        file.write_text(json.dumps(scenario))
        command = [sys.executable, "manage.py", "load_scenario", str(file)]
        loader = Process("load_scenario", command, self.folder / "load.log", core=LOAD_CORE, env=self.env, pipes=True)
        output, _ = loader.child.communicate()
        if loader.child.returncode:
            raise SystemExit(f"load_scenario: {loader.log.read_text(errors='replace')[-3000:]}")
        ids: dict[str, str] = json.loads(output)
        return ids

    async def _sign_in(self, person: int, turns: asyncio.Semaphore) -> str:
        async with turns:
            return await self.sign_in(f"p{person}@example.org")

    async def sign_in(self, email: str) -> str:
        """The token of a new session."""
        body = {"email": email, "password": PASSWORD}
        async with self.http.post(f"http://127.0.0.1:{self.port}/_allauth/app/v1/auth/login", json=body) as answer:
            if answer.status != 200:
                raise SystemExit(f"sign-in: {answer.status} {(await answer.text())[:500]}")
            return str((await answer.json())["meta"]["session_token"])

    def headers(self, person: int) -> dict[str, str]:
        return {"X-Session-Token": self.tokens[person]}

    async def post(self, circle: Circle, person: int, screen: Screen) -> Sent:
        url = f"http://127.0.0.1:{self.port}/api/v1/circles/{self.ids[circle.key]}/posts"
        body = {"text": shape.BODY, "audience": "circle", "urgency": "info", "media": []}
        headers = {**self.headers(person), "Idempotency-Key": str(uuid.uuid4())}
        at = time.perf_counter()
        async with self.http.post(url, json=body, headers=headers) as answer:
            content = await answer.read()
            if answer.status != 201:
                raise SystemExit(f"post: {answer.status} {content[:500]!r}")
            return Sent(json.loads(content)["id"], at, time.perf_counter())

    async def write(self, circles: list[Circle], each: int) -> float:
        """`each` posts per circle by the writer's process in one go; returns when it began to commit them."""
        authors = [self.people_and_circles[f"p{circle.members[0]}"] for circle in circles]
        order = {"circles": [self.ids[circle.key] for circle in circles], "authors": authors, "each": each, "text": shape.BODY}
        pipe_in, pipe_out = self.writer.child.stdin, self.writer.child.stdout
        assert pipe_in is not None
        assert pipe_out is not None
        pipe_in.write(json.dumps(order).encode() + b"\n")
        pipe_in.flush()
        line = await asyncio.get_running_loop().run_in_executor(None, pipe_out.readline)
        if not line:
            raise SystemExit(f"writer: {self.writer.log.read_text(errors='replace')[-3000:]}")
        return float(json.loads(line)["commit_at"])

    def rows(self) -> int:
        return count_rows(self.postgres or str(self.folder / "cercle" / "cercle.sqlite3"), "journal_post")

    def memory_kib(self) -> int:
        pid = int((self.folder / "cercle" / "run" / "web.pid").read_text())
        return sum(int(line.split()[1]) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Pss:"))

    async def stop(self) -> None:
        if hasattr(self, "writer"):
            await self.http.close()
            self.writer.stop()
        await super().stop()

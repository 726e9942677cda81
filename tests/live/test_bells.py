"""Both bells, between real processes: what one of them writes is told by the sockets of another; Redis killed, emptied, back again."""
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis

from tests.contract.cast import scenario
from tests.contract.client import Line, Person, line_to
from tests.contract.running import ROOT, Server
from tests.contract.wire import Wire
from tests.service import free_port
from tests.stores import OwnRedis, own_postgres

CAST = scenario({"nurse": "nurse", "gp": "physician"}, {"circle": [("nurse", "nurse"), ("gp", "gp")]})
_START_S = 120.0
_WRITE = """
import sys
from uuid import UUID, uuid4
from journal.protocol import PostBody
from journal.services import write_post
from people.accounts.models import Person
from people.circles.access import enter
author = enter(Person.objects.get(email="gp@example.org"), UUID("{circle}"))
for text in ("Un.", "Deux."):
    write_post(author, key=uuid4(), body=PostBody(text=text, audience="circle"))
"""


def test_on_sqlite_a_post_of_another_process_reaches_the_screens(tmp_path: Path) -> None:
    with Server(tmp_path) as server, line_to(server.url) as line:
        circle = server.load(CAST)["circle"]
        with Person(line, "nurse").sign_in().wire(circle) as screen:
            server.manage("shell", "-v", "0", "-c", _WRITE.format(circle=circle))
            screen.item(circle, "post.written", "Deux.")
            assert [item["seq"] for item in screen.items(circle)] == [1, 2, 3, 4]


class Pair:
    """Two server processes on one PostgreSQL and one Redis: the nurse's screen hangs on the second, the GP writes to the first."""

    def __init__(self, broker: OwnRedis, circle: str, writer: Person, reader: Person) -> None:
        self.broker, self.circle, self.writer, self.reader = broker, circle, writer, reader

    def told(self, screen: Wire, text: str) -> None:
        """Writes at one process and waits for it at the other."""
        self.writer.wrote(self.circle, text)
        screen.item(self.circle, "post.written", text)

    def complete(self, screen: Wire) -> bool:
        """Whether the screen has every number once and in order."""
        numbers = [item["seq"] for item in screen.items(self.circle)]
        return numbers == list(range(1, self.reader.get(f"circles/{self.circle}").body["head"] + 1))


@contextmanager
def second_process(server: Server) -> Iterator[str]:
    """Another `manage.py serve` on the same stores; its address."""
    port = free_port()
    with (server.folder / "second.txt").open("wb") as out:
        command = [sys.executable, "manage.py", "serve", "--port", str(port)]
        process = subprocess.Popen(command, cwd=ROOT, env=server.environ, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + _START_S
        while not answers(f"http://127.0.0.1:{port}/healthz"):
            assert process.poll() is None, (server.folder / "second.txt").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(40)


def answers(url: str) -> bool:
    """Whether somebody answers there."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Started once for the tests of this module."""
    with ExitStack() as stack:
        url, broker = stack.enter_context(own_postgres()), stack.enter_context(OwnRedis())
        settings = {"DATABASE_URL": url, "REDIS_URL": broker.url, "CERCLE_PROCESSES": "2"}
        server = stack.enter_context(Server(tmp_path_factory.mktemp("pair"), **settings))
        lines: list[Line] = [stack.enter_context(line_to(at)) for at in (server.url, stack.enter_context(second_process(server)))]
        circle = server.load(CAST)["circle"]
        yield Pair(broker, circle, Person(lines[0], "gp").sign_in(), Person(lines[1], "nurse").sign_in())


def test_with_redis_a_post_reaches_the_other_processs_screens(pair: Pair) -> None:
    with pair.reader.wire(pair.circle) as screen:
        pair.told(screen, "Par Redis.")
        assert pair.complete(screen)


def test_what_is_rung_holds_ids_and_nothing_else(pair: Pair) -> None:
    with pair.reader.wire(pair.circle) as screen, redis.Redis.from_url(pair.broker.url) as client:
        with client.pubsub(ignore_subscribe_messages=True) as ear:
            ear.psubscribe("*")
            ear.get_message(timeout=1)
            pair.told(screen, "Zébulon canari.")
            rung = next(message for message in iter(lambda: ear.get_message(timeout=10), None) if message)
        assert json.loads(rung["data"]).keys() == {"feed", "from"}
        assert json.loads(rung["data"])["feed"] == pair.circle
        assert client.keys("*") == []


def test_emptied_and_rid_of_its_listeners_redis_costs_nothing(pair: Pair) -> None:
    with pair.reader.wire(pair.circle) as screen:
        pair.broker.flush()
        pair.told(screen, "Après le vidage.")
        assert pair.complete(screen)


def test_killed_and_begun_anew_redis_costs_nothing(pair: Pair) -> None:
    with pair.reader.wire(pair.circle) as screen:
        pair.broker.kill()
        try:
            pair.told(screen, "Sans Redis.")
        finally:
            pair.broker.start()
        pair.told(screen, "Redis est revenu.")
        assert pair.complete(screen)

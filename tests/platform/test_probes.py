"""What machines ask: a real service whose processes, keys and database are taken away one after the other."""
import http.client
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from config.health.lookout import Lookout
from tests.contract.cast import scenario
from tests.contract.client import Person, line_to
from tests.contract.running import ROOT, Server
from tests.service import free_port

_PATIENCE_S = 300.0
Answered = tuple[int, list[str]]
# A line of Prometheus' text format, with no more in its labels than codes: no id and no word of anybody's fits.
_LINE = re.compile(r'# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{(le="[0-9.+Inf]+"|(kind|code|lane|state)="[a-z_.]{1,40}")\})? [0-9.e+-]+')


def asked(port: int, path: str = "/readyz", host: str = "monitoring.invalid") -> tuple[int, bytes]:
    """(status, body) of one question, from whoever calls the place by any name."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def readiness(port: int, path: str = "/readyz") -> Answered:
    """(status, codes)."""
    status, body = asked(port, path)
    answer = json.loads(body)
    assert answer["ready"] == (status == 200)
    return status, answer["codes"]


def until(wanted: Callable[[], bool]) -> None:
    """Waits for it."""
    end = time.monotonic() + _PATIENCE_S
    while not wanted():
        assert time.monotonic() < end
        time.sleep(0.1)


def measured(port: int, **headers: str) -> tuple[int, dict[str, float]]:
    """(status, numbers by name and labels) of one scrape."""
    named = {name.replace("_", "-"): said for name, said in headers.items()}
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        connection.request("GET", "/metrics", headers={"Host": "monitoring.invalid", **named})
        answer = connection.getresponse()
        lines = answer.read().decode().splitlines()
    if answer.status != 200:
        return answer.status, {}
    assert all(_LINE.fullmatch(line) for line in lines)
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return answer.status, {name: float(value) for name, value in pairs}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A service whose workers may be late by three times their beat."""
    with Server(tmp_path_factory.mktemp("probes"), CERCLE_WORKER_LAG_S="30", CERCLE_METRICS_TOKEN="t" * 40) as server:
        yield server


def test_a_process_that_answers_lives_under_any_name(server: Server) -> None:
    assert asked(server.port, "/healthz") == (200, b"alive\n")


def test_a_service_that_is_well_is_ready(server: Server) -> None:
    until(lambda: readiness(server.port) == (200, []))


def test_what_passes_is_counted_and_nobody_is_named(server: Server) -> None:
    circle = server.load(scenario({"measured": "nurse", "gp": "physician"}, {"one": [("measured", "nurse"), ("gp", "gp")]}))["one"]
    before = measured(server.port)[1]
    with line_to(server.url) as line:
        nurse = Person(line, "measured").sign_in()
        with nurse.wire(circle) as screen, Person(line, "gp").sign_in().wire(circle) as other:
            nurse.wrote(circle, "Counted.")
            assert nurse.write(circle, "").said == (422, "journal.empty_post")
            for one in (screen, other):
                one.item(circle, "post.written", "Counted.")
            now = measured(server.port)[1]
    assert (now["cercle_sockets"], now["cercle_watches"], now["cercle_database_up"]) == (2, 2, 1)
    assert now["cercle_deliveries_total"] >= before["cercle_deliveries_total"] + 2
    assert now["cercle_ring_to_screen_seconds_count"] > before["cercle_ring_to_screen_seconds_count"]
    assert now['cercle_ring_to_screen_seconds_bucket{le="+Inf"}'] == now["cercle_ring_to_screen_seconds_count"]
    assert now['cercle_refusals_total{code="journal.empty_post"}'] == 1
    assert {f'cercle_processes{{kind="{kind}"}}' for kind in ("worker", "media", "alerts", "hospital", "care")} <= now.keys()
    until(lambda: measured(server.port)[1]["cercle_sockets"] == 0)
    assert measured(server.port)[1]["cercle_deliveries_total"] >= now["cercle_deliveries_total"]  # who goes takes nothing away


def test_the_numbers_are_for_this_machine_or_for_who_has_the_token(server: Server) -> None:
    assert measured(server.port, X_Forwarded_For="127.0.0.1")[0] == 404
    assert measured(server.port, X_Forwarded_For="192.0.2.1", Authorization="Bearer " + "t" * 40)[0] == 200
    assert measured(server.port, Authorization="Bearer wrong")[0] == 404


def test_a_master_key_that_is_away_is_told_and_so_is_its_return(server: Server) -> None:
    key = server.data / "keys" / "master.key"
    aside = key.rename(server.folder / "aside.key")
    until(lambda: readiness(server.port) == (503, ["keys.closed"]))
    assert readiness(server.port, "/readyz?for=proxy") == (503, ["keys.closed"])
    aside.rename(key)
    until(lambda: readiness(server.port) == (200, []))


def test_a_worker_that_hangs_is_late_for_who_watches_and_not_for_the_proxy(server: Server) -> None:
    """Its last beat is put back, as if it had hung for a minute: nobody waits here for that."""
    with stopped(server.pid("alerts")):
        with closing(sqlite3.connect(server.data / "cercle.sqlite3", timeout=60, isolation_level=None)) as database:
            database.execute("UPDATE pulse_pulse SET at = datetime('now', '-1 minute') WHERE kind = 'alerts'")
        until(lambda: readiness(server.port) == (503, ["late.alerts"]))
        assert readiness(server.port, "/readyz?for=proxy") == (200, [])
    until(lambda: readiness(server.port) == (200, []))


@contextmanager
def stopped(pid: int) -> Iterator[None]:
    """SIGSTOP for a while."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def test_a_process_that_was_told_to_end_says_so_on_the_line_that_is_open(server: Server) -> None:
    """A write that waits for the database keeps it alive for long enough to ask."""
    circle = server.load(scenario({"nurse": "nurse"}, {"circle": [("nurse", "nurse")]}))["circle"]
    port = free_port()
    process = subprocess.Popen([sys.executable, "manage.py", "serve", "--port", str(port)], cwd=ROOT, env=server.environ)
    try:
        until(lambda: answers(port))
        with line_to(f"http://127.0.0.1:{port}") as client, closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as line:
            nurse = Person(client, "nurse").sign_in()
            until(lambda: on(line) == (200, []))
            with write_under_way(server, port, nurse, circle):
                assert on(line)[0] == 200  # asked after the write was sent, so that has arrived
                process.terminate()
                until(lambda: on(line) == (503, ["process.ending"]))
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def write_under_way(server: Server, port: int, nurse: Person, circle: str) -> Iterator[None]:
    """A post waits for the database for as long as this lasts, and is answered afterwards."""
    body = {"text": "Held up.", "media": [], "audience": "circle", "urgency": "info"}
    headers = {**nurse.headers, "Idempotency-Key": str(uuid.uuid4()), "Content-Type": "application/json"}
    database = sqlite3.connect(server.data / "cercle.sqlite3", timeout=60, isolation_level=None)
    with closing(database), closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as post:
        database.execute("BEGIN IMMEDIATE")
        try:
            post.request("POST", f"/api/v1/circles/{circle}/posts", json.dumps(body), headers)
            yield
        finally:
            database.execute("ROLLBACK")
        assert post.getresponse().status == 201


def answers(port: int) -> bool:
    """Whether somebody does."""
    try:
        return asked(port, "/healthz")[0] == 200
    except OSError:
        return False


def on(line: http.client.HTTPConnection) -> Answered:
    """The same question again on one line."""
    line.request("GET", "/readyz")
    answer = line.getresponse()
    return answer.status, json.loads(answer.read())["codes"]


def test_a_silent_database_holds_nobody_and_is_asked_by_one_thread_only() -> None:
    """The look is made to hang, as on a database that was stopped."""
    go, looks = threading.Event(), []

    def look() -> str:
        looks.append(1)
        go.wait()
        return "found"

    lookout = Lookout(look)
    assert lookout.ask() is None
    assert lookout.ask() is None
    assert len(looks) == 1
    go.set()
    until(lambda: lookout.ask() == "found")

"""The ladder of a running service: its times, with the process of alerts killed between any two, and who takes it."""
import datetime as dt
import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.contract.client import line_to
from tests.contract.running import Server
from tests.contract.test_clock import Clock
from tests.contract.world import Ring, World, load_world

RUNGS = [{"after_s": 0, "role": "nurse"}, {"after_s": 300, "role": "gp"}, {"after_s": 600, "role": "coordinator"}]
_WAIT_S = 120.0


@pytest.fixture(scope="module")
def clock(tmp_path_factory: pytest.TempPathFactory) -> Clock:
    """The file."""
    return Clock(tmp_path_factory.mktemp("clock") / "offset")


@pytest.fixture(scope="module")
def world(clock: Clock, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A server of its own: the others must not see their clock move."""
    with Server(tmp_path_factory.mktemp("ladder"), CERCLE_CLOCK_OFFSET_FILE=str(clock._file)) as running, line_to(running.url) as line:
        yield load_world(running, line, circles=4)


def _kill(world: World) -> None:
    """The process of alerts, and until its successor has come."""
    before = world.server.pid("alerts")
    os.kill(before, signal.SIGKILL)
    deadline = time.monotonic() + _WAIT_S
    while world.server.pid("alerts") == before:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _steps(ring: Ring, post: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = ring["relative"].get(f"posts/{post}").body["alert"]["steps"]
    return steps


def _told(ring: Ring, post: str, times: int) -> list[dict[str, Any]]:
    """The steps in which somebody was told, once there are so many."""
    deadline = time.monotonic() + _WAIT_S
    while len(told := [step for step in _steps(ring, post) if step["step"].startswith("told")]) < times:
        assert time.monotonic() < deadline, _steps(ring, post)
        time.sleep(0.1)
    return told


def _after(step: dict[str, Any], post: dict[str, Any]) -> float:
    return (dt.datetime.fromisoformat(step["at"]) - dt.datetime.fromisoformat(post["received_at"])).total_seconds()


def _urgent(ring: Ring, text: str) -> dict[str, Any]:
    answer = ring["relative"].write(ring.id, text, audience="relatives", urgency="urgent")
    assert answer.status == 201, answer.raw[:300]
    post: dict[str, Any] = answer.body
    return post


def test_each_rung_comes_at_its_time_though_the_process_was_killed_before_it(ring: Ring, clock: Clock) -> None:
    assert ring["nurse"].put(ring.path("/ladder"), rungs=RUNGS).status == 200
    with ring["relative"].wire(ring.id) as wire:
        post = _urgent(ring, "Maman est tombée")
        assert _after(_told(ring, post["id"], 1)[0], post) < 30
        for rung in (1, 2):
            _kill(ring.world)
            clock.forward(299)
            _told(ring, post["id"], rung + 1)
        wire.item(ring.id, "alert.escalated")
    told = _told(ring, post["id"], 3)
    assert [(step["rung"], [one["member"] for one in step["members"]]) for step in told] == [
        (0, [ring.seats["nurse"]]), (1, [ring.seats["gp"]]), (2, [ring.seats["coordinator"]]),
    ]  # fmt: skip
    assert all(_after(step, post) >= due for step, due in zip(told, (0, 300, 600), strict=True))


def test_of_two_who_take_it_at_once_one_has_it_and_the_later_rungs_are_silent(ring: Ring, clock: Clock) -> None:
    ring["nurse"].put(ring.path("/ladder"), rungs=RUNGS)
    post = _urgent(ring, "Encore")
    _told(ring, post["id"], 1)
    clock.forward(301)
    _told(ring, post["id"], 2)
    with ThreadPoolExecutor(4) as pool:
        takers = ["nurse", "gp", "coordinator", "pharmacist"]
        answers = list(pool.map(lambda who: ring[who].post(f"posts/{post['id']}/acknowledgement"), takers))
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409]
    clock.forward(400)
    other = _urgent(ring, "Un autre")
    _told(ring, other["id"], 1)  # so it has looked since
    assert len(_told(ring, post["id"], 2)) == 2
    assert [step["step"] for step in _steps(ring, post["id"])] == ["opened", "told", "told", "taken"]

"""Parts of `python -m tests.faults --cluster --storm` for every run of the tests, one after the other in one house.

The house is killed, stopped and cut off while it is used; then all sockets are dropped at once, and Redis is gone for a moment.
"""
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.cluster import Plan, lived_through
from tests.faults.history import History
from tests.faults.house import House, Stores, whole_house
from tests.faults.nemesis import schedule
from tests.faults.storm import weathered

PLAN = Plan(seed=8, kills=5, posts=200, circles=2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Stores]]:
    """A house with two web processes and a worker."""
    with whole_house(tmp_path_factory.mktemp("house"), CERCLE_LIMITS="on") as both:
        yield both


def test_killed_stopped_and_cut_off_it_loses_doubles_reorders_and_betrays_nothing(home: tuple[House, Stores]) -> None:
    lived = lived_through(*home, PLAN)
    print(lived.seconds, lived.deeds, dict(lived.verdict.counts), lived.notes)
    assert lived.faults == [], f"seed {PLAN.seed}"
    assert lived.verdict.counts["answered"] >= PLAN.posts
    assert lived.verdict.counts["lines: info"], "some attempts met what was done"
    assert lived.notes["ends"]
    assert sum(deed.what == "kill" for deed in lived.deeds) == PLAN.kills


def test_all_sockets_come_back_and_are_complete_and_so_they_are_after_redis_was_gone(home: tuple[House, Stores], tmp_path: Path) -> None:
    with closing(History(tmp_path / "history.jsonl")) as history:
        told = weathered(*home, history, sockets=250, without_redis_s=2)
    print(told)
    assert told.faults == []
    assert told.dropped == 250
    assert told.handshakes >= 250
    assert 0 < told.connections <= told.pool
    assert told.posted


def test_a_seed_makes_one_schedule() -> None:
    first, again, other = (schedule(seed, kills=40, cuts=2, others=("worker",)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert sum(deed.what == "kill" for deed in first) == 40
    assert {deed.whom for deed in first if deed.what == "kill"} == {"web", "web2", "worker", "redis", "postgres"}
    assert sum(deed.seconds == 30 for deed in first) == 2

"""A twentieth of the races of `python -m tests.faults`, for every run of the tests."""
from pathlib import Path

from tests.contract.running import Server
from tests.faults.races import raced

ROUNDS = 100


def test_what_was_accepted_was_before_the_end_and_nothing_after_it_was_served(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        races = raced(server, ROUNDS)
    print(dict(races.tried), dict(races.accepted))
    assert races.faults == []
    files = {"attach", "upload", "download"}
    assert {races.tried[name] for name in races.tried.keys() - files} == {ROUNDS}
    assert all(races.accepted[name] for name in races.tried.keys() - files), "each was in time at least once"
    assert files < races.tried.keys()
    assert races.accepted["download"]

"""The short version of `python -m tests.faults`, for every run of the tests."""
from pathlib import Path

from tests.contract.running import Server
from tests.faults.writing import faults_of, killed_while_writing


def test_killed_while_four_write_nothing_is_lost_doubled_or_out_of_order(tmp_path: Path) -> None:
    with Server(tmp_path) as server:
        outcome = killed_while_writing(server, kills=3)
    assert len(outcome.answered) > 4
    assert outcome.files
    assert faults_of(outcome) == []

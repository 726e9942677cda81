"""A fortieth of `make soak`: hospitals send while the process that listens is killed."""
from pathlib import Path

from tests.contract.running import Server
from tests.faults.admissions import admitted_while_killed
from tests.service import free_port


def test_killed_while_hospitals_send_it_loses_and_doubles_nothing(tmp_path: Path) -> None:
    port = free_port()
    with Server(tmp_path, CERCLE_MLLP_PORT=str(port)) as server:
        told = admitted_while_killed(server, port, total=250, kills=3)
    assert told.faults == []
    assert told.sent >= 240

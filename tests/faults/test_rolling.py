"""A rolling restart behind the proxy: nobody's words are lost, and no socket is left behind."""
from pathlib import Path

import pytest

from tests.faults.rolling import Cluster, has_proxy, restarted_while_writing
from tests.faults.writing import faults_of


@pytest.mark.skipif(not has_proxy(), reason="HAProxy is not installed: scripts/setup servers gets it when root")
def test_every_process_is_restarted_while_four_write_and_three_listen(tmp_path: Path) -> None:
    with Cluster(tmp_path) as server:
        before = {name: server.pid(name) for name in ("web.1", "web.2", "media", "proxy")}
        outcome = restarted_while_writing(server, rounds=1)
        after = {name: server.pid(name) for name in before}
    assert {name for name in before if before[name] == after[name]} == {"proxy"}
    assert len(outcome.answered) > 4
    assert faults_of(outcome) == []
    assert outcome.failures <= {502, 503, 504}  # what the proxy may have to say; we ourselves fail nobody
    for role, closes in outcome.closes.items():
        assert closes, f"{role} has not been told to come back"
        assert set(closes) == {1012}, role

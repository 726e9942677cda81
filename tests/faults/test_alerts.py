"""The short version of what `python -m tests.faults` does with alerts, for every run of the tests."""
from pathlib import Path

from tests.contract.running import Server
from tests.faults.alerting import alerted_while_killed, faults_of_alerts
from tests.push_service import PushService


def test_no_alert_is_lost_or_shown_twice_when_processes_are_killed_and_500_ordinary_ones_wait(tmp_path: Path) -> None:
    with PushService() as service, Server(tmp_path, CERCLE_PUSH_ALLOW=service.origin) as server:
        outcome = alerted_while_killed(server, service, alerts=50, kills=3, ordinary=500)
    assert len(outcome.answered) == 50
    assert outcome.ordinary_waiting > 400
    assert faults_of_alerts(outcome) == []

"""`python -m tests.faults --kills 20 --races 2000 --alerts 1000 --alert-kills 50`: the long version, on servers of its own."""
import argparse
import tempfile
from pathlib import Path

from tests.contract.running import Server
from tests.faults.alerting import Alerted, alerted_while_killed, faults_of_alerts
from tests.faults.patience import faults_of_patience
from tests.faults.races import raced
from tests.faults.writing import faults_of, killed_while_writing
from tests.push_service import PushService


def main() -> int:
    """0 where nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--races", type=int, default=2000)
    parser.add_argument("--alerts", type=int, default=1000)
    parser.add_argument("--alert-kills", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, Server(Path(folder)) as server:
        outcome = killed_while_writing(server, options.kills)
        impatience = faults_of_patience(server)
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, Server(Path(folder)) as server:
        races = raced(server, options.races)
    alerted = _alerts(options.alerts, options.alert_kills)
    faults = [*faults_of(outcome), *impatience, *races.faults, *faults_of_alerts(alerted)]
    print(f"{outcome.kills} kills, {len(outcome.answered)} posts answered")
    print(f"an end raced against {dict(races.tried)}, of which accepted {dict(races.accepted)}")
    print(f"{alerted.kills} kills, {len(alerted.answered)} alerts, {alerted.repeated} sent twice, the slowest {alerted.longest_s:.1f} s")
    print(f"{len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


def _alerts(alerts: int, kills: int) -> Alerted:
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, PushService() as service:
        server = Server(Path(folder), CERCLE_PUSH_ALLOW=service.origin)
        with server:
            return alerted_while_killed(server, service, alerts=alerts, kills=kills, ordinary=500)


if __name__ == "__main__":
    raise SystemExit(main())

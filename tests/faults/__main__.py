"""`python -m tests.faults`: the long runs. Without a choice all of them, one after another; the options say how much.

    --cluster --kills 200 --posts 100000 --seed N   the whole house is killed, stopped and cut off while it is used
    --storm --sockets 5000                          so many sockets are dropped at once; then Redis is gone for thirty seconds
    --races --rounds 10000                          ends of memberships, half on SQLite, half on PostgreSQL with two web processes
    --single --alerting --hospitals                 one web process on SQLite with files; alerts; hospitals
"""
import argparse
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.contract.running import Server
from tests.faults.admissions import admitted_while_killed
from tests.faults.alerting import alerted_while_killed, faults_of_alerts
from tests.faults.cluster import Plan, lived_through
from tests.faults.history import History
from tests.faults.house import whole_house
from tests.faults.patience import faults_of_patience
from tests.faults.races import Races, raced
from tests.faults.storm import weathered
from tests.faults.writing import faults_of, killed_while_writing
from tests.push_service import PushService
from tests.service import free_port

_WITHIN_S = {"back and complete": 60.0, "complete after Redis": 30.0}


def _cluster(options: argparse.Namespace) -> list[str]:
    with _folder(options.keep) as folder:
        circles = max(2, min(20, options.posts // 1000))
        plan = Plan(options.seed, options.kills, options.posts, circles, cuts=max(1, options.kills // 40), doze_s=20.0)
        with whole_house(folder, others=("worker", "alerts", "media", "care"), CERCLE_LIMITS="on") as (house, stores):
            lived = lived_through(house, stores, plan)
    done = {what: times for what, times in lived.verdict.counts.items() if what.startswith("done to it")}
    print(f"seed {plan.seed}: {lived.verdict.counts['answered']} posts answered in {lived.seconds:.0f} s; {done}; {lived.notes}")
    print(f"the latest older line came to a socket {lived.verdict.latest_s:.2f} s after the answered end of a stay")
    return [f"seed {plan.seed}: {fault}" for fault in lived.faults]


def _storm(options: argparse.Namespace) -> list[str]:
    with _folder() as folder, whole_house(folder, CERCLE_LIMITS="off") as home, closing(History(folder / "history.jsonl")) as history:
        told = weathered(*home, history, sockets=options.sockets, without_redis_s=30)
    print(told)
    took = {"back and complete": told.complete_s, "complete after Redis": told.healed_s}
    return told.faults + [f"{what} after {took[what]:.0f} s" for what, most in _WITHIN_S.items() if took[what] > most]


def _races(options: argparse.Namespace) -> list[str]:
    half = options.rounds // 2
    with _folder() as folder, Server(folder) as server:
        one = raced(server, half)
    with _folder() as folder, whole_house(folder, others=("worker", "media"), CERCLE_LIMITS="off") as (house, _stores):
        two = raced(house, options.rounds - half, house.urls)
    return _of_races("SQLite", one) + _of_races("PostgreSQL, two processes", two)


def _of_races(where: str, races: Races) -> list[str]:
    print(f"{where}: an end raced against {dict(races.tried)}, of which accepted {dict(races.accepted)}")
    return races.faults


def _single(options: argparse.Namespace) -> list[str]:
    with _folder() as folder, Server(folder) as server:
        outcome = killed_while_writing(server, options.single_kills)
        impatience = faults_of_patience(server)
    print(f"{outcome.kills} kills, {len(outcome.answered)} posts answered")
    return [*faults_of(outcome), *impatience]


def _alerting(options: argparse.Namespace) -> list[str]:
    with _folder() as folder, PushService() as service, Server(folder, CERCLE_PUSH_ALLOW=service.origin) as server:
        told = alerted_while_killed(server, service, alerts=options.alerts, kills=options.alert_kills, ordinary=500)
    print(f"{told.kills} kills, {len(told.answered)} alerts, {told.repeated} sent twice, the slowest {told.longest_s:.1f} s")
    return faults_of_alerts(told)


def _hospitals(options: argparse.Namespace) -> list[str]:
    port = free_port()
    with _folder() as folder, Server(folder, CERCLE_MLLP_PORT=str(port)) as server:
        told = admitted_while_killed(server, port, total=options.admissions, kills=options.hospital_kills)
    print(f"{told.kills} kills, {told.sent} messages of hospitals answered: {dict(told.answers)}")
    return told.faults


_RUNS: dict[str, Callable[[argparse.Namespace], list[str]]] = {
    "cluster": _cluster, "storm": _storm, "races": _races, "single": _single, "alerting": _alerting, "hospitals": _hospitals,
}  # fmt: skip


@contextmanager
def _folder(keep: Path | None = None) -> Iterator[Path]:
    """One that goes afterwards, or the given one."""
    if keep is not None:
        yield keep
        return
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder:
        yield Path(folder)


def _options() -> argparse.Namespace:
    shown = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__, formatter_class=shown)
    for name in _RUNS:
        parser.add_argument(f"--{name}", dest="chosen", action="append_const", const=name, default=[])
    numbers = {"kills": 200, "posts": 100_000, "seed": 1, "sockets": 5000, "rounds": 10_000, "single-kills": 20, "alerts": 1000,
               "alert-kills": 50, "admissions": 10_000, "hospital-kills": 50}  # fmt: skip
    for name, number in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=number)
    parser.add_argument("--keep", type=Path, help="a folder for data, words and history of the cluster's run")
    return parser.parse_args()


def main() -> int:
    """0 where nothing was lost, doubled, out of order or shown to who may not see it."""
    options = _options()
    faults = [fault for name in options.chosen or _RUNS for fault in _RUNS[name](options)]
    print(f"{len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())

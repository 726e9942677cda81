"""`python -m tests.faults --kills 20 --races 2000`: the long version, on servers of its own in temporary folders."""
import argparse
import tempfile
from pathlib import Path

from tests.contract.running import Server
from tests.faults.patience import faults_of_patience
from tests.faults.races import raced
from tests.faults.writing import faults_of, killed_while_writing


def main() -> int:
    """0 where nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--races", type=int, default=2000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, Server(Path(folder)) as server:
        outcome = killed_while_writing(server, options.kills)
        impatience = faults_of_patience(server)
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, Server(Path(folder)) as server:
        races = raced(server, options.races)
    faults = [*faults_of(outcome), *impatience, *races.faults]
    print(f"{outcome.kills} kills, {len(outcome.answered)} posts answered")
    print(f"an end raced against {dict(races.tried)}, of which accepted {dict(races.accepted)}")
    print(f"{len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())

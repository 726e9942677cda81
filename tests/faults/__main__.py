"""`python -m tests.faults --kills 20`: the long version, on a server of its own in a temporary folder."""
import argparse
import tempfile
from pathlib import Path

from tests.contract.running import Server
from tests.faults.patience import faults_of_patience
from tests.faults.writing import faults_of, killed_while_writing


def main() -> int:
    """0 where nothing was lost, doubled or out of order."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=20)
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder, Server(Path(folder)) as server:
        outcome = killed_while_writing(server, parser.parse_args().kills)
        impatience = faults_of_patience(server)
    faults = faults_of(outcome) + impatience
    print(f"{outcome.kills} kills, {len(outcome.answered)} posts answered, {len(faults)} faults", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A site behind its proxy, and what its users see while every process of it is restarted in turn.

`python -m tests.faults.rolling --rounds 10` is the long version: the whole of `make run-cluster`, with all its stores.
"""
import argparse
import asyncio
import random
import shlex
import shutil
import socket
import sys
import tempfile
from pathlib import Path

from config.cluster.proxy import PLACES
from tests.contract.running import ROOT, Server
from tests.faults.writing import Outcome, faults_of, lived_through
from tests.prepared import prepare

SPAN = 12  # ports from the proxy's on
_PAUSE_S = 1.0  # between two posts of one person: a restart is looked at, not a load


def has_proxy() -> bool:
    """Whether this machine has HAProxy."""
    return bool(shutil.which("haproxy") or shutil.which("haproxy", path=PLACES))


class Whole(Server):
    """`python -m config.cluster` as `make run-cluster` starts it, two of each type."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.port = free_span()
        self.environ["PORT"] = str(self.port)
        self.program = ("config.cluster", "--end-with-parent", "--formation", "alerts=2,care=2")

    def __enter__(self) -> "Whole":
        self.data.mkdir(mode=0o700, exist_ok=True)  # nothing is copied into it: its stores are not those of one process
        super().__enter__()
        for line in (self.data / "environment").read_text().splitlines():
            name, _, value = shlex.split(line)[1].partition("=")
            self.environ[name] = value  # for commands beside it
        return self

    async def roll(self) -> None:
        """The command that restarts one process after the other. Raises AssertionError with its words when it fails."""
        command = [sys.executable, "-m", "config.supervisor.roll"]
        process = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=self.environ, stderr=asyncio.subprocess.PIPE)
        _, said = await process.communicate()
        assert process.returncode == 0, said.decode()


class Cluster(Whole):
    """Two web processes on SQLite and a folder; only the proxy is a server of its own."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.environ |= {"REDIS_URL": "", "CERCLE_MEDIA_URL": ""}
        stores = {"DATABASE_URL": "cercle.sqlite3", "CERCLE_KEYS_URL": "keys/patients.sqlite3"}
        self.environ |= {name: f"sqlite:///{self.data / place}" for name, place in stores.items()}
        self.program = ("config.cluster", "--end-with-parent", "--formation", "web=2,worker=0,media=1,alerts=0,hospital=0,care=0")

    def __enter__(self) -> "Cluster":
        prepare(self.data, {})
        super().__enter__()
        return self


def free_span() -> int:
    """A port that nobody listens on, nor on those after it; below those that the kernel gives to clients."""
    while True:
        first = random.randrange(10_000, 30_000)
        try:
            for port in range(first, first + SPAN):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        return first


def restarted_while_writing(server: Whole, rounds: int) -> Outcome:
    """Four people write and three listen while all processes are restarted in turn, `rounds` times."""

    async def trouble(outcome: Outcome) -> None:
        for _ in range(rounds):
            enough = len(outcome.answered) + 4
            while len(outcome.answered) < enough:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
            await server.roll()

    return lived_through(server, Outcome(rounds), trouble, _PAUSE_S)


def main() -> int:
    """0 where nothing was lost, doubled or out of order, and every socket heard 1012."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.rolling", description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cercle-soak-") as folder:
        Path(folder).chmod(0o711)  # as root PostgreSQL is somebody else, who must find the way
        with Whole(Path(folder)) as server:
            outcome = restarted_while_writing(server, options.rounds)
    told = [code for closes in outcome.closes.values() for code in closes]
    faults = [*faults_of(outcome), *(f"a socket closed with {code}" for code in told if code != 1012)]
    print(f"{options.rounds} rounds, {len(outcome.answered)} posts answered, {len(told)} sockets told to come back")
    print(f"{len(faults)} faults; refusals of the proxy: {sorted(outcome.failures)}", *faults, sep="\n")
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())

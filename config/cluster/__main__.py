"""`python -m config.cluster`: what `make run-cluster` becomes."""
import argparse
import os
import shlex
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from config.supervisor.__main__ import ROOT, read_port
from config.supervisor.children import die_with_parent
from config.supervisor.folder import Refused, RunFolder
from config.supervisor.formation import parts_of, read_formation
from config.supervisor.procfile import BadProcfile, read_procfile
from config.supervisor.watch import PREPARE, Watch

from . import postgres
from .proxy import haproxy
from .servers import settle

_PAIRS = "web=2,worker=2,media=2"


def main() -> int:
    """Returns the exit code: 0 after an ordered stop, 1 with one sentence on standard error when the start is refused."""
    parser = argparse.ArgumentParser(prog="config.cluster", description="Start stores, proxy and several of each process on this machine.")
    parser.add_argument("--formation", default="", help=f"how many of a type run; {_PAIRS} and one of each other where nothing is said")
    parser.add_argument("--end-with-parent", action="store_true", help="stop when the process that started this one ends")
    options = parser.parse_args()
    os.umask(0o077)
    if options.end_with_parent:
        die_with_parent(signal.SIGTERM, os.getppid())
    try:
        return _run(options.formation)
    except (BadProcfile, Refused) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def _run(formation: str) -> int:
    folder = RunFolder(Path(os.environ.get("CERCLE_DATA") or ROOT / "var" / "cluster").resolve())
    port, commands = read_port(), read_procfile(ROOT / "Procfile")
    counts = read_formation(_PAIRS, commands) | read_formation(formation, commands)
    processes = parts_of(commands, counts, port, is_proxied=True)
    folder.take_over()
    before = dict(os.environ)
    servers = settle(os.environ, folder.data, port)
    told = {name: value for name, value in os.environ.items() if before.get(name) != value}
    _write_environment(folder.data / "environment", {**told, "PORT": str(port), "CERCLE_DATA": str(folder.data)})
    proxy = haproxy(folder.data, port, [part for part in processes if part.port])
    databases = [postgres.url(folder.data, name) for name in ("cercle", "keys")] if "postgres" in {part.name for part in servers} else []
    make = [sys.executable, "-m", "config.cluster.databases", *databases]
    return Watch(ROOT, folder, port, [*servers, proxy, *processes]).run(make, PREPARE)


def _write_environment(place: Path, told: Mapping[str, str]) -> None:
    """For a shell that runs `manage.py` beside the site: what the processes are told and it could not guess."""
    place.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in sorted(told.items())), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""`python -m config.supervisor.roll`: restarts what a supervisor runs, web processes one after the other, each when the one before serves.

It only ends them, in order; the supervisor starts them again. With a formation of one web process there is a gap.
"""
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from .__main__ import ROOT
from .folder import Refused, RunFolder
from .formation import LISTEN
from .watch import answers

_PATIENCE_S = 300.0  # for an end and a start on a busy machine
_STEP_S = 0.1
READY = "/readyz?for=proxy"  # what a proxy asks as well


def main() -> int:
    """Returns the exit code: 0 when all have been restarted, 1 with one sentence when one has not come back; those after it run on."""
    folder = RunFolder(Path(os.environ.get("CERCLE_DATA") or ROOT / "var" / "cluster").resolve())
    try:
        names = folder.names()
        web = [name for name in names if _kind(name) == "web"]
        if not web:
            raise Refused(f"Nothing that serves runs on {folder.data}: set CERCLE_DATA to the folder of what shall be restarted.")
        for name in [*web, *(name for name in names if name not in web)]:
            _restart(folder, name, is_alone=web == [name])
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        return 1
    return 0


def _kind(name: str) -> str:
    return name.partition(".")[0]


def _restart(folder: RunFolder, name: str, *, is_alone: bool) -> None:
    before = folder.pid(name)
    if before is None:
        return
    os.kill(before, signal.SIGTERM)
    _until(lambda: folder.pid(name) not in {None, before}, f"{name} has not been started again: is there a supervisor on {folder.data}?")
    if _kind(name) == "web":
        said = folder.environ(folder.pid(name))
        port = int(said.get(LISTEN) or said["PORT"])
        _until(lambda: answers(port, READY, below=300), f"{name} does not serve again: what comes after it was left running.")
        if not is_alone:
            time.sleep(float(said.get("CERCLE_LEAVE_SECONDS") or 2.0))  # for which a proxy may take to notice
    print(f"{name} restarted", flush=True)


def _until(condition: Callable[[], bool], sentence: str) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            raise Refused(sentence)
        time.sleep(_STEP_S)


if __name__ == "__main__":
    sys.exit(main())

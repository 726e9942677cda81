"""The data folder's `run/`: who supervises it, and which processes a dead supervisor left behind."""
import fcntl
import os
import signal
import time
from pathlib import Path
from typing import TextIO

MARK = "CERCLE_SUPERVISED"  # in the environment of every child: the data folder that it works for

_WAIT_S = 5.0  # a supervisor that is just ending is waited for this long
_STEP_S = 0.05


class Refused(Exception):
    """The start is refused; the message is a sentence for the person at the terminal."""


class RunFolder:
    """`DATA/run`: a pid file for each supervised process, and the lock that one live supervisor holds."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.path = data / "run"
        self._lock: TextIO | None = None

    def take_over(self) -> None:
        """The folder for us alone, without what a dead supervisor left running there. Raises `Refused` with a sentence."""
        self._claim()
        self._end_leftovers()

    def _claim(self) -> None:
        """Take the folder, or raise `Refused` while another live supervisor holds it. The kernel frees it however we end."""
        for folder in (self.data, self.path):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = open(self.path / "supervisor.lock", "a+", encoding="ascii")  # noqa: SIM115  -- held until the process ends
        deadline = time.monotonic() + _WAIT_S
        while not _locked(lock):
            if time.monotonic() > deadline:
                lock.seek(0)
                raise Refused(
                    f"Cercle already runs on {self.data} (process {lock.read().strip()}): "
                    "stop that one first, or set CERCLE_DATA to another folder."
                )
            time.sleep(_STEP_S)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock

    def write_pid(self, name: str, pid: int) -> None:
        """Replace `NAME.pid` in one step: whoever reads it finds a whole number, the old one or the new one."""
        fresh = self.path / f".{name}.pid.new"
        fresh.write_text(f"{pid}\n", encoding="ascii")
        fresh.replace(self.path / f"{name}.pid")

    def forget_pid(self, name: str) -> None:
        """The process has ended and will not be started again."""
        (self.path / f"{name}.pid").unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Of the processes that run here on the stores: what they rest on itself is told nothing of the folder."""
        found = sorted(file.stem for file in self.path.glob("*.pid"))
        return [name for name in found if self.environ(self.pid(name)).get("CERCLE_DATA") == str(self.data)]

    def pid(self, name: str) -> int | None:
        """What `NAME.pid` says, if there is one."""
        return _read_pid(self.path / f"{name}.pid")

    def environ(self, pid: int | None) -> dict[str, str]:
        """The environment with which a process of this folder was started; empty for every other one."""
        said = dict(word.partition("=")[::2] for word in _environ(pid)) if pid is not None else {}
        return said if said.get(MARK) == str(self.data) else {}

    def _end_leftovers(self) -> None:
        """End what a dead supervisor left running here, after /proc says that it is ours, and drop its pid files."""
        for file in self.path.glob("*.pid"):
            pid = _read_pid(file)
            deadline = time.monotonic() + _WAIT_S
            while pid is not None and self._is_ours(pid):
                if time.monotonic() > deadline:
                    raise Refused(f"Process {pid} of an earlier run of Cercle does not end; end it by hand and start again.")
                _kill(pid)
                time.sleep(_STEP_S)
            file.unlink(missing_ok=True)

    def _is_ours(self, pid: int) -> bool:
        """Pid numbers come round again, so the process must carry our mark; a zombie's environment reads empty."""
        return bool(self.environ(pid))


def _environ(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_pid(file: Path) -> int | None:
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return

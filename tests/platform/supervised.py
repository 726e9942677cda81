"""A supervisor in a data folder of its own, with two tiny processes in the places of the web server and the worker."""
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from tests.service import ROOT, free_port

WAIT_S = 60.0  # for a start or a death that will come; no test measures it


def is_alive(pid: int) -> bool:
    """Whether the process runs; a zombie that nobody has fetched yet does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(0.02)


class Supervised:
    """`python -m config.supervisor` on `data`; its words go to `output`. Use as a context manager: it ends what it started."""

    def __init__(self, folder: Path, worker: str = "import time; time.sleep(1000)", options: tuple[str, ...] = ()) -> None:
        self.data, self.output, self.port = folder / "data", folder / "output.txt", free_port()
        procfile = folder / "Procfile"
        procfile.write_text(
            f"web: {sys.executable} -m http.server --bind 127.0.0.1 {self.port}\nworker: {sys.executable} -c '{worker}'\n"
        )
        self.command = [sys.executable, "-m", "config.supervisor", "--procfile", str(procfile), "--unprepared", *options]
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        env = {**os.environ, "PORT": str(self.port), "CERCLE_DATA": str(self.data)}
        with self.output.open("wb") as out:
            return subprocess.Popen(self.command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)

    def __enter__(self) -> "Supervised":
        self.wait_ready()
        return self

    def __exit__(self, *_exc: object) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def wait_ready(self) -> None:
        """Until it has said on a line of its own that it is ready."""
        until(lambda: f"\nready http://localhost:{self.port}\n" in f"\n{self.words}" or self.process.poll() is not None, "ready")
        assert self.process.poll() is None, self.words

    def restart(self) -> None:
        """A new one on the same folder, after this one has ended in whatever way."""
        self.process.wait()
        self.process = self._start()
        self.wait_ready()

    @property
    def words(self) -> str:
        """All that it and its children have printed."""
        return self.output.read_text()

    @property
    def pids(self) -> dict[str, int]:
        """Name -> pid, as the pid files say; one that goes or comes while they are read is left out."""
        found = {}
        for file in (self.data / "run").glob("*.pid"):
            with suppress(FileNotFoundError, ValueError):
                found[file.stem] = int(file.read_text())
        return found

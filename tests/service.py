"""The service as a user starts it, in a folder of its own on a free port, for tests that look at it from outside."""
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.prepared import prepare

ROOT = Path(__file__).resolve().parents[1]
_START_S = 300.0  # the patience of one who waits on a busy machine; nothing is measured


@dataclass(frozen=True)
class Service:
    """Where it answers and where it keeps its things. `host("nurse")` is the address of a person of the demo."""

    port: int
    data: Path

    def host(self, name: str = "") -> str:
        """http://nurse.localhost:PORT, or without a name http://localhost:PORT."""
        return f"http://{name + '.' if name else ''}localhost:{self.port}"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_service(*, demo: bool = True, **settings: str) -> Iterator[Service]:
    """Starts the supervisor, waits for its "ready" line, ends it with all its children. Raises RuntimeError with its last words."""
    with tempfile.TemporaryDirectory(prefix="cercle-service-") as folder:
        service = Service(free_port(), Path(folder) / "data")
        log = Path(folder) / "log"
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_"))}
        env = {**inherited, "PORT": str(service.port), "CERCLE_DATA": str(service.data), "CERCLE_DEMO": "1" if demo else "0", **settings}
        prepare(service.data, env, demo=demo)
        command = [sys.executable, "-m", "config.supervisor", "--end-with-parent"]
        with log.open("wb") as out:
            process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=subprocess.STDOUT)
        try:
            _wait_until_ready(process, log)
            yield service
        finally:
            process.terminate()
            process.wait(30)


def _wait_until_ready(process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _START_S
    while "ready http" not in log.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(f"the service did not start: {log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.2)

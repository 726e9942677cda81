"""A web process with the routes of `served.py`, in a data folder of its own, and what can be seen of it from outside."""
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from tests.service import ROOT, free_port


@dataclass(frozen=True)
class Served:
    """A running web process. `env` names its data folder and where it would put temporary files."""

    port: int
    pid: int
    env: dict[str, str]

    @property
    def data(self) -> Path:
        """Its data folder."""
        return Path(self.env["CERCLE_DATA"])

    def line(self) -> HTTPConnection:
        """A new connection."""
        return HTTPConnection("127.0.0.1", self.port, timeout=60)

    def get(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """(status, headers, body) of one request."""
        line = self.line()
        try:
            line.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = line.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            line.close()

    def open_contents(self) -> list[bytes]:
        """The bytes of every regular file that the process has open and that is none of its databases; nameless ones among them."""
        found = []
        for number in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                target = str(number.readlink())
                if "sqlite" not in target and number.is_file() and not target.endswith((".py", ".pyc")):
                    found.append(number.read_bytes())
            except OSError:  # closed meanwhile
                continue
        return found

    def named_files(self) -> list[bytes]:
        """What stands in its temporary folder."""
        return [path.read_bytes() for path in Path(self.env["TMPDIR"]).rglob("*") if path.is_file()]

    def memory(self) -> int:
        """Resident bytes."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def prepared() -> Iterator[dict[str, str]]:
    """The environment of a process on a data folder that is ready, with a temporary folder of its own."""
    with tempfile.TemporaryDirectory(prefix="cercle-served-") as folder:
        data, temp = Path(folder) / "data", Path(folder) / "temp"
        temp.mkdir()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CERCLE_", "DJANGO_", "DATABASE"))}
        env = {**inherited, "CERCLE_DATA": str(data), "CERCLE_DEMO": "0", "CERCLE_LIMITS": "off", "TMPDIR": str(temp)}
        subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        yield env


@contextmanager
def served(env: dict[str, str], *options: str, command: tuple[str, ...] = ("-m", "tests.media.served")) -> Iterator[Served]:
    """A web process, answering; it ends with the block. Behind `command` come the port and the options."""
    port = free_port()
    process = subprocess.Popen([sys.executable, *command, str(port), *options], cwd=ROOT, env={**env, "PORT": str(port)})
    try:
        there = Served(port, process.pid, env)
        _wait(there, process)
        yield there
    finally:
        process.terminate()
        process.wait(40)


def _wait(there: Served, process: subprocess.Popen[bytes]) -> None:
    for _ in range(1800):
        assert process.poll() is None, "the web process did not start"
        try:
            if there.get("/healthz")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web process does not answer")


def until(met: Callable[[], bool]) -> None:
    """Looks until something is so."""
    for _ in range(1200):
        if met():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to be")

"""A site of a test's own: its data folder, commands in it, and the processes that serve from it."""
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.contract.client import Line, line_to
from tests.prepared import prepare
from tests.service import ROOT, free_port

_START_S = 300.0  # the patience of one who waits on a busy machine; nothing is measured
_STORES = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")


class Site:
    """Everything of it lies in `folder/data` unless `settings` say otherwise."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.data, self.port = folder / "data", free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("CERCLE_") and name not in _STORES}
        fixed = {"CERCLE_DATA": str(self.data), "CERCLE_DEMO": "0", "CERCLE_LIMITS": "off", "PORT": str(self.port)}
        self.environ = {**inherited, **fixed, **settings}
        self.keys = self.data / "keys"

    def prepared(self) -> "Site":
        """With keys and empty databases, as after a first start."""
        prepare(self.data, self.environ)
        return self

    def with_master_key_of(self, other: "Site") -> "Site":
        """A bare machine, to which somebody has brought the master key."""
        self.keys.mkdir(parents=True)
        (self.keys / "master.key").write_text((other.keys / "master.key").read_text())
        (self.keys / "master.key").chmod(0o600)
        return self

    def run(self, *steps: list[Any]) -> list[dict[str, Any]]:
        """What each step of `tests.backups.child` gave; fewer where it was killed."""
        command = [sys.executable, "-m", "tests.backups.child", json.dumps(steps)]
        done = subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False)
        assert done.returncode in {0, -9}, done.stderr[-3000:]
        return [json.loads(line) for line in done.stdout.splitlines()]

    def call(self, *command: str) -> str:
        """What one command said that did not refuse."""
        (given,) = self.run(["call", *command])
        assert given["refusal"] == "", given
        return str(given["said"])

    @contextmanager
    def serving(self, *processes: str) -> Iterator[Line]:
        """The web process, and others by their command; the way to it."""
        started = [subprocess.Popen([sys.executable, "manage.py", name], cwd=ROOT, env=self.environ) for name in ("serve", *processes)]
        try:
            self._wait(started[0])
            with line_to(f"http://127.0.0.1:{self.port}") as line:
                yield line
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(60)

    def _wait(self, process: "subprocess.Popen[bytes]") -> None:
        deadline = time.monotonic() + _START_S
        while not self._answers():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)

    def _answers(self) -> bool:
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=60)) as connection:
            try:
                connection.request("GET", "/accounts/login/")
                return connection.getresponse().status > 0
            except OSError:
                return False

"""A server started as a user starts it: the supervisor with the real Procfile, in a data folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.prepared import prepare

ROOT = Path(__file__).resolve().parents[2]
_START_S = 300.0  # the patience of one who waits for a first start on a busy machine; nothing is measured
_OURS = (
    "DATABASE_URL",
    "REDIS_URL",
    "CERCLE_KEYS_URL",
    "CERCLE_MASTER_KEY",
    "CERCLE_MASTER_KEY_FILE",
    "SECRET_KEY",
    "CERCLE_ENV",
    "CERCLE_SUPERVISED",
)


class Server:
    """`python -m config.supervisor` on `folder/data`; its words go to `folder/output.txt`. Ends with the `with` block."""

    program: tuple[str, ...] = ("config.supervisor", "--end-with-parent")  # a module and its options

    def __init__(self, folder: Path, **settings: str) -> None:
        self.folder, self.data, self.output = folder, folder / "data", folder / "output.txt"
        self.port = _free_port()
        fixed = {"PORT": str(self.port), "CERCLE_DATA": str(self.data), "CERCLE_DEMO": "0", "CERCLE_LIMITS": "off"}
        inherited = {name: value for name, value in os.environ.items() if name not in _OURS}
        self.environ = {**inherited, "PYTHONUNBUFFERED": "1", **fixed, **settings}

    @property
    def url(self) -> str:
        """Where it answers, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Server":
        prepare(self.data, self.environ)
        with self.output.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", *self.program],
                cwd=ROOT, env=self.environ, stdout=out, stderr=out, start_new_session=True,
            )
        deadline = time.monotonic() + _START_S
        while f"\nready http://localhost:{self.port}\n" not in f"\n{self.words}":
            assert self._process.poll() is None, self.words
            assert time.monotonic() < deadline, self.words
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(40)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def words(self) -> str:
        """All that the supervisor and its children have printed."""
        return self.output.read_text(errors="replace")

    def pid(self, name: str) -> int:
        """The process id of `web` or `worker`, as its pid file says."""
        return int((self.data / "run" / f"{name}.pid").read_text())

    def manage(self, *command: str) -> str:
        """Standard output of a management command beside the running service."""
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environ, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def load(self, scenario: dict[str, Any]) -> dict[str, str]:
        """Loads a scenario; key → id."""
        file = self.folder / "scenario.json"
        file.write_text(json.dumps(scenario))
        ids: dict[str, str] = json.loads(self.manage("load_scenario", str(file)))
        return ids


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])

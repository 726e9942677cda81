"""The watch: prepare, start everything, start again what dies, say when it is ready, and end it all in order."""
import http.client
import os
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .children import Child, spawn
from .folder import MARK, Refused, RunFolder

_TICK_S = 0.1
_DRAIN_S = 22.0  # a web process takes up to 20 to finish the writes under way
_PREPARE = [".venv/bin/python", "manage.py", "prepare"]


class Watch:
    """Supervises one data folder. `root` is the project's folder, which commands of the Procfile are relative to."""

    def __init__(self, root: Path, folder: RunFolder, port: int, commands: dict[str, list[str]]) -> None:
        self._root = root
        self._folder = folder
        self._port = port
        self._env = {
            **os.environ,
            "PORT": str(port),
            "CERCLE_DATA": str(folder.data),
            "PYTHONUNBUFFERED": "1",
            MARK: str(folder.data),
            "CERCLE_PROCESSES": str(max(len(commands), int(os.environ.get("CERCLE_PROCESSES") or 1))),
        }
        # A process that died must answer again within ten seconds: compiled modules are kept, whatever the shell says.
        self._env.pop("PYTHONDONTWRITEBYTECODE", None)
        self._children = [Child(name, command, self._spawn_piped) for name, command in commands.items()]
        self._width = max((len(name) for name in commands), default=0)
        self._ready = "web" not in commands
        self._stopping = False

    def _spawn_piped(self, command: list[str]) -> subprocess.Popen[bytes]:
        return spawn(command, self._env, self._root, subprocess.PIPE)

    def run(self, *, prepare: bool) -> int:
        """Supervise until told to stop. Returns the exit code of the supervisor."""
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        if prepare:
            code = self._prepare()
            if code or self._stopping:
                return 0 if self._stopping else code
        _refuse_taken(self._port)
        while not self._stopping:
            self._step()
        return self._end()

    def _note_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _prepare(self) -> int:
        process = spawn(_PREPARE, self._env, self._root)
        told = False
        while (code := process.poll()) is None:
            if self._stopping and not told:
                process.terminate()
                told = True
            time.sleep(_TICK_S)
        return code

    def _step(self) -> None:
        for child in self._children:
            try:
                pid = child.start_if_due()
            except OSError as error:
                self._say(f"{child.name} cannot be started: {error}")
                continue
            if pid is not None:
                self._folder.write_pid(child.name, pid)
        self._listen()
        for child in self._children:
            code = child.has_died()
            if code is not None and not self._stopping:
                self._pass_on(child)
                self._say(f"{child.name} ended ({code}) and is started again")
        if not self._ready and _answers(self._port):
            self._ready = True
            welcome = self._folder.path / "welcome.txt"  # written by the preparation: where to go, and as whom
            if welcome.is_file():
                self._say(welcome.read_text(encoding="utf-8").rstrip("\n"))
            self._say(f"ready http://localhost:{self._port}")

    def _listen(self) -> None:
        """Pass on what the children say, for one tick at most."""
        pipes = [pipe for child in self._children if (pipe := child.pipe) is not None]
        select.select(pipes, [], [], _TICK_S)
        for child in self._children:
            self._pass_on(child)
        time.sleep(_TICK_S / 10)  # an ended child's pipe is always readable; so is a very talkative one

    def _pass_on(self, child: Child) -> None:
        for line in child.lines():
            self._say(f"{child.name:<{self._width}} | {line.decode(errors='replace')}")

    def _end(self) -> int:
        for child in self._children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + _DRAIN_S
        while any(child.process is not None for child in self._children):
            self._listen()
            for child in self._children:
                if child.has_died() is not None:
                    self._folder.forget_pid(child.name)
                elif time.monotonic() > deadline:
                    child.signal(signal.SIGKILL)
        for child in self._children:
            self._folder.forget_pid(child.name)
        return 0

    def _say(self, text: str) -> None:
        """Write to the terminal. Nobody listening any more is no reason to end."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _answers(port: int) -> bool:
    """Whether the web process answers HTTP. Any answer below 500 will do: behind a proxy this one is a redirect."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_taken(port: int) -> None:
    """Another service on our port would make the web process die again and again."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("", port))
        except OSError:
            raise Refused(f"Port {port} is taken by another program: set PORT to a free one.") from None


def supervise(root: Path, folder: RunFolder, port: int, commands: dict[str, list[str]], *, prepare: bool) -> int:
    """Claim the folder, end what a dead supervisor left there, and watch. Raises `Refused` with a sentence."""
    folder.claim()
    folder.end_leftovers()
    return Watch(root, folder, port, commands).run(prepare=prepare)

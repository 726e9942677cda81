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
from .formation import Part

_TICK_S = 0.1
_DRAIN_S = 22.0  # a web process takes up to 20 to finish the writes under way
_FOR_SERVERS = ("PATH", "LANG", "PYTHONUNBUFFERED", MARK)  # of our environment; keys and addresses are none of theirs
PREPARE = [".venv/bin/python", "manage.py", "prepare"]


class Watch:
    """Supervises one data folder that is taken. `root` is the project's folder, which commands of the Procfile are relative to."""

    def __init__(self, root: Path, folder: RunFolder, port: int, parts: list[Part]) -> None:
        self._root = root
        self._folder = folder
        self._port = port
        ours = [part for part in parts if not part.is_server]
        self._env = {
            **os.environ,
            "PORT": str(port),
            "CERCLE_DATA": str(folder.data),
            "PYTHONUNBUFFERED": "1",
            MARK: str(folder.data),
            "CERCLE_PROCESSES": str(max(len(ours), int(os.environ.get("CERCLE_PROCESSES") or 1))),
        }
        # A process that died must answer again within ten seconds: compiled modules are kept, whatever the shell says.
        self._env.pop("PYTHONDONTWRITEBYTECODE", None)
        self._children = [Child(part, self._spawn_piped) for part in parts if part.is_server]  # those that run, or shall
        self._later = [Child(part, self._spawn_piped) for part in ours]
        self._width = max((len(part.name) for part in parts), default=0)
        self._has_web = any(part.name.partition(".")[0] == "web" for part in ours)
        self._stopping = False

    def _spawn_piped(self, part: Part) -> subprocess.Popen[bytes]:
        shared = {name: self._env[name] for name in _FOR_SERVERS if name in self._env} if part.is_server else self._env
        return spawn(part.command, {**shared, **part.env}, self._root, subprocess.PIPE, part.user)

    def run(self, *prepare: list[str]) -> int:
        """Start the servers, run the commands that prepare, then supervise all until told to stop. Returns the supervisor's exit code.

        Raises `Refused` with a sentence where a port is taken.
        """
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._note_stop)
        _refuse_taken({self._port, *(child.part.port for child in (*self._children, *self._later) if child.part.port)})
        code = 0
        for command in prepare:
            if code == 0 and not self._stopping:
                code = self._prepare(command)
        if code == 0 and not self._stopping:
            self._children += self._later
            self._supervise()
        stopped = self._stopping
        self._end()
        return 0 if stopped else code

    def _supervise(self) -> None:
        ready = not self._has_web
        while not self._stopping:
            self._step()
            if not ready and answers(self._port, "/healthz"):
                ready = True
                self._welcome()

    def _note_stop(self, _number: int, _frame: object) -> None:
        self._stopping = True

    def _prepare(self, command: list[str]) -> int:
        process = spawn(command, self._env, self._root)
        told = False
        while (code := process.poll()) is None:
            if self._stopping and not told:
                process.terminate()
                told = True
            self._step()
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

    def _welcome(self) -> None:
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

    def _end(self) -> None:
        """First what serves, then what it rests on."""
        self._stopping = True
        for is_server in (False, True):
            self._end_together([child for child in self._children if child.part.is_server == is_server])

    def _end_together(self, children: list[Child]) -> None:
        for child in children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + _DRAIN_S
        while any(child.process is not None for child in children):
            self._listen()
            for child in children:
                if child.has_died() is None and time.monotonic() > deadline:
                    child.signal(signal.SIGKILL)
        for child in children:
            self._folder.forget_pid(child.name)

    def _say(self, text: str) -> None:
        """Write to the terminal. Nobody listening any more is no reason to end."""
        try:
            print(text, flush=True)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def answers(port: int, path: str, below: int = 500) -> bool:
    """Whether a web process answers HTTP, with a status below `below`. For a life sign 500 will do: behind a proxy it is a redirect."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=1)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < below
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_taken(ports: set[int]) -> None:
    """Another service on a port of ours would make a process die again and again."""
    for port in sorted(ports):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("", port))
            except (OSError, OverflowError):
                raise Refused(f"Port {port} is taken by another program: set PORT to a free one.") from None

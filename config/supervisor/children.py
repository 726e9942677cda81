"""One supervised process: started so that it cannot outlive the supervisor, and its words passed on line by line."""
import ctypes
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Any

from .formation import Part

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork: the child may only make plain calls

_FIRST_DELAY_S = 0.1
_LONGEST_DELAY_S = 1.5  # the contract gives two seconds from a death to the next start
_STEADY_S = 10.0  # who lived this long starts again without delay
_LONGEST_LINE = 64 * 1024


def die_with_parent(death_signal: int, parent: int) -> None:
    """Have the kernel send this process `death_signal` when `parent` ends, by SIGKILL too. Call it in the child."""
    _LIBC.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:  # it ended before the call: nobody would tell us any more
        os.kill(os.getpid(), death_signal)


def spawn(
    command: list[str], env: Mapping[str, str], cwd: Path, output: int | None = None, user: str | None = None
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that a Ctrl-C reaches the supervisor alone, tied to our life; as `user` if named."""
    parent = os.getpid()
    other: dict[str, Any] = {} if user is None else {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []}
    return subprocess.Popen(
        command,
        env=env,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        **other,
        preexec_fn=lambda: die_with_parent(signal.SIGKILL, parent),  # the supervisor has one thread: safe here
    )


class Child:
    """A part and the process that runs it now."""

    def __init__(self, part: Part, start: Callable[[Part], subprocess.Popen[bytes]]) -> None:
        self.part = part
        self.name = part.name
        self._start = start
        self._rest = b""
        self._last: list[bytes] = []
        self._deaths = 0
        self._since = 0.0
        self._due = 0.0
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pipe(self) -> IO[bytes] | None:
        """Where the living process writes."""
        return None if self.process is None else self.process.stdout

    def start_if_due(self) -> int | None:
        """Start the process when there is none and its delay is over. Returns the new pid."""
        if self.process is not None or time.monotonic() < self._due:
            return None
        self._since = time.monotonic()
        try:
            self.process = self._start(self.part)
        except OSError:  # no such program, or no memory: tried again like a death
            self._died()
            raise
        if self.pipe is not None:
            os.set_blocking(self.pipe.fileno(), False)
        return self.process.pid

    def has_died(self) -> int | None:
        """The exit code of a process that has just ended, which then will be due again; None while it lives or is awaited."""
        if self.process is None:
            return None
        code = self.process.poll()
        if code is not None:
            self._died()
        return code

    def _died(self) -> None:
        self._deaths = 1 if time.monotonic() - self._since > _STEADY_S else self._deaths + 1
        self._due = time.monotonic() + min(_LONGEST_DELAY_S, _FIRST_DELAY_S * 2 ** (self._deaths - 1))
        if self.pipe is not None:
            self._last = self._read(self.pipe)
            if self._rest:
                self._last.append(self._rest)
                self._rest = b""
            self.pipe.close()
        self.process = None

    def lines(self) -> list[bytes]:
        """What it, or the one before it, has written since the last call, in whole lines."""
        last, self._last = self._last, []
        return last if self.pipe is None else last + self._read(self.pipe)

    def _read(self, pipe: IO[bytes]) -> list[bytes]:
        whole = self._rest + (pipe.read(_LONGEST_LINE) or b"")
        if len(whole) >= _LONGEST_LINE:  # a line beyond all measure is cut rather than gathered
            self._rest = b""
            return whole.splitlines()
        *complete, self._rest = whole.split(b"\n")
        return complete

    def signal(self, number: int) -> None:
        """Signal the process and whatever it started itself."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, number)

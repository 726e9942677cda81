"""The parent's end of a child: starts it, gives it one file, takes what it says as bytes, and ends it in any case."""
import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from media.sandbox import bounds
from media.sandbox.readers import Family
from media.sandbox.wire import HEAD, MOST, Said

_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = "import sys; sys.path.insert(0, sys.argv[2]); from media.sandbox.child import main; main()"
_START_S = 20.0
_NEEDED = ("alone", "bounded")  # without a network of its own the filter still refuses every socket
_MOST = {
    Said.READY: 1024, Said.CHECKED: 0, Said.FACTS: bounds.FACTS_BYTES, Said.CONTENT: bounds.CONTENT_BYTES,
    Said.THUMBNAIL: bounds.THUMBNAIL_BYTES, Said.REFUSED: 64, Said.DONE: 0,
}  # fmt: skip


class ChildDied(Exception):
    """It ended, fell silent or said what no child of ours says."""


class WallsMissing(OSError):
    """This machine does not shut decoders in: nothing of the file's doing."""


@dataclass
class Answer:
    """What a child said, unread: bytes by what they are; `code` instead, when it refused or went beyond its bounds."""

    code: str = ""
    facts: bytes = b""
    content: bytes | None = None
    thumbnail: bytes | None = None
    walls: dict[str, bool] = field(default_factory=dict)  # which of them stand


class Child:
    """A fresh interpreter with an empty environment, in `/`, that gets one file of its family."""

    def __init__(self, family: Family) -> None:
        self._process = subprocess.Popen(  # noqa: S603  -- our own interpreter and our own words
            [sys.executable, "-I", "-B", "-X", "utf8", "-c", _PROGRAM, str(os.getpid()), str(_ROOT), family.value],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env={}, cwd="/", start_new_session=True, bufsize=0,
        )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._in, self._out = self._process.stdin, self._process.stdout
        os.set_blocking(self._in.fileno(), False)
        os.set_blocking(self._out.fileno(), False)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    def lives(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def ask(self, media_type: str, source: Iterable[bytes], *, only_walled: bool = False) -> Answer:
        """Gives it the file and gathers its answer. Raises ChildDied, and with `only_walled` WallsMissing before it gets a byte."""
        start = time.monotonic() + _START_S
        answer = Answer(walls=self._walls(start))
        if only_walled and not all(answer.walls.get(wall) is True for wall in _NEEDED):
            raise WallsMissing
        self._give(f"{media_type}\n".encode(), start)
        for piece in source:
            self._give(piece, time.monotonic() + bounds.WORK_S)
        self._in.close()
        heard: dict[Said, bytearray] = {}
        deadline = time.monotonic() + bounds.WORK_S
        try:
            while (frame := self._frame(deadline))[0] is not Said.DONE:
                self._note(frame, heard)
                if frame[0] is Said.REFUSED:
                    break
        except TimeoutError:
            heard = {Said.REFUSED: bytearray(b"media.too_complex")}
        except ChildDied:
            if self._reap() not in {-signal.SIGXCPU}:
                raise
            heard = {Said.REFUSED: bytearray(b"media.too_complex")}
        return _gathered(answer, heard)

    def _walls(self, deadline: float) -> dict[str, bool]:
        what, said = self._frame(deadline)
        if what is not Said.READY:
            raise ChildDied
        return dict(json.loads(said))

    def _note(self, frame: tuple[Said, bytes], heard: dict[Said, bytearray]) -> None:
        what, payload = frame
        if what is Said.CHECKED and what not in heard:
            self._let_work()
        said = heard.setdefault(what, bytearray())
        said += payload
        if len(said) > _MOST[what]:
            raise ChildDied

    def _let_work(self) -> None:
        """Its headers are in order: from two seconds of processor on to as many as the clock gives."""
        try:
            _soft, hard = resource.prlimit(self.pid, resource.RLIMIT_CPU)
            resource.prlimit(self.pid, resource.RLIMIT_CPU, (hard, hard))
        except (OSError, ValueError):
            raise ChildDied from None

    def _give(self, piece: bytes, deadline: float) -> None:
        view = memoryview(piece)
        while view:
            self._wait(self._in.fileno(), select.POLLOUT, deadline)
            try:
                view = view[os.write(self._in.fileno(), view[:MOST]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:  # it has said why
                return

    def _frame(self, deadline: float) -> tuple[Said, bytes]:
        try:
            letter, length = HEAD.unpack(self._read(HEAD.size, deadline))
            what = Said(letter)
        except ValueError:
            raise ChildDied from None
        if length > min(MOST, _MOST[what]):
            raise ChildDied
        return what, self._read(length, deadline)

    def _read(self, length: int, deadline: float) -> bytes:
        read = bytearray()
        while len(read) < length:
            self._wait(self._out.fileno(), select.POLLIN, deadline)
            try:
                piece = os.read(self._out.fileno(), length - len(read))
            except BlockingIOError:
                continue
            if not piece:
                raise ChildDied
            read += piece
        return bytes(read)

    def _wait(self, number: int, event: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(number, event)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise TimeoutError

    def _reap(self) -> int:
        try:
            return self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            return 0

    def end(self) -> None:
        """Ends it, whatever it is doing, and leaves no trace of it."""
        self._process.kill()
        self._in.close()
        self._out.close()
        self._process.wait()


def _gathered(answer: Answer, heard: dict[Said, bytearray]) -> Answer:
    if Said.REFUSED in heard:
        answer.code = heard[Said.REFUSED].decode("ascii", "replace")
        return answer
    answer.facts = bytes(heard.get(Said.FACTS, b""))
    answer.content = bytes(heard[Said.CONTENT]) if Said.CONTENT in heard else None
    answer.thumbnail = bytes(heard[Said.THUMBNAIL]) if Said.THUMBNAIL in heard else None
    return answer

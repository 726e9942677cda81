"""Hands a file to a child that shuts itself in, and believes nothing of what comes back: kinds, lengths and bounds are read anew."""
import contextlib
import threading
from collections.abc import Iterable, Iterator

from media.enums import MediaKind
from media.errors import DecoderDied
from media.processed import Processed, read_answer
from media.sandbox.child_process import Child, ChildDied

__all__ = ["Processed", "process", "warm"]

_OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")


class _Spares:
    """Children that have loaded their libraries and wait: half a second of the way from an upload to the screens."""

    def __init__(self) -> None:
        self._waiting: list[Child] = []
        self._lock = threading.Lock()
        self.wanted = 0

    def take(self) -> Child:
        with self._lock:
            while self._waiting:
                child = self._waiting.pop(0)
                if child.lives():
                    return child
                child.end()
        return Child()

    def fill(self) -> None:
        with self._lock:
            while len(self._waiting) < self.wanted:
                self._waiting.append(Child())

    def dismiss(self) -> None:
        with self._lock:
            while self._waiting:
                self._waiting.pop().end()


_SPARES = _Spares()


@contextlib.contextmanager
def warm(children: int) -> Iterator[None]:
    """Keeps so many children ready while it lasts."""
    _SPARES.wanted = children
    _SPARES.fill()
    try:
        yield
    finally:
        _SPARES.wanted = 0
        _SPARES.dismiss()


def process(kind: MediaKind, media_type: str, source: Iterable[bytes]) -> Processed:
    """What readers get of a file of `media_type`, as `sniffing.recognised` named it.

    Raises Refused with a `media.*` code; DecoderDied when the child ended without an answer.
    """
    child = _SPARES.take()
    try:
        answer = child.ask("application/zip" if media_type.startswith(_OFFICE) else media_type, source)
    except ChildDied:
        raise DecoderDied from None
    finally:
        child.end()
        _SPARES.fill()
    return read_answer(kind, answer)

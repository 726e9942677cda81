"""Hands a file to a child that shuts itself in, and believes nothing of what comes back: kinds, lengths and bounds are read anew."""
import contextlib
import struct
import threading
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings

from media.enums import MediaKind
from media.errors import DecoderDied
from media.processed import Processed, read_answer
from media.sandbox.child_process import Child, ChildDied
from media.sandbox.framed import PRINTS, parts_of
from media.sandbox.readers import Family, family_of

__all__ = ["Processed", "printable", "process", "warm"]

_OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")


class _Spares:
    """Children that have loaded their libraries and wait: half a second of the way from an upload to the screens."""

    def __init__(self) -> None:
        self._waiting: dict[Family, list[Child]] = defaultdict(list)
        self._lock = threading.Lock()
        self.wanted: dict[Family, int] = {}

    def take(self, family: Family) -> Child:
        with self._lock:
            while self._waiting[family]:
                child = self._waiting[family].pop(0)
                if child.lives():
                    return child
                child.end()
        return Child(family)

    def fill(self) -> None:
        with self._lock:
            for family, wanted in self.wanted.items():
                while len(self._waiting[family]) < wanted:
                    self._waiting[family].append(Child(family))

    def dismiss(self) -> None:
        with self._lock:
            self.wanted = {}
            for waiting in self._waiting.values():
                while waiting:
                    waiting.pop().end()


_SPARES = _Spares()


@contextlib.contextmanager
def warm(photos: int) -> Iterator[None]:
    """Keeps so many children ready for photos, which come several at once, and one each for notes and PDFs, while it lasts."""
    _SPARES.wanted = {Family.PHOTOS: photos, Family.VOICES: 1, Family.PAPERS: 1}
    _SPARES.fill()
    try:
        yield
    finally:
        _SPARES.dismiss()


def printable(previews: Sequence[bytes]) -> list[bytes]:
    """Small JPEGs of so many previews (WebP), b"" for one that can't be opened; all by one child, so at most some twenty-five at once.

    Raises DecoderDied, and in production OSError, as `process`.
    """
    child = _SPARES.take(Family.PHOTOS)
    try:
        answer = child.ask(PRINTS, (struct.pack(">I", len(one)) + one for one in previews), only_walled=settings.PRODUCTION)
    except ChildDied:
        raise DecoderDied from None
    finally:
        child.end()
        _SPARES.fill()
    found = list(parts_of(answer.content or b""))
    if len(found) != len(previews) or not all(one.startswith(b"\xff\xd8\xff") for one in found if one):
        raise DecoderDied
    return found


def process(kind: MediaKind, media_type: str, source: Iterable[bytes]) -> Processed:
    """What readers get of a file of `media_type`, as `sniffing.recognised` named it.

    Raises Refused with a `media.*` code; DecoderDied when the child ended without an answer; in production OSError, before the child
    has a byte, where it could not shut itself in.
    """
    media_type = "application/zip" if media_type.startswith(_OFFICE) else media_type
    child = _SPARES.take(family_of(media_type))
    try:
        answer = child.ask(media_type, source, only_walled=settings.PRODUCTION)
    except ChildDied:
        raise DecoderDied from None
    finally:
        child.end()
        _SPARES.fill()
    return read_answer(kind, answer)

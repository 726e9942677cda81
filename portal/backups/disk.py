"""Files that are there after a power cut, and known by their hash."""
import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.backups.errors import Refused

_PIECE = 1024 * 1024


def sync(path: Path) -> None:
    """A file or a folder, on disk when this returns."""
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def digest(path: Path) -> tuple[int, str]:
    """(bytes, SHA-256 in hexadecimal) of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
    return path.stat().st_size, found.hexdigest()


def copy(source: Path, target: Path, told: Callable[[int, int], None]) -> None:
    """A whole copy under `target`, which comes to be in one step; `told(done, total)` after each MiB."""
    coming, total = target.with_name(target.name + ".restoring"), source.stat().st_size
    with source.open("rb") as file, os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        while piece := file.read(_PIECE):
            out.write(piece)
            told(out.tell(), total)
        out.flush()
        os.fsync(out.fileno())
    coming.replace(target)
    sync(target.parent)


@contextmanager
def held(place: Path, refusal: str) -> Iterator[None]:
    """A lock file that the kernel frees however this process ends. Raises Refused with these words while another one holds it."""
    with place.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(refusal) from None
        yield

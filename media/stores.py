"""Where sealed bytes rest: what a store does, and the one that is a folder. None sees a plain byte or a key.

A name is 32 hexadecimal digits, which the service makes itself, and is never given twice.
"""
import datetime as dt
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

_NAME = re.compile(r"[0-9a-f]{32}")


class Absent(LookupError):
    """The store has no such object."""


class Store(Protocol):
    """What a store does. Every call raises ValueError for a name that is none, OSError where the store can't be reached or is full."""

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Writes an object, whole and durable when this returns; nothing of it is seen before, and a failure leaves none."""

    def size(self, name: str) -> int:
        """Its bytes. Raises Absent."""

    def read(self, name: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start`. Raises Absent."""

    def delete(self, name: str) -> None:
        """Takes it away; one that is not there is no error."""

    def names(self) -> Iterator[tuple[str, dt.datetime]]:
        """The objects there, with the time of their last change (UTC); writes that were cut short are among them, other files are not."""


def is_name(name: str) -> bool:
    """Whether an object can be called so."""
    return bool(_NAME.fullmatch(name))


def checked(name: str) -> str:
    """The name itself. Raises ValueError where it is none (security.md, R37)."""
    if not is_name(name):
        raise ValueError("not an object's name")
    return name


class FileStore:
    """Objects as files: `ab/abcd…`, written under `incoming/` and moved into place when they are on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def put(self, name: str, pieces: Iterable[bytes]) -> None:
        """Write, fsync, rename, fsync the folder."""
        path, coming = self._path(name), self._incoming / name
        _make(path.parent)
        _make(self._incoming)
        try:
            with os.fdopen(os.open(coming, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            coming.rename(path)
        except BaseException:
            coming.unlink(missing_ok=True)
            raise
        _sync(path.parent)

    def size(self, name: str) -> int:
        """As the file system says."""
        with _found():
            return self._path(name).stat().st_size

    def read(self, name: str, start: int, length: int) -> bytes:
        """One pread."""
        with _found():
            file = os.open(self._path(name), os.O_RDONLY)
        try:
            return os.pread(file, length, start)
        finally:
            os.close(file)

    def delete(self, name: str) -> None:
        """Also what was begun and never finished under this name."""
        for path in (self._path(name), self._incoming / name):
            path.unlink(missing_ok=True)

    def names(self) -> Iterator[tuple[str, dt.datetime]]:
        """Everything under the folder that is named like an object."""
        for path in self._folder.glob("*/*"):
            if is_name(path.name):
                with suppress(FileNotFoundError):
                    yield path.name, dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)

    def _path(self, name: str) -> Path:
        return self._folder / checked(name)[:2] / name


@contextmanager
def _found() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise Absent from None


def _make(folder: Path) -> None:
    """A folder that is there after a power cut as well."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _sync(folder.parent)


def _sync(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)

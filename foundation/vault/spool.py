"""A place for bodies on their way in: what does not fit in memory rests on disk only sealed, with a key that is in memory alone.

The file has no name, so a kill leaves nothing, and what a disk's blocks still hold then is noise.
"""
import io
import os
import tempfile
from typing import IO, TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

CHUNK = 64 * 1024  # that much stays in memory
_SEALED = CHUNK + 16


class SealedSpool(io.BufferedIOBase):
    """A file-like for bytes: written at its end, read anywhere. Not for two threads at once."""

    def __init__(self) -> None:
        self._tail = bytearray()  # what stands behind the sealed chunks, at most one chunk
        self._sealed = 0  # chunks on disk
        self._at = 0
        self._disk: IO[bytes] | None = None
        self._cipher: AESGCM | None = None
        self._opened: tuple[int, bytes] = (-1, b"")

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._sealed * CHUNK + len(self._tail)

    def readable(self) -> bool:
        """Yes."""
        return True

    def writable(self) -> bool:
        """Yes, at the end."""
        return True

    def seekable(self) -> bool:
        """Yes."""
        return True

    def tell(self) -> int:
        """The place of the next byte."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Moves to a place within what is there, counted from its beginning, from here or from the end."""
        self._check()
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def write(self, data: "ReadableBuffer") -> int:
        """Adds at the end. Raises UnsupportedOperation elsewhere."""
        self._check()
        if self._at != self.size:
            raise io.UnsupportedOperation("a spool is written at its end")
        self._tail += data
        while len(self._tail) > CHUNK:
            self._seal(bytes(self._tail[:CHUNK]))
            del self._tail[:CHUNK]
        written = self.size - self._at
        self._at = self.size
        return written

    def read(self, size: int | None = -1) -> bytes:
        """Exactly `size` bytes, fewer only at the end. Raises OSError where the disk gives back something else than it was given."""
        self._check()
        end = self.size if size is None or size < 0 else min(self.size, self._at + size)
        pieces = []
        while self._at < end:
            number, start = divmod(self._at, CHUNK)
            held = self._open(number) if number < self._sealed else self._tail
            piece = bytes(held[start : start + end - self._at])
            pieces.append(piece)
            self._at += len(piece)
        return b"".join(pieces)

    def read1(self, size: int = -1) -> bytes:
        """As `read`."""
        return self.read(size)

    def close(self) -> None:
        """Lets the file and its key go."""
        if self._disk is not None:
            self._disk.close()
        self._cipher, self._opened = None, (-1, b"")
        self._tail.clear()
        super().close()

    def _check(self) -> None:
        if self.closed:
            raise ValueError("I/O operation on closed file")

    def _seal(self, plain: bytes) -> None:
        if self._cipher is None or self._disk is None:
            self._cipher = AESGCM(os.urandom(32))  # of this spool alone, so that a chunk's number may be its nonce
            self._disk = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  -- closed with the spool
        if self._disk.write(self._cipher.encrypt(_nonce(self._sealed), plain, None)) != _SEALED:
            raise OSError("the disk took less than it was given")
        self._sealed += 1

    def _open(self, number: int) -> bytes:
        if self._opened[0] != number:
            assert self._cipher is not None
            assert self._disk is not None
            sealed = os.pread(self._disk.fileno(), _SEALED, number * _SEALED)
            try:
                self._opened = (number, self._cipher.decrypt(_nonce(number), sealed, None))
            except (InvalidTag, ValueError):
                raise OSError("a spooled body is not as it was written") from None
        return self._opened[1]


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")

"""The container of a file at rest: AES-256-GCM in chunks of 64 KiB, each bound to its place (docs/adr/0011).

    header (32 bytes)   magic "CRCM" | version 1 | chunk size u32 | salt (16) | nonce prefix (7)
    chunk n             ciphertext of up to 64 KiB | tag (16)

The file's own 32-byte data key gives the cipher's key by HKDF with the salt; a nonce is prefix | n as u32 | last flag. With
every chunk are authenticated the header, the vault, the blob, its part, n and the last flag: a chunk that was moved, left
out, repeated or taken from elsewhere does not open, and a file that was cut has no last chunk. An empty file has one empty chunk.
"""
import os
import struct
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

CHUNK = 64 * 1024  # plain bytes
TAG = 16
SEALED_CHUNK = CHUNK + TAG
KEY_BYTES = 32
_MAGIC, _VERSION = b"CRCM", 1
_SALT_BYTES, _PREFIX_BYTES = 16, 7
_HEAD = struct.Struct(f">4sBI{_SALT_BYTES}s{_PREFIX_BYTES}s")
HEADER_BYTES = _HEAD.size
_MOST_CHUNKS = 2**32
_READ_CHUNKS = 8  # of one read from the store: 512 KiB


class Tampered(Exception):
    """The bytes at rest are not those that were written: changed, cut, moved, or sealed with another key."""


@dataclass(frozen=True)
class Place:
    """Where a container belongs: the patient's vault, the blob, and what it holds of a medium."""

    vault: UUID
    blob: UUID
    part: str

    def bound(self) -> bytes:
        """What stands for this place in the cipher: of one length but for the part, which stands last."""
        return b"cercle:media:1:" + self.vault.bytes + self.blob.bytes + self.part.encode()


def chunks_of(size: int) -> int:
    """How many chunks a file of `size` plain bytes has; one where it is empty."""
    return max(1, -(-size // CHUNK))


def sealed_size(size: int) -> int:
    """Bytes at rest of a file of `size` plain bytes."""
    return HEADER_BYTES + size + chunks_of(size) * TAG


def seal_stream(key: bytes, place: Place, source: Iterable[bytes]) -> Iterator[bytes]:
    """The container's bytes for the plain ones of `source`, which come in pieces of any length: the header, then chunk by chunk."""
    head = _HEAD.pack(_MAGIC, _VERSION, CHUNK, os.urandom(_SALT_BYTES), os.urandom(_PREFIX_BYTES))
    cipher = _Cipher(key, place, head)
    yield head
    number, held = 0, None
    for chunk in _evenly(source):  # one behind, because only the end tells which chunk is the last
        if held is not None:
            yield cipher.seal(number, held, last=False)
            number += 1
        held = chunk
    yield cipher.seal(number, held or b"", last=True)


def open_range(
    key: bytes, place: Place, size: int, fetch: Callable[[int, int], bytes], start: int = 0, end: int | None = None
) -> Generator[bytes]:
    """Plain bytes [start, end) of a container of `size` plain bytes, in pieces of at most 64 KiB, each authenticated before it is given.

    `fetch(at, length)` gives bytes at rest; only the chunks that are needed are fetched, at most 512 KiB at once. Raises Tampered.
    """
    end = size if end is None else min(end, size)
    head = fetch(0, HEADER_BYTES)
    cipher = _Cipher(key, place, head)
    if start >= end and size:
        return
    first, after, count = start // CHUNK, chunks_of(end), chunks_of(size)
    for batch in range(first, after, _READ_CHUNKS):
        to = min(batch + _READ_CHUNKS, after)
        sealed = memoryview(fetch(HEADER_BYTES + batch * SEALED_CHUNK, min((to - batch) * SEALED_CHUNK, _left(size, batch))))
        for number in range(batch, to):
            at = (number - batch) * SEALED_CHUNK
            plain = cipher.open(number, sealed[at : at + SEALED_CHUNK], last=number == count - 1)
            low, high = max(start - number * CHUNK, 0), min(end - number * CHUNK, CHUNK)
            yield plain if (low, high) == (0, len(plain)) else plain[low:high]


def _left(size: int, number: int) -> int:
    """Bytes at rest from a chunk to the container's end."""
    return sealed_size(size) - HEADER_BYTES - number * SEALED_CHUNK


class _Cipher:
    """The chunks of one container. Raises Tampered where the header is none."""

    def __init__(self, key: bytes, place: Place, head: bytes) -> None:
        if len(head) != HEADER_BYTES:
            raise Tampered("header cut")
        magic, version, chunk, salt, self._prefix = _HEAD.unpack(head)
        if (magic, version, chunk) != (_MAGIC, _VERSION, CHUNK):
            raise Tampered("no container of ours")
        bound = place.bound()
        self._gcm = AESGCM(HKDF(SHA256(), KEY_BYTES, salt, bound).derive(key))
        self._bound = head + bound

    def seal(self, number: int, plain: bytes, *, last: bool) -> bytes:
        if number >= _MOST_CHUNKS:
            raise OverflowError("a file of more than 2**32 chunks")
        tail = struct.pack(">IB", number, last)
        return self._gcm.encrypt(self._prefix + tail, plain, self._bound + tail)

    def open(self, number: int, sealed: memoryview, *, last: bool) -> bytes:
        tail = struct.pack(">IB", number, last)
        try:
            return self._gcm.decrypt(self._prefix + tail, sealed, self._bound + tail)
        except (InvalidTag, ValueError):  # a ValueError where not even a tag is left
            raise Tampered(f"chunk {number}") from None


def _evenly(source: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of 64 KiB, the last one shorter."""
    held = bytearray()
    for piece in source:
        held += piece
        whole = len(held) // CHUNK * CHUNK
        for at in range(0, whole, CHUNK):
            yield bytes(held[at : at + CHUNK])
        del held[:whole]
    if held:
        yield bytes(held)

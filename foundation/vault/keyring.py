"""The master keys: a small ring read from the environment or a file, the first of which is active.

A line of the ring is `id:key`, the key being 32 bytes in base64. This module is the seam for a KMS: whatever can `wrap`
and `unwrap` 32 bytes bound to an id can stand in for it. It must load before Django's settings are there.
"""
import base64
import os
import secrets
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyMissing(Exception):
    """The master key is absent, truncated or not the one that wrapped this."""


@dataclass(frozen=True)
class Ring:
    """Master keys by id; `active` is the one that wraps."""

    active: str
    keys: dict[str, bytes]

    def wrap(self, key: bytes, bound_to: bytes) -> tuple[str, bytes]:
        """(master id, nonce + ciphertext) of a 32-byte key, bound to an id so that it can't be moved."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.active, nonce + AESGCM(self.keys[self.active]).encrypt(nonce, key, b"cercle:wrap:1:" + bound_to)

    def unwrap(self, master: str, wrapped: bytes, bound_to: bytes) -> bytes:
        """The key again. Raises KeyMissing for an unknown master id or a key that was moved or changed."""
        if master not in self.keys:
            raise KeyMissing(f"no master key {master}")
        try:
            return AESGCM(self.keys[master]).decrypt(wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], b"cercle:wrap:1:" + bound_to)
        except InvalidTag:
            raise KeyMissing("a wrapped key does not open: wrong master key, or a moved row") from None


def parse(text: str) -> Ring:
    """A ring from its lines. Raises KeyMissing where a line is not `id:base64 of 32 bytes`."""
    keys: dict[str, bytes] = {}
    for line in filter(None, (line.strip() for line in text.replace(",", "\n").splitlines())):
        name, _, encoded = line.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if len(key) != KEY_BYTES or not name:
            raise KeyMissing("the master key is malformed: each line must be id:base64 of 32 bytes")
        keys[name] = key
    if not keys:
        raise KeyMissing("the master key is empty")
    return Ring(next(iter(keys)), keys)


def load() -> Ring:
    """The ring in force, read again when the file changes, so that a rotation reaches a running process."""
    from django.conf import settings  # late: settings themselves use this module

    if settings.MASTER_KEY:
        return _parsed(settings.MASTER_KEY)
    path = Path(settings.MASTER_KEY_FILE)
    try:
        stat = path.stat()
        return _from_file(path, (stat.st_mtime_ns, stat.st_ino, stat.st_size))
    except FileNotFoundError:
        raise KeyMissing(f"no master key at {path}") from None


_parsed = lru_cache(maxsize=2)(parse)


@lru_cache(maxsize=2)
def _from_file(path: Path, _version: tuple[int, int, int]) -> Ring:
    return parse(path.read_text())


def new_line() -> str:
    """A fresh line of a ring."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(os.urandom(KEY_BYTES)).decode()}\n"


def create(path: Path) -> None:
    """Writes a new secret file that only its owner reads; never overwrites (security.md, C6). Raises FileExistsError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_private(path, new_line(), exclusive=True)


def write_private(path: Path, text: str, *, exclusive: bool = False) -> None:
    """Text into a file of mode 0600, on disk when this returns; replaced atomically unless `exclusive`."""
    target = path if exclusive else path.with_suffix(".new")
    flags = os.O_WRONLY | os.O_CREAT | (os.O_EXCL if exclusive else os.O_TRUNC)
    with os.fdopen(os.open(target, flags, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if not exclusive:
        target.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_secret(path: Path) -> str:
    """The content of a secret file, or "" where there is none yet (`manage.py prepare` makes it; checks refuse to serve without)."""
    try:
        return path.read_text().strip()
    except OSError:
        return ""

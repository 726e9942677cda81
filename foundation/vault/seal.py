"""Sealing: AES-256-GCM under a vault's key, with the record's identity as associated data.

A sealed value is `version (1 byte) + nonce (12) + ciphertext + tag`. Its place ("journal.post.text:<id>") and its vault
are authenticated with it, so a row moved to another record or another patient does not open.
"""
import hashlib
import hmac
import os
import time
from collections.abc import Iterable
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from foundation.vault import keyring
from foundation.vault.models import VaultKey

SITE = UUID(int=0)  # the vault of what belongs to no patient: people's names, second factors, keys for hashes
_VERSION = b"\x01"
_NONCE_BYTES = 12
_SHORTEST = 1 + _NONCE_BYTES + 16  # of an empty text
_KEEP_S = 60  # an unwrapped key leaves memory after a minute, so that an erased patient is gone
_MOST_KEPT = 20_000
_kept: dict[UUID, tuple[float, AESGCM, bytes]] = {}


class SealBroken(Exception):
    """A sealed value does not open: changed, moved, or sealed under a key that is gone."""


def create_vault(vault: UUID) -> None:
    """A new key for a vault, durable in the key store before any row that needs it. An existing one is kept."""
    key = os.urandom(keyring.KEY_BYTES)
    master, wrapped = keyring.load().wrap(key, vault.bytes)
    VaultKey.objects.get_or_create(vault=vault, defaults={"wrapped": wrapped, "master": master})


def create_vaults(vaults: Iterable[UUID]) -> None:
    """As `create_vault`, in bulk."""
    ring = keyring.load()
    rows = []
    for vault in vaults:
        master, wrapped = ring.wrap(os.urandom(keyring.KEY_BYTES), vault.bytes)
        rows.append(VaultKey(vault=vault, wrapped=wrapped, master=master))
    VaultKey.objects.bulk_create(rows, ignore_conflicts=True)


def warm(vaults: Iterable[UUID]) -> None:
    """Unwraps the keys of many vaults with one query, for lists."""
    limit = time.monotonic() - _KEEP_S
    wanted = [vault for vault in vaults if vault not in _kept or _kept[vault][0] < limit]
    if not wanted:
        return
    for start in range(0, len(wanted), 500):
        into = _kept
        rows = list(VaultKey.objects.filter(vault__in=wanted[start : start + 500]))
        ring = keyring.load()  # after the rows: a master key is in the ring before it wraps anything
        for row in rows:
            if row.master in ring.keys:  # else it was wrapped anew meanwhile, and is fetched when it is needed
                _keep(row, ring, into)


def forget() -> None:
    """Drops every unwrapped key from memory; what is being unwrapped meanwhile is not kept either."""
    global _kept
    _kept = {}


def forget_old() -> None:
    """Drops those that were unwrapped more than a minute ago: they are not used any more, and need not lie about."""
    limit = time.monotonic() - _KEEP_S
    for vault, kept in list(_kept.items()):
        if kept[0] < limit:
            _kept.pop(vault, None)


def seal(vault: UUID, place: str, text: str) -> bytes:
    """`text` sealed for this place. Raises SealBroken where the vault has no key."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(vault)[0].encrypt(nonce, text.encode("utf-8", "surrogatepass"), _bound(vault, place))


def unseal(vault: UUID, place: str, sealed: bytes | memoryview) -> str:
    """The text again, from a sealed value as either database gives it. Raises SealBroken if one bit, the place or the vault differs."""
    blob = bytes(sealed)
    if blob[:1] != _VERSION or len(blob) < _SHORTEST:
        raise SealBroken(place)
    try:
        plain = _cipher(vault)[0].decrypt(blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :], _bound(vault, place))
    except InvalidTag:
        raise SealBroken(place) from None
    return plain.decode("utf-8", "surrogatepass")


def wrap_key(vault: UUID, place: str, key: bytes) -> bytes:
    """A key of its own, as of one file, wrapped by the vault's for this place. Raises SealBroken where the vault has no key."""
    nonce = os.urandom(_NONCE_BYTES)
    return _VERSION + nonce + _cipher(vault)[0].encrypt(nonce, key, _bound_key(vault, place))


def unwrap_key(vault: UUID, place: str, wrapped: bytes) -> bytes:
    """The key again. Raises SealBroken if one bit, the place or the vault differs, or the vault's key is gone."""
    if wrapped[:1] != _VERSION or len(wrapped) < _SHORTEST:
        raise SealBroken(place)
    try:
        return _cipher(vault)[0].decrypt(wrapped[1 : 1 + _NONCE_BYTES], wrapped[1 + _NONCE_BYTES :], _bound_key(vault, place))
    except InvalidTag:
        raise SealBroken(place) from None


def keyed_hash(purpose: str, *parts: str) -> bytes:
    """32 bytes that tell equal parts from unequal ones and nothing else without the site's key: for doubles and look-ups."""
    message = b"\x1f".join(part.encode() for part in parts)
    return hmac.new(derived_key(purpose), message, hashlib.sha256).digest()


def derived_key(purpose: str) -> bytes:
    """A 32-byte key for one purpose, derived from the site's by HKDF (RFC 5869)."""
    return HKDF(SHA256(), 32, None, b"cercle:" + purpose.encode()).derive(_cipher(SITE)[1])


def _bound(vault: UUID, place: str) -> bytes:
    return b"cercle:field:1:" + vault.bytes + place.encode()


def _bound_key(vault: UUID, place: str) -> bytes:
    """Apart from texts: a wrapped key never opens as a text, nor a text as a key."""
    return b"cercle:key:1:" + vault.bytes + place.encode()


def open_anew(vault: UUID) -> tuple[float, AESGCM, bytes]:
    """Fetches a vault's key from the store, whatever memory holds. Raises SealBroken, keyring.KeyMissing, DatabaseError."""
    try:
        return _fetched(vault)
    except keyring.KeyMissing:  # a rotation ended between reading the row and reading the ring: the row is another by now
        return _fetched(vault)


def _cipher(vault: UUID) -> tuple[AESGCM, bytes]:
    kept = _kept.get(vault)
    if kept is None or kept[0] < time.monotonic() - _KEEP_S:
        kept = open_anew(vault)
    return kept[1], kept[2]


def _fetched(vault: UUID) -> tuple[float, AESGCM, bytes]:
    into = _kept
    row = VaultKey.objects.filter(vault=vault).first()
    if row is None:
        raise SealBroken(f"no key for vault {vault}")
    return _keep(row, keyring.load(), into)


def _keep(row: VaultKey, ring: keyring.Ring, into: dict[UUID, tuple[float, AESGCM, bytes]]) -> tuple[float, AESGCM, bytes]:
    """`into`: what was kept when the row was read. If all was forgotten since, it is nobody's any more."""
    if len(into) >= _MOST_KEPT:
        into.clear()
    key = ring.unwrap(row.master, bytes(row.wrapped), row.vault.bytes)
    kept = into[row.vault] = (time.monotonic(), AESGCM(key), key)
    return kept

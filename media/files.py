"""Files in the store: written sealed with a key of their own, read back by range, discarded, and matched with their rows."""
import datetime as dt
import logging
import os
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from foundation import ids
from foundation.vault import seal
from media.enums import Part
from media.envelope import KEY_BYTES, Place, Tampered, open_range, seal_stream, sealed_size
from media.models import Blob
from media.stores import Absent, FileStore, Store

log = logging.getLogger("cercle.media")
_YOUNG = dt.timedelta(hours=1)  # a file whose row may still be on its way
_BATCH = 500


@dataclass(frozen=True)
class Swept:
    """What `sweep` found: how many objects without a row it deleted, and which rows have lost their object."""

    deleted: int
    lost: list[UUID]


@lru_cache(maxsize=4)
def _store(url: str, folder: Path) -> Store:
    if not url:
        return FileStore(folder)
    from media.objects import S3Store  # late: its library is an extra

    return S3Store(url)


def store() -> Store:
    """The store that the settings name."""
    return _store(settings.MEDIA_STORE, settings.DATA / "media")


def write(
    vault: UUID, part: Part, source: Iterable[bytes], *, medium: UUID | None = None, upload: UUID | None = None, start: int = 0
) -> Blob:
    """An unsaved row for the bytes of `source`, which are sealed and durable in the store when this returns.

    The caller saves the row in its transaction, or calls `discard`. What `source` raises comes through, and nothing is kept.
    """
    blob, key, count = ids.new(), os.urandom(KEY_BYTES), _Count(source)
    store().put(blob.hex, seal_stream(key, Place(vault, blob, part.value), count))
    row = Blob(id=blob, medium_id=medium, upload_id=upload, part=part, start=start, size=count.bytes)
    row.wrapped_key = seal.wrap_key(vault, _key_place(row), key)
    return row


def read(blob: Blob, vault: UUID, start: int = 0, end: int | None = None, *, where: Store | None = None) -> Generator[bytes]:
    """Plain bytes [start, end), in pieces of at most 64 KiB; only the chunks that are needed are read and opened.

    `where`: another store than the service's, as a backup's. Raises Tampered before any byte that is not authenticated, Absent where the
    store has lost the object, SealBroken where the patient's key is gone.
    """
    place = Place(vault, blob.id, blob.part)
    key = seal.unwrap_key(vault, _key_place(blob), bytes(blob.wrapped_key))
    held = where or store()
    if held.size(blob.id.hex) != sealed_size(blob.size):
        raise Tampered("not as long as it was written")
    return open_range(key, place, blob.size, partial(held.read, blob.id.hex), start, end)


def drop_unkept(blob: Blob) -> None:
    """Deletes what `write` has written and no row will name; what fails is swept later."""
    try:
        store().delete(blob.id.hex)
    except OSError as error:
        log.warning("media.unkept blob=%s why=%s", blob.pk, type(error).__name__)


def discard(blobs: Iterable[Blob]) -> None:
    """Deletes from the store once the transaction has committed; the rows are the caller's. What fails is swept later."""
    names = [blob.id.hex for blob in blobs]
    if names:
        transaction.on_commit(partial(_delete, names), robust=True)


def sweep(now: dt.datetime) -> Swept:
    """Objects older than an hour without a row are deleted; rows without an object are told, for nothing can bring them back."""
    rows = list(Blob.objects.values_list("id", flat=True))  # before the names: a row is committed only after its object is there
    names = dict(store().names())
    orphans = [name for name, changed in names.items() if now - changed > _YOUNG]
    kept: set[str] = set()
    for few in _batches([UUID(name) for name in orphans]):
        kept |= {row.hex for row in Blob.objects.filter(id__in=few).values_list("id", flat=True)}
    gone = [name for name in orphans if name not in kept]
    _delete(gone)
    missing = [row for row in rows if row.hex not in names]
    lost: list[UUID] = []
    for few in _batches(missing):
        lost += [row for row in Blob.objects.filter(id__in=few).values_list("id", flat=True) if _is_absent(row)]
    for row in lost:
        log.error("media.lost blob=%s", row)
    return Swept(len(gone), lost)


class _Count:
    """The pieces of a source, and how many bytes went by."""

    def __init__(self, source: Iterable[bytes]) -> None:
        self._source, self.bytes = source, 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._source:
            self.bytes += len(piece)
            yield piece


def _key_place(row: Blob) -> str:
    """What a file's key is bound to: a row that was given another medium, part, place or length does not open."""
    whose = row.medium_id or row.upload_id
    return f"media.blob:{row.pk}:{whose}:{Part(row.part).value}:{row.start}:{row.size}"


def _delete(names: Iterable[str]) -> None:
    for name in names:
        store().delete(name)


def _is_absent(blob: UUID) -> bool:
    try:
        store().size(blob.hex)
    except Absent:
        return True
    return False


def _batches(things: list[UUID]) -> Iterator[list[UUID]]:
    for start in range(0, len(things), _BATCH):
        yield things[start : start + _BATCH]

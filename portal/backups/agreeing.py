"""Whether rows, keys, files and the access trail agree: every disagreement is a sentence with ids and numbers, never a name."""
import random
from collections.abc import Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from care.exports.models import Export
from foundation.vault import keyring, seal
from foundation.vault.models import VaultKey
from journal.models import Post
from media import files
from media.envelope import Tampered, sealed_size
from media.models import Blob
from media.stores import Absent, Store
from people.audit.models import TrailHead
from people.audit.queries import broken_chains
from people.circles.enums import CircleState
from people.circles.models import Patient
from portal.backups.progress import Progress

M = TypeVar("M", bound=Model)
SAMPLE = 200
_BATCH = 500


def disagreements(store: Store, progress: Progress, *, sample: int | None, known_lost: frozenset[str]) -> Iterator[str]:
    """All of them, of the databases that Django is connected to and this store. `sample`: how many texts and files are opened, None: all.

    `known_lost`: names of files that were lost before the backup; they are no news.
    """
    yield from _keys(progress)
    yield from _patients(progress)
    yield from _texts(progress, sample)
    yield from _files(store, progress, sample, known_lost)
    yield from (f"trail {sentence}" for sentence in broken_chains())
    total = TrailHead.objects.count()
    progress.at("trails", total, total)


def _keys(progress: Progress) -> Iterator[str]:
    ring, total = keyring.load(), VaultKey.objects.count()
    for count, row in enumerate(VaultKey.objects.order_by("vault").iterator(), start=1):
        try:
            ring.unwrap(row.master, bytes(row.wrapped), row.vault.bytes)
        except keyring.KeyMissing:
            yield f"key {row.vault}: does not open with this master key"
        progress.at("keys", count, total)


def _patients(progress: Progress) -> Iterator[str]:
    """Every patient who is not erased has a key, and it is the right one."""
    rows = Patient.objects.exclude(sealed_traits=b"")
    for patient in _batched(rows, progress, "patients", "vault"):
        try:
            _ = patient.traits
        except (seal.SealBroken, keyring.KeyMissing):
            yield f"patient {patient.pk}: does not open with the key of vault {patient.vault}"


def _texts(progress: Progress, sample: int | None) -> Iterator[str]:
    posts = Post.objects.filter(retracted_at=None).exclude(circle__state=CircleState.ERASED).select_related("circle__patient")
    total = posts.count()
    chosen = posts if sample is None or total <= sample else _chosen(posts, total, sample)
    for count, post in enumerate(chosen.iterator(_BATCH), start=1):
        try:
            post.text()
        except (seal.SealBroken, keyring.KeyMissing):
            yield f"post {post.pk}: does not open"
        progress.at("texts", count, total if sample is None else min(total, sample))


def _chosen(posts: QuerySet[Post], total: int, sample: int) -> QuerySet[Post]:
    """As many, of all ages: ids are spread by time."""
    ids = list(posts.order_by("pk").values_list("pk", flat=True))
    return posts.filter(pk__in=random.sample(ids, min(sample, total, _BATCH)))


def _files(store: Store, progress: Progress, sample: int | None, known_lost: frozenset[str]) -> Iterator[str]:
    """Each row's file is there in its length; those of the sample are opened from the first byte to the last."""
    rows, total = Blob.objects.select_related("medium__circle__patient", "upload__circle__patient"), Blob.objects.count()
    for count, blob in enumerate(rows.order_by("pk").iterator(_BATCH), start=1):
        progress.at("files", count, total)
        if blob.id.hex in known_lost:
            continue
        opened = sample is None or total <= sample or random.randrange(total) < sample  # noqa: S311  -- a sample, no secret
        if fault := _fault(blob, store, opened):
            yield f"file {blob.pk}: {fault}"


def _fault(blob: Blob, store: Store, opened: bool) -> str:
    try:
        if store.size(blob.id.hex) != sealed_size(blob.size):
            return "not as long as it was written"
        if opened and (vault := _vault(blob)):
            for _piece in files.read(blob, vault, where=store):
                pass
    except Absent:
        return "missing"
    except Tampered as what:
        return f"was altered ({what})"
    except (seal.SealBroken, keyring.KeyMissing):
        return "its key does not open"
    return ""


def _vault(blob: Blob) -> UUID | None:
    whose = blob.medium or blob.upload or Export.objects.select_related("circle__patient").filter(blob=blob).first()
    return None if whose is None else whose.circle.patient.vault


def _batched(rows: QuerySet[M], progress: Progress, what: str, vault: str) -> Iterator[M]:
    """Row after row, their keys fetched five hundred at a time."""
    total, count, source = rows.count(), 0, rows.order_by("pk").iterator(_BATCH)
    while batch := list(islice(source, _BATCH)):
        seal.warm(getattr(row, vault) for row in batch)
        for row in batch:
            count += 1
            yield row
        progress.at(what, count, total)

"""Uploads in pieces (tus 1.0): a piece is sealed and durable before it is counted, and the last one makes the file.

Two senders of one upload are told apart by the offset, read again under the feed head's lock: one piece counts, the other is
answered 409 and nothing of it is kept.
"""
import datetime as dt
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from itertools import chain
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.errors import NotFound
from foundation.vault.seal import seal, unseal
from media import errors, files
from media.access import own_upload
from media.enums import Part
from media.models import Blob, MediaKey, Upload
from media.protocol import Said
from media.services import new_medium, room_for, stored, taking_in
from media.sniffing import HEAD_BYTES, Recognised, recognised
from media.stores import Absent
from messaging.feed.services import opened
from people.circles.access import require, still_enters
from people.circles.models import Membership
from people.circles.policy import Act

KEPT = dt.timedelta(hours=24)  # an upload that is not finished
MOST_PIECES = 4096


def begin_upload(actor: Membership, *, key: UUID | None, length: int, said: Said) -> tuple[Upload, bool]:
    """(the upload, whether it is new). The same key with the same length and words is the same upload.

    Raises Invalid (`media.*`), TooLarge, Refused, NotFound.
    """
    if key is None:
        raise errors.key_missing()
    if length > settings.MEDIA_MOST_BYTES:
        raise errors.too_large(length, settings.MEDIA_MOST_BYTES)
    if length == 0:
        raise errors.empty()
    digest = said.digest(actor.circle_id, length.to_bytes(8, "big"))
    try:
        with taking_in(actor) as inside:
            known = MediaKey.objects.select_related("upload").filter(person=actor.person_id, key=key).first()
            if known is not None:
                before = _answered(actor, known, digest)
                if before.medium_id is not None or before.expires_at >= timezone.now():
                    return before, False
                drop_upload(before)  # its time is over: the key begins anew
            require(inside, Act.UPLOAD)
            room_for(inside, length)
            upload = Upload(circle=inside.circle, uploader=inside, length=length, expires_at=timezone.now() + KEPT)
            upload.sealed_facts = seal(inside.circle.patient.vault, _place(upload), json.dumps(asdict(said)))
            upload.save(force_insert=True)
            MediaKey.objects.create(person_id=actor.person_id, key=key, digest=digest, upload=upload)
            return upload, True
    except IntegrityError:  # the same key at the same moment in another circle
        raise errors.key_reused() from None


def _answered(actor: Membership, known: MediaKey, digest: bytes) -> Upload:
    if bytes(known.digest) != digest or known.upload is None:
        raise errors.key_reused()
    if known.upload.circle_id != actor.circle_id:
        raise NotFound
    return known.upload


def append_piece(actor: Membership, *, upload: UUID, offset: int, body: Iterable[bytes]) -> Upload:
    """Adds a piece at `offset`; the upload as it is then.

    Raises Conflict `media.wrong_offset`, TooLarge beyond the length or the most pieces, what `recognised` raises as soon as the
    beginning is there (then nothing of the upload is kept), Refused, NotFound.
    """
    wanted = own_upload(actor, upload)
    if wanted.offset != offset or wanted.medium_id is not None:
        raise errors.wrong_offset()
    vault = wanted.circle.patient.vault
    pieces = list(wanted.pieces.filter(start__lt=offset).order_by("start"))
    if len(pieces) >= MOST_PIECES:
        raise errors.too_many_pieces()
    said = Said(**json.loads(unseal(vault, _place(wanted), wanted.sealed_facts)))
    first, body = _ahead(_at_most(body, wanted.length - offset), HEAD_BYTES - offset)
    try:
        kind = _judged(wanted, pieces, first, vault, said)
        with stored([files.write(vault, Part.PIECE, chain([first], body), upload=wanted.pk, start=offset)]) as [piece]:
            if piece.size == 0:
                files.discard([piece])
                return wanted
            if offset + piece.size < wanted.length or kind is None:
                return _counted(actor, wanted, piece)
            return _finished(actor, wanted, [*pieces, piece], said, kind, vault)
    except Absent:  # the pieces before went into the file, or away, while this one was coming
        _still(wanted)
        raise


def _judged(upload: Upload, pieces: list[Blob], first: bytes, vault: UUID, said: Said) -> Recognised | None:
    """What the upload is, None while too little of it is there. Of one that is refused everything goes."""
    head = b"".join(_bytes_of(pieces, vault, HEAD_BYTES)) + first
    if len(head) < min(HEAD_BYTES, upload.length):
        return None
    try:
        return recognised(head[:HEAD_BYTES], size=upload.length, name=said.name)
    except Exception:
        drop_upload(upload)
        raise


def _counted(actor: Membership, upload: Upload, piece: Blob) -> Upload:
    with transaction.atomic(), opened(upload.circle_id):
        require(still_enters(actor), Act.UPLOAD)
        still = _still(upload)
        piece.save(force_insert=True)
        still.offset += piece.size
        still.save(update_fields=["offset"])
        return still


def _finished(actor: Membership, upload: Upload, pieces: list[Blob], said: Said, kind: Recognised, vault: UUID) -> Upload:
    """The pieces become the bytes of a file with the upload's id: one blob, durable before the rows that count the last piece."""
    written = files.write(vault, Part.UPLOAD, _bytes_of(pieces, vault, upload.length), medium=upload.pk)
    with stored([written]) as [whole], transaction.atomic(), opened(upload.circle_id):
        inside = still_enters(actor)
        require(inside, Act.UPLOAD)
        still = _still(upload)
        still.medium = new_medium(inside, whole, said, kind)
        still.offset = still.length
        still.save(update_fields=["offset", "medium"])
        still.pieces.all().delete()
        MediaKey.objects.filter(upload=still).update(medium=still.medium)
        files.discard(pieces)
        return still


def drop_upload(upload: Upload) -> None:
    """Throws away an upload that is no file yet, with every byte and its key."""
    with transaction.atomic(), opened(upload.circle_id):
        still = Upload.objects.filter(pk=upload.pk, medium=None).first()
        if still is not None:
            files.discard(list(still.pieces.all()))
            still.delete()


def _still(upload: Upload) -> Upload:
    """The upload under the lock. Raises Conflict where another piece was counted meanwhile, NotFound where it is gone."""
    still = Upload.objects.select_related("circle__patient").filter(pk=upload.pk).first()
    if still is None:
        raise NotFound
    if still.offset != upload.offset or still.medium_id is not None:
        raise errors.wrong_offset()
    return still


def _bytes_of(pieces: list[Blob], vault: UUID, most: int) -> Iterator[bytes]:
    """The first `most` bytes of what came so far."""
    for piece in pieces:
        if piece.start < most:
            yield from files.read(piece, vault, 0, most - piece.start)


def _at_most(body: Iterable[bytes], length: int) -> Iterator[bytes]:
    for piece in body:
        length -= len(piece)
        if length < 0:
            raise errors.beyond_the_end()
        yield piece


def _ahead(body: Iterator[bytes], wanted: int) -> tuple[bytes, Iterator[bytes]]:
    """(at least `wanted` bytes from the start or all there are, the rest)."""
    first = bytearray()
    while len(first) < wanted:
        piece = next(body, b"")
        if not piece:
            break
        first += piece
    return bytes(first), body


def _place(upload: Upload) -> str:
    return f"media.upload.facts:{upload.pk}"

"""Taking files in, and what becomes of them: sealed and durable first, then the rows, in one transaction under the feed head's lock."""
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from foundation import ids
from media import errors, files
from media.access import WITH_ALL, visible_medium
from media.carrying import announce_media
from media.enums import MediaState, Part
from media.models import Blob, MediaKey, Medium
from media.protocol import Said
from media.queries import unposted_bytes
from media.sniffing import HEAD_BYTES, Recognised, recognised
from messaging.feed.enums import Kind
from messaging.feed.services import opened
from people.accounts.locks import lock_people
from people.circles.access import require, still_enters
from people.circles.models import Circle, Membership
from people.circles.policy import Act


class Body(Protocol):
    """A file that came with a request; can be gone through again."""

    @property
    def size(self) -> int | None:
        """Its bytes."""

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Its bytes from the start, in pieces."""


class Outcome(Protocol):
    """What the processing of a file has come to; `content` is None where the file stays as it was sent."""

    @property
    def facts(self) -> dict[str, Any]:
        """Width, height, duration, waveform, placeholder …"""

    @property
    def media_type(self) -> str:
        """Of the content."""

    @property
    def content(self) -> Sequence[bytes] | None:
        """What readers get, in pieces."""

    @property
    def thumbnail(self) -> bytes | None:
        """A small WebP."""


def accept_medium(actor: Membership, *, key: UUID | None, body: Body, said: Said) -> tuple[Medium, bool]:
    """(the file, whether it is new). The same key with the same file gives it as it is now.

    Raises Invalid (`media.*`), TooLarge, UnsupportedType, Refused, NotFound; of what is refused nothing is kept. Of two sendings at once
    one waits for the other at the head's lock.
    """
    if key is None:
        raise errors.key_missing()
    digest = said.digest(actor.circle_id, _hash(body))
    known = MediaKey.objects.filter(person=actor.person_id, key=key).first()
    if known is not None:
        return answered(actor, known, digest), False
    require(actor, Act.UPLOAD)
    kind = recognised(_head(body), size=body.size or 0, name=said.name)
    medium = ids.new()
    with stored([files.write(actor.circle.patient.vault, Part.UPLOAD, body.chunks(), medium=medium)]) as [blob]:
        return _kept(actor, key, digest, blob, said, kind)


def _kept(actor: Membership, key: UUID, digest: bytes, blob: Blob, said: Said, kind: Recognised) -> tuple[Medium, bool]:
    known = MediaKey(person_id=actor.person_id, key=key, digest=digest)
    try:
        with taking_in(actor) as inside:
            before = MediaKey.objects.filter(person=actor.person_id, key=key).first()
            if before is not None:
                raise _Known(before)
            require(inside, Act.UPLOAD)
            room_for(inside, blob.size)
            known.medium = new_medium(inside, blob, said, kind)
            known.save(force_insert=True)
            return known.medium, True
    except _Known as other:  # outside of the transaction: the bytes of this sending are not kept
        files.discard([blob])
        return answered(actor, other.key, digest), False
    except IntegrityError:  # the same key at the same moment in another circle
        other_circle = MediaKey.objects.filter(person=actor.person_id, key=key).first()
        if other_circle is None:
            raise
        raise errors.key_reused() from None


class _Known(Exception):
    """The key was answered while this sending was being written."""

    def __init__(self, key: MediaKey) -> None:
        super().__init__()
        self.key = key


@contextmanager
def stored(blobs: list[Blob]) -> Iterator[list[Blob]]:
    """What was written to the store is taken out again where no rows come of it.

    After an error of the database nobody knows: the commit may have gone through. What has no row is swept later.
    """
    try:
        yield blobs
    except DatabaseError:
        raise
    except BaseException:
        files.discard(blobs)
        raise


@contextmanager
def taking_in(actor: Membership) -> Iterator[Membership]:
    """A transaction under the circle's head with the membership as it still is. Raises NotFound.

    A person's files come in one after the other whatever their circles, for what they may have without a post is counted over all.
    """
    with transaction.atomic():
        lock_people([actor.person_id])
        with opened(actor.circle_id):
            yield still_enters(actor)


def room_for(member: Membership, size: int) -> None:
    """Raises TooLarge `media.too_much_unposted` where a person's files without a post would become too many."""
    if settings.LIMITS and unposted_bytes(member.person_id) + size > settings.MEDIA_MOST_UNPOSTED:
        raise errors.too_much_unposted()


def new_medium(member: Membership, blob: Blob, said: Said, kind: Recognised) -> Medium:
    """The rows of a file whose bytes are durable, with the id that its blob names; the worker may claim it at once."""
    return entered(blob, said, kind, circle=member.circle, uploader=member)


def entered(blob: Blob, said: Said, kind: Recognised, *, circle: Circle, uploader: Membership | None) -> Medium:
    """The same for whoever sent it; None: a hospital's system. Under the lock of the circle's head."""
    now = timezone.now()
    medium = Medium(id=blob.medium_id, circle=circle, uploader=uploader, kind=kind.kind, created_at=now, due_at=now)
    medium.set_facts({**said.facts(), "media_type": kind.media_type, "bytes": blob.size})
    medium.save(force_insert=True)
    blob.save(force_insert=True)
    return medium


def answered(actor: Membership, known: MediaKey, digest: bytes) -> Medium:
    """The file as it is now. Raises Invalid `media.key_reused`, NotFound where it was thrown away or is not the actor's to see."""
    if bytes(known.digest) != digest:
        raise errors.key_reused()
    return visible_medium(actor, known.medium_id)


def settle_medium(medium_id: UUID, attempt: int, processed: Outcome) -> bool:
    """A file is fit to be seen: its content and preview take the place of what was sent, and its posts' readers are told.

    False where another attempt has it, or it is settled or gone; nothing of this one is then kept.
    """
    medium = _claimed(medium_id, attempt)
    if medium is None:
        return False
    with stored([]) as parts:
        source: Iterable[bytes] = processed.content if processed.content is not None else _sent(medium)
        parts.append(files.write(medium.vault, Part.CONTENT, source, medium=medium.pk))
        if processed.thumbnail is not None:
            parts.append(files.write(medium.vault, Part.THUMBNAIL, [processed.thumbnail], medium=medium.pk))
        facts = {**processed.facts, "media_type": processed.media_type, "bytes": parts[0].size}
        if _settled(medium, attempt, MediaState.READY, facts=facts, parts=parts):
            return True
    files.discard(parts)
    return False


def _sent(medium: Medium) -> Iterator[bytes]:
    return files.read(Blob.objects.get(medium=medium, part=Part.UPLOAD), medium.vault)


def refuse_medium(medium_id: UUID, attempt: int, code: str) -> bool:
    """A file is turned away with a code: all its bytes go, its author is told. False as for `settle_medium`."""
    medium = _claimed(medium_id, attempt)
    return medium is not None and _settled(medium, attempt, MediaState.REFUSED, code=code)


def _settled(
    medium: Medium, attempt: int, state: MediaState, *, code: str = "", facts: dict[str, Any] | None = None, parts: Iterable[Blob] = ()
) -> bool:
    with transaction.atomic(), opened(medium.circle_id) as feed:
        still = _claimed(medium.pk, attempt)
        if still is None:
            return False
        old = list(Blob.objects.filter(medium=still))
        Blob.objects.filter(pk__in=[blob.pk for blob in old]).delete()
        files.discard(old)
        Blob.objects.bulk_create(parts)
        still.state, still.code, still.settled_at, still.due_at, still.waits_for = state, code, timezone.now(), None, ""
        if facts is not None:  # what is refused may be so because its facts do not open
            still.set_facts({**still.facts(), **facts})
        still.save(update_fields=["state", "code", "settled_at", "due_at", "waits_for", "sealed_facts"])
        announce_media(feed, still, Kind.MEDIA_READY if state is MediaState.READY else Kind.MEDIA_REFUSED)
    return True


def _claimed(medium: UUID, attempt: int) -> Medium | None:
    """The file, if this attempt still has it: a worker whose lease ran out does nothing any more."""
    mine = Medium.objects.filter(pk=medium, attempts=attempt, state=MediaState.PROCESSING)
    return mine.select_related(*WITH_ALL).first()


def _hash(body: Body) -> bytes:
    digest = hashlib.sha256()
    for piece in body.chunks():
        digest.update(piece)
    return digest.digest()


def _head(body: Body) -> bytes:
    head = bytearray()
    for piece in body.chunks():
        head += piece
        if len(head) >= HEAD_BYTES:
            break
    return bytes(head[:HEAD_BYTES])

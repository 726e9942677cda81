"""Making and changing records: each under the feed head's lock, with its line, its past kept."""
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, transaction

from care.records import errors
from care.records.access import visible_record
from care.records.models import Record, RecordKey, Version
from foundation import clock
from foundation.vault.seal import keyed_hash, seal
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, opened
from people.circles.access import still_enters
from people.circles.enums import Audience
from people.circles.models import Membership

R = TypeVar("R", bound=Record)


def add_record(
    feed: OpenFeed, record: Record, words: Mapping[str, Any], *, kind: Kind, by: Membership | None, until: Any = None
) -> FeedLine:
    """Stores a new record with its first line. `circle` and `audience` must be set; everybody of the audience sees the line."""
    now = clock.now()
    record.author = record.changed_by = by
    record.made_at = record.changed_at = now
    line = feed.append(kind, Audience(record.audience).readers, record.pk, actor=by.pk if by else None, at=now, until=until)
    record.number(line)
    record.keep_words(words)
    record.save(force_insert=True)
    return line


def change_record(
    feed: OpenFeed, record: Record, words: Mapping[str, Any] | None = None, *, kind: Kind, by: Membership | None, until: Any = None
) -> FeedLine:
    """Appends a line about a record and saves it, other fields as they were set; where words change, those before are kept.

    The record must have been read under the feed's lock (`under_lock`). `by` is None for what nobody did, as a reminder.
    """
    now = clock.now()
    before = record.words() if words is not None else None
    changed = words is not None and dict(words) != before
    if changed and words is not None:
        _keep_version(record, before or {})
        record.version += 1
        record.keep_words(words)
    line = feed.append(kind, Audience(record.audience).readers, record.pk, actor=by.pk if by else None, at=now, until=until)
    record.number(line)
    if by is not None:
        record.changed_at, record.changed_by = now, by
    record.save(force_update=True)
    return line


def _keep_version(record: Record, words: Mapping[str, Any]) -> None:
    """The words before, sealed for their place as a version: put back in the record's row they must not open there."""
    version = Version(
        circle_id=record.circle_id, record=record.pk, of=record.version, by=record.changed_by, at=record.changed_at,
        care_seq=record.care_seq, wider_seq=record.wider_seq, patient_seq=record.patient_seq, relatives_seq=record.relatives_seq,
    )  # fmt: skip
    version.sealed_words = seal(record.vault, version_place(record, record.version), json.dumps(words, ensure_ascii=False))
    version.save(force_insert=True)


def version_place(record: Record, of: int) -> str:
    """Where a version's words are sealed for."""
    return f"{record.PLACE}.version:{record.pk}:{of}"


def under_lock(actor: Membership, model: type[R], record: UUID) -> tuple[Membership, R]:
    """(the membership read again, the record with all its item needs), inside `opened`. Raises NotFound for who or what is gone."""
    inside = still_enters(actor)
    return inside, visible_record(inside, model, record)


def once(
    actor: Membership, model: type[R], *, key: UUID | None, body: Mapping[str, Any], make: Callable[[OpenFeed, Membership], R]
) -> tuple[R, bool]:
    """(the record, whether it is new): `make` is called in one transaction under the head's lock with the membership read again.

    With a key the same body gives the record as it is now, another body raises Invalid `records.key_reused`. Raises NotFound.
    """
    digest = _digest(actor.circle_id, model, body)
    try:
        with transaction.atomic(), opened(actor.circle_id) as feed:
            inside = still_enters(actor)
            known = _known(actor, key)
            if known is not None:
                return _answered(inside, model, known, digest), False
            record = make(feed, inside)
            if key is not None:
                RecordKey.objects.create(person_id=actor.person_id, circle_id=actor.circle_id, key=key, digest=digest, record=record.pk)
            return record, True
    except IntegrityError:  # the same key at the same moment in another circle
        known = _known(actor, key)
        if known is None:
            raise
        return _answered(actor, model, known, digest), False


def _known(actor: Membership, key: UUID | None) -> RecordKey | None:
    return RecordKey.objects.filter(person=actor.person_id, key=key).first() if key else None


def was_kept(person: UUID, key: UUID) -> bool:
    """Whether a person's key was answered with a record."""
    return RecordKey.objects.filter(person=person, key=key).exists()


def _answered(actor: Membership, model: type[R], known: RecordKey, digest: bytes) -> R:
    if bytes(known.digest) != digest:
        raise errors.key_reused()
    return visible_record(actor, model, known.record)


def forget_keys(vault: UUID) -> None:
    """An erased patient's keys. Inside the transaction of the erasure."""
    RecordKey.objects.filter(circle__patient__vault=vault).delete()


def _digest(circle: UUID, model: type[Record], body: Mapping[str, Any]) -> bytes:
    """Keyed: the words of a record can be guessed, and a plain hash would say who guessed right."""
    return keyed_hash("records.key", json.dumps([str(circle), model._meta.label, body], sort_keys=True, default=str))

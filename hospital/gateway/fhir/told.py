"""What a hospital's program has told before: by its own identifiers, and by the posts that came of it."""
import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from foundation import clock
from foundation.vault.seal import keyed_hash
from hospital.gateway.fhir.outcomes import Resource, refused
from hospital.gateway.models import FhirRecord
from people.accounts.models import Structure
from people.circles.models import Circle

_KIND = "DocumentReference"
Token = tuple[str, str]


def tokens_of(resource: Resource) -> list[Token]:
    """(system, value) of a DocumentReference's masterIdentifier and identifiers; a post's own urn:uuid is none of them."""
    found = [resource.get("masterIdentifier") or {}, *resource.get("identifier", ())]
    return [(str(one.get("system", "")), str(one["value"])) for one in found if one.get("value")]


def token_of(text: str, expression: str) -> Token:
    """(system, value) of `SYSTEM|VALUE`, as a condition has it. Raises FhirRefused (400)."""
    system, bar, value = text.rpartition("|")
    if not bar or not value:
        raise refused(400, "invalid", "A condition is identifier=SYSTEM|VALUE.", expression)
    return system, value


def posts_known_by(structure: Structure, tokens: Sequence[Token]) -> list[FhirRecord]:
    """What was told under any of these identifiers: of each the post that was answered, which is the first circle's."""
    digests = [_digest(structure, token) for token in tokens]
    rows = FhirRecord.objects.filter(structure=structure, kind=_KIND, digest__in=digests).order_by("-pk") if digests else ()
    first = {bytes(row.digest): row for row in rows}
    return list({row.subject: row for row in first.values()}.values())


def note_told(structure: Structure, tokens: Sequence[Token], *, circle: UUID, post: UUID, body: Any) -> None:
    """Remembers a post by the identifiers that it came with, and by which resource it was told last, inside its transaction."""
    mine = FhirRecord.objects.filter(structure=structure, kind=_KIND, circle=circle, subject=post)
    mine.update(content=content_digest(body))
    known = {bytes(row.digest) for row in mine}
    rows = [
        FhirRecord(structure=structure, kind=_KIND, digest=_digest(structure, token), content=content_digest(body), circle=circle,
                   subject=post, made_at=clock.now())
        for token in dict.fromkeys(tokens)
        if _digest(structure, token) not in known
    ]  # fmt: skip
    FhirRecord.objects.bulk_create(rows)


def sibling_of(structure: Structure, post: UUID, circle: UUID) -> UUID | None:
    """What the same note became in another circle of its patient; None where it's not known there."""
    digests = FhirRecord.objects.filter(structure=structure, kind=_KIND, subject=post).values("digest")
    rows = FhirRecord.objects.filter(structure=structure, kind=_KIND, digest__in=digests, circle=circle)
    return rows.order_by("pk").values_list("subject", flat=True).first()


def is_the_same(record: FhirRecord, body: Any) -> bool:
    """Whether a post was told by this very resource."""
    return bytes(record.content) == content_digest(body)


def is_first_time(structure: Structure, body: Any, *, circle: UUID) -> bool:
    """Whether a circle hears of a declared event for the first time; from now on it has. Inside the transaction that tells it."""
    known = {"circle": circle, "subject": circle, "content": b"", "made_at": clock.now()}
    digest = content_digest(body)
    which = {"structure": structure, "kind": "CommunicationRequest", "digest": digest, "circle": circle}
    return FhirRecord.objects.get_or_create(**which, defaults=known)[1]


def content_digest(body: Any) -> bytes:
    """A keyed hash of a resource, whatever the order of its members."""
    return keyed_hash("fhir.content", json.dumps(body, sort_keys=True))


def forget_told(vault: UUID) -> None:
    """What was told about an erased patient is not known any more. Inside the transaction of the erasure."""
    FhirRecord.objects.filter(circle__in=Circle.objects.filter(patient__vault=vault).values("pk")).delete()


def _digest(structure: Structure, token: Token) -> bytes:
    return keyed_hash("fhir.identifier", str(structure.pk), _KIND, *token)

"""Which documents of a hospital are known in which circle, and which version is in force: by keyed hashes of their ids.

Noted when the message is received, before it is worked out: so the next message, which replaces or deletes, is judged by what was
answered and not by how far the work has come.
"""
import datetime as dt
from collections.abc import Iterable, Sequence
from uuid import UUID

from foundation.vault.seal import keyed_hash
from hospital.gateway.models import HospitalDocument


def document_digest(structure: UUID, identifier: str) -> bytes:
    """Of a document's id ("ROOT" or "ROOT^EXTENSION") within the hospital."""
    return keyed_hash("gateway.document", str(structure), identifier)


def set_digest(structure: UUID, identifier: str) -> bytes:
    """Of the id that all versions share; b"" where there is none."""
    return keyed_hash("gateway.document.set", str(structure), identifier) if identifier else b""


def known_version(structure: UUID, circle: UUID, identifiers: Iterable[str]) -> HospitalDocument | None:
    """The document of one of these ids in a circle, whatever became of it."""
    digests = [document_digest(structure, one) for one in identifiers if one]
    return HospitalDocument.objects.filter(structure=structure, circle=circle, digest__in=digests).order_by("known_at").last()


def version_in_force(structure: UUID, circle: UUID, set_id: str) -> HospitalDocument | None:
    """The version of a set that none has replaced; None where no set is named."""
    if not set_id:
        return None
    rows = HospitalDocument.objects.filter(structure=structure, circle=circle, set_digest=set_digest(structure, set_id))
    return rows.filter(replaced_by=None, deleted_at=None).order_by("known_at").last()


def note_version(
    structure: UUID, circle: UUID, *, identifier: str, set_id: str, replaced: HospitalDocument | None, known_at: dt.datetime
) -> HospitalDocument:
    """The row of a document, made where there is none yet; what it replaces is in force no more."""
    row, new = HospitalDocument.objects.get_or_create(
        structure_id=structure, circle=circle, digest=document_digest(structure, identifier),
        defaults={"set_digest": set_digest(structure, set_id), "known_at": known_at},
    )  # fmt: skip
    if new and replaced is not None and replaced.pk != row.pk:
        HospitalDocument.objects.filter(pk=replaced.pk, replaced_by=None).update(replaced_by=row)
    return row


def note_deletion(rows: Sequence[HospitalDocument], *, at: dt.datetime) -> None:
    """These are in force no more, and replaced by none."""
    HospitalDocument.objects.filter(pk__in=[row.pk for row in rows], deleted_at=None).update(deleted_at=at)

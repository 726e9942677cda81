"""Asking for a copy, and throwing copies away."""
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from care.exports import errors
from care.exports.enums import UNDER_WAY, Format
from care.exports.models import Export
from media import files
from media.models import Blob
from people.audit.services import record_access
from people.circles.access import access_of, require
from people.circles.models import Membership
from people.circles.policy import Act


def ask_export(actor: Membership, *, format: Format, language: str, session: UUID | None = None) -> Export:
    """A copy that will be made soon. Asked again for the same while it is made, it is that one; an older copy of it goes.

    The act is in the trail before anything is made. Raises Forbidden, Conflict `exports.under_way` for another one.
    """
    require(actor, Act.EXPORT)
    now = timezone.now()
    wanted = {"circle_id": actor.circle_id, "member_id": actor.pk, "standing": actor.stands.value, "first": actor.first, "format": format}
    try:
        with transaction.atomic():
            made = Export.objects.create(**wanted, person_id=actor.person_id, language=language, asked_at=now, due_at=now)
            record_access(access_of(actor, f"record.exported.{format.value}", session, about=made.pk))
            older = Export.objects.filter(**wanted).exclude(pk=made.pk)
            drop(list(older))
            return made
    except IntegrityError:
        same = Export.objects.filter(**wanted, state__in=UNDER_WAY).first()
        if same is None:
            raise errors.under_way() from None
        return same


def drop(exports: list[Export]) -> None:
    """Throws copies away, row and bytes, inside a transaction."""
    blobs = [export.blob_id for export in exports if export.blob_id]
    Export.objects.filter(pk__in=[export.pk for export in exports]).delete()
    files.discard(list(Blob.objects.filter(pk__in=blobs)))
    Blob.objects.filter(pk__in=blobs).delete()


def drop_of_patient(vault: UUID) -> None:
    """An erased patient's copies. Inside the transaction of the erasure."""
    drop(list(Export.objects.filter(circle__patient__vault=vault)))

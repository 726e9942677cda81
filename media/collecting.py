"""What nobody needs any more: files that no post has carried for two days, uploads that were never finished, bytes without a row."""
import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from foundation.errors import NotFound
from media import errors, files
from media.access import unfinished_upload, visible_media
from media.enums import MediaState
from media.models import Blob, Medium, Upload
from media.pieces import drop_upload
from messaging.feed.services import opened
from people.circles.models import Membership

UNPOSTED = dt.timedelta(hours=48)


def collect_orphans(now: dt.datetime) -> int:
    """Throws away what is too old at a moment of the machine's clock; how many files and uploads that were.

    What a post carries, or has ever carried, is not touched: that is looked up again under the lock under which posts are written.
    """
    media = list(Medium.objects.filter(created_at__lt=now - UNPOSTED, carries=None))
    uploads = list(Upload.objects.filter(expires_at__lt=now, medium=None))
    gone = sum(_drop(medium) for medium in media)
    for upload in uploads:
        drop_upload(upload)
    return gone + len(uploads) + files.sweep(now).deleted


def remove(actor: Membership, *, wanted: UUID | None) -> None:
    """Throws away an upload of the actor's own, or a file that no post carries. Raises NotFound, Conflict `media.posted`."""
    if wanted is None:
        raise NotFound
    upload = unfinished_upload(actor, wanted)
    if upload is not None:
        drop_upload(upload)
        return
    mine = visible_media(actor).filter(pk=wanted, uploader__person=actor.person_id).first()
    if mine is None:
        raise NotFound
    if not _drop(mine):
        raise errors.posted()


def drop_files_of(vault: UUID) -> None:
    """An erased patient's bytes go from the store with the commit; what a kill leaves there is swept, and opens nowhere.

    What a worker has in hand is settled here, so that it settles nothing afterwards. Under the locks of the circles' heads.
    """
    blobs = Blob.objects.filter(Q(medium__circle__patient__vault=vault) | Q(upload__circle__patient__vault=vault))
    files.discard(list(blobs))
    Blob.objects.filter(pk__in=list(blobs.values_list("pk", flat=True))).delete()
    Upload.objects.filter(circle__patient__vault=vault).delete()
    unsettled = Medium.objects.filter(circle__patient__vault=vault, state=MediaState.PROCESSING)
    unsettled.update(state=MediaState.REFUSED, code="media.unreadable", due_at=None, waits_for="", settled_at=timezone.now())


def _drop(medium: Medium) -> bool:
    with transaction.atomic(), opened(medium.circle_id):
        still = Medium.objects.filter(pk=medium.pk, carries=None).first()
        if still is None:
            return False
        files.discard(list(still.blobs.all()))
        still.delete()
        return True

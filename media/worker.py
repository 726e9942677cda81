"""The work on files: claims them under a lease, has them scanned and opened, settles or refuses them. Rows are its queue.

A claim is one conditional update that counts `attempts` up; whoever has another number does nothing any more. Killed at any step, the
lease runs out and the file is claimed anew. A decoder that dies costs its file at the second time, for then it was no accident.
"""
import datetime as dt
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from foundation.vault.seal import SealBroken
from media import files, scanning, speech
from media.access import WITH_ALL
from media.enums import MediaKind, MediaState, Part, Wait
from media.envelope import Tampered
from media.errors import DecoderDied, Refused, ScannerDown
from media.models import Blob, Medium
from media.notes import write_spoken
from media.processing import Processed, process
from media.services import refuse_medium, settle_medium
from media.stores import Absent
from people.circles.access import System

log = logging.getLogger("cercle.media")
LEASE = dt.timedelta(seconds=20)  # renewed while the work goes on: what a killed worker had is taken up again after it
_ASK_SCANNER_AGAIN = dt.timedelta(seconds=15)
_TRY_AGAIN = dt.timedelta(seconds=30)
_DEATHS = 2  # of a decoder over one file
_MOST_LOST = 10  # claims of a file that came to no end, the worker's own death among them


@dataclass(frozen=True)
class Claim:
    """A file that is this worker's as long as the row says so."""

    medium: UUID
    attempt: int


DUE = (  # what a watch asks: whether a file waits whose time has come
    f"SELECT 1 FROM {Medium._meta.db_table} WHERE state = '{MediaState.PROCESSING.value}' AND due_at <= ? LIMIT 1"  # noqa: S608
)


def claim_due(most: int) -> list[Claim]:
    """At most so many files whose time has come, now ours; those that wait longest first."""
    now = timezone.now()
    due = Medium.objects.filter(state=MediaState.PROCESSING, due_at__lte=now).order_by("due_at").values_list("pk", "attempts")[:most]
    return [
        Claim(medium, attempts + 1)
        for medium, attempts in due
        if Medium.objects.filter(pk=medium, attempts=attempts, state=MediaState.PROCESSING, due_at__lte=now).update(
            attempts=attempts + 1, lost_claims=F("lost_claims") + 1, due_at=now + LEASE
        )
    ]


def renew(claim: Claim) -> None:
    """The work goes on: nobody else takes it up."""
    Medium.objects.filter(pk=claim.medium, attempts=claim.attempt, state=MediaState.PROCESSING).update(due_at=timezone.now() + LEASE)


def work_on(claim: Claim) -> Callable[[], None] | None:
    """Brings one file to its end, or leaves it waiting; what may still be done for it without haste, such as writing down what it says."""
    mine = Medium.objects.filter(pk=claim.medium, attempts=claim.attempt, state=MediaState.PROCESSING)
    medium = mine.select_related(*WITH_ALL).first()
    if medium is None:
        return None
    if medium.lost_claims > _MOST_LOST:
        refuse_medium(claim.medium, claim.attempt, "media.unreadable")
        log.error("media.given_up medium=%s", claim.medium)
        return None
    try:
        settled = settle_medium(claim.medium, claim.attempt, _looked_through(medium))
    except Refused as refusal:
        refuse_medium(claim.medium, claim.attempt, refusal.code)
        log.info("media.refused code=%s medium=%s", refusal.code, claim.medium)
    except ScannerDown:
        _wait(claim, _ASK_SCANNER_AGAIN, Wait.SCANNER)
    except (SealBroken, Tampered, Absent, Blob.DoesNotExist) as error:
        refuse_medium(claim.medium, claim.attempt, "media.unreadable")
        log.error("media.broken error=%s medium=%s", type(error).__name__, claim.medium)
    except OSError as error:  # the store or the disk, reading or writing: nothing of the file's doing
        _wait(claim, _TRY_AGAIN)
        log.error("media.postponed error=%s medium=%s", type(error).__name__, claim.medium)
    else:
        if settled and medium.kind == MediaKind.VOICE and speech.wanted():
            return lambda: _write_down(claim.medium)
    return None


def _looked_through(medium: Medium) -> Processed:
    """Scanned where that is wanted, then opened. Raises Refused, ScannerDown, and what the store raises."""
    if scanning.wanted():
        scanning.scan(_sent(medium))
    media_type = str(medium.facts()["media_type"])
    for _death in range(_DEATHS):
        try:
            return process(MediaKind(medium.kind), media_type, _sent(medium))
        except DecoderDied:
            log.warning("media.decoder_died medium=%s", medium.pk)
    raise Refused("media.unreadable")


def _sent(medium: Medium) -> Iterator[bytes]:
    return files.read(Blob.objects.get(medium=medium, part=Part.UPLOAD), medium.vault)


def _wait(claim: Claim, delay: dt.timedelta, waits_for: str = "") -> None:
    """The file is free again, later. The claim is not lost, so that a night without a scanner counts as none."""
    mine = Medium.objects.filter(pk=claim.medium, attempts=claim.attempt, state=MediaState.PROCESSING)
    mine.update(due_at=timezone.now() + delay, waits_for=waits_for, lost_claims=F("lost_claims") - 1)


def _write_down(medium: UUID) -> None:
    note = Medium.objects.select_related("circle__patient").get(pk=medium)
    text = speech.spoken(files.read(Blob.objects.get(medium=note, part=Part.CONTENT), note.vault))
    write_spoken(System("speech"), medium=medium, text=text)

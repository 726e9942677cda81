"""Making copies: claimed under a lease, written sealed into the store, counted against the database, thrown away after a day.

A claim counts `attempts` up; whoever has another number does nothing any more. Killed in the middle, the lease runs out and the copy
is begun anew; bytes that no row names are swept by the store (`media.files.sweep`). Rights are asked at the beginning and at the end.
"""
import datetime as dt
import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from time import monotonic

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import override

from care.exports.archive import archive_of
from care.exports.contents import Contents
from care.exports.counting import held
from care.exports.enums import UNDER_WAY, ExportState, Format
from care.exports.errors import Incomplete, Lost, NoRight
from care.exports.models import Export
from care.exports.printing import paper_of
from care.exports.services import drop
from foundation.errors import CercleError
from foundation.vault.seal import SealBroken
from media import files
from media.enums import Part
from media.envelope import Tampered
from media.models import Blob
from media.stores import Absent
from people.circles.access import enter, require
from people.circles.models import Membership
from people.circles.policy import Act

log = logging.getLogger("cercle.exports")
LEASE = dt.timedelta(seconds=20)  # renewed while the work goes on
KEPT = dt.timedelta(days=1)
_TRY_AGAIN = dt.timedelta(seconds=30)
_MOST_ATTEMPTS = 5
_MOST_CHANGES = 3  # attempts after which a record that changes all the time is told as one
_OFTEN_S = 1.0


def work() -> int:
    """Throws away what is too old, and makes the copy that waits longest; how many that were."""
    now = timezone.now()
    gone = _thrown_away(now)
    due = Export.objects.filter(state__in=UNDER_WAY, due_at__lte=now).order_by("due_at").first()
    return gone + (1 if due is not None and _claimed(due, now) else 0)


def _thrown_away(now: dt.datetime) -> int:
    """Looks first: with nothing to do there is no transaction, which where one writes at a time would keep others waiting."""
    past = Export.objects.exclude(state__in=UNDER_WAY).filter(due_at__lte=now)
    if not past.exists():
        return 0
    with transaction.atomic():
        over = list(past[:100])
        drop(over)
    return len(over)


def _claimed(export: Export, now: dt.datetime) -> bool:
    mine = Export.objects.filter(pk=export.pk, attempts=export.attempts, state__in=UNDER_WAY, due_at__lte=now)
    if not mine.update(attempts=export.attempts + 1, state=ExportState.MAKING, due_at=now + LEASE, done=0):
        return False
    claim = Export.objects.select_related("circle__patient", "member", "person").get(pk=export.pk)
    with override(claim.language):
        _made(claim)
    return True


def _made(export: Export) -> None:
    """Brings one copy to its end, or leaves it waiting."""
    if export.attempts > _MOST_ATTEMPTS:
        _fail(export, "exports.given_up")
        return
    try:
        Making(export).make()
    except Lost:
        log.info("exports.lost export=%s", export.pk)
    except NoRight:
        _fail(export, "exports.no_right")
    except Incomplete as error:
        log.warning("exports.incomplete export=%s written=%s held=%s", export.pk, error.written, error.held)
        if export.attempts >= _MOST_CHANGES:
            _fail(export, "exports.incomplete")
        else:
            _mine(export).update(state=ExportState.WAITING, due_at=timezone.now())
    except (SealBroken, Tampered, Absent, Blob.DoesNotExist) as error:
        _fail(export, "exports.broken")
        log.error("exports.broken error=%s export=%s", type(error).__name__, export.pk)
    except OSError as error:  # the store or the disk
        _mine(export).update(state=ExportState.WAITING, due_at=timezone.now() + _TRY_AGAIN)
        log.error("exports.postponed error=%s export=%s", type(error).__name__, export.pk)


def _fail(export: Export, code: str) -> None:
    _mine(export).update(state=ExportState.FAILED, code=code, due_at=timezone.now() + KEPT)


def _mine(export: Export) -> QuerySet[Export]:
    return Export.objects.filter(pk=export.pk, attempts=export.attempts, state=ExportState.MAKING)


def still(export: Export) -> Membership:
    """The membership of who asked, read anew. Raises NoRight where it is another one by now, or stands elsewhere."""
    try:
        member = enter(export.person, export.circle_id)
        require(member, Act.EXPORT)
    except CercleError:
        raise NoRight from None
    if (member.pk, member.stands.value, member.first) != (export.member_id, export.standing, export.first):
        raise NoRight
    return member


class Making:
    """One copy being made by who has claimed it."""

    def __init__(self, export: Export) -> None:
        self._export, self._done, self._renewed = export, 0, monotonic()

    def make(self) -> None:
        """Writes, counts, settles. Raises Lost, NoRight, Incomplete, and what the store raises."""
        contents = Contents(still(self._export))
        contents.count_anew()
        self._say(total=len(contents.order))
        paper = paper_of(contents, self._step, self._patiently)
        pieces: Iterable[bytes] = [paper]
        if self._export.format == Format.ZIP:
            self._say(total=len(contents.order) + len(contents.ready))
            pieces = archive_of(contents, paper, self._step)
        digest = hashlib.sha256()
        blob = files.write(contents.vault, Part.EXPORT, _through(pieces, digest.update))
        try:
            self._settle(contents, blob, digest.hexdigest())
        except BaseException:
            files.drop_unkept(blob)
            raise

    def _settle(self, contents: Contents, blob: Blob, digest: str) -> None:
        """The row, once everything is there and everything is counted. Raises Incomplete, NoRight, Lost."""
        counted = held(contents.member, contents.reader, contents.member.head_number, contents.begun)
        written, there = dict(+contents.counted), dict(+counted)
        if written != there:
            raise Incomplete(written, there)
        with transaction.atomic():
            still(self._export)
            blob.save(force_insert=True)
            now, counts = timezone.now(), dict(contents.counted)
            self._export.keep_facts({"blob": str(blob.pk), "sha256": digest, "bytes": blob.size, "counts": counts})
            settled = _mine(self._export).update(
                state=ExportState.READY, blob=blob, sealed_facts=self._export.sealed_facts, ready_at=now, due_at=now + KEPT,
                done=self._done, total=self._done,
            )  # fmt: skip
            if not settled:
                raise Lost

    def _step(self, more: int) -> None:
        self._done += more
        if monotonic() - self._renewed >= _OFTEN_S:
            self._say(done=self._done)

    def _say(self, **progress: int) -> None:
        """How far it is, which renews the lease. Raises Lost."""
        self._renewed = monotonic()
        if not _mine(self._export).update(due_at=timezone.now() + LEASE, **progress):
            raise Lost

    def _patiently(self, long: Callable[[], bytes]) -> bytes:
        """Lets something take its time in a thread, and says meanwhile that the work goes on."""
        with ThreadPoolExecutor(1) as pool:
            coming = pool.submit(long)
            while True:
                try:
                    return coming.result(timeout=_OFTEN_S)
                except NotYet:
                    self._say(done=self._done)


def _through(pieces: Iterable[bytes], also: Callable[[bytes], None]) -> Iterator[bytes]:
    for piece in pieces:
        also(piece)
        yield piece

"""Works out what waits: in the order of arrival of each feed, one short transaction for each message.

Feeds take turns, so nobody's backlog delays another hospital. A feed is worked by one process at a time, under a lease; killed at any
step, the row still waits, and what is applied twice changes nothing. What fails is tried again later, while the others go on (the
state of a stay does not depend on the order), and ends in quarantine.
"""
import datetime as dt
import logging
import time
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from foundation import ids
from foundation.clock import Seconds
from foundation.http import log_unexpected
from foundation.vault.seal import SealBroken
from hospital.gateway.applying import EMPTIED, apply_said, file_said
from hospital.gateway.enums import MessageState
from hospital.gateway.er7 import read_er7
from hospital.gateway.errors import Refused
from hospital.gateway.keeping import bytes_of
from hospital.gateway.models import Feed, Message
from hospital.gateway.translating import translate

log = logging.getLogger("cercle.hospital")
_LEASE = dt.timedelta(seconds=6)
_RENEW_S: Seconds = 2.0
_TURN = 8  # messages of a feed before the next feed's turn
_AGAIN = [dt.timedelta(seconds=seconds) for seconds in (1, 5, 30, 120)]
_MOST_FAILURES = len(_AGAIN) + 1
_MOST_CLAIMS = 12  # of a message that never came to an end: whoever worked on it died
_LATE = dt.timedelta(seconds=3)  # older ones are a backlog: between two of them others have the database
_PAUSE_S: Seconds = 0.02


class Hand:
    """What works for one process."""

    def __init__(self) -> None:
        self._name = ids.new()
        self._owed: list[int] = []  # numbers whose claim counts for nothing: they were not tried, or the database failed

    def look(self) -> bool:
        """A turn of every feed that has something due; whether there may be more at once. Raises OperationalError."""
        self._give_back()
        left = [self._turn(feed) for feed in _feeds_due() if self._lease(feed)]
        return any(left)

    def leave(self) -> None:
        """Gives the leases back: another process goes on at once."""
        self._give_back()
        Feed.objects.filter(worked_by=self._name).update(worked_until=None)

    def _lease(self, feed: UUID) -> bool:
        now = timezone.now()
        free = Q(worked_until=None) | Q(worked_until__lt=now)
        row = Feed.objects.filter(pk=feed)
        held = row.filter(worked_by=self._name, worked_until__gt=now + _LEASE / 2).exists()
        return held or bool(row.filter(free | Q(worked_by=self._name)).update(worked_by=self._name, worked_until=now + _LEASE))

    def _turn(self, feed: UUID) -> bool:
        """A few messages of one feed; whether there may be more. Raises OperationalError."""
        claimed = _claimed(feed)
        began = time.monotonic()
        for place, (number, late) in enumerate(claimed):
            try:
                if time.monotonic() - began > _RENEW_S and not self._lease(feed):
                    self._owed += [each for each, _ in claimed[place:]]
                    return False
                work_out(number)
            except OperationalError:
                self._owed += [each for each, _ in claimed[place:]]
                raise
            if late:
                time.sleep(_PAUSE_S)
        return bool(claimed)

    def _give_back(self) -> None:
        """What the database has put a stop to was no attempt of the message. It waits a moment, so that others go before it."""
        while self._owed:
            waiting = Message.objects.filter(number=self._owed[0], state=MessageState.WAITING, attempts__gt=0)
            waiting.update(attempts=F("attempts") - 1, due_at=timezone.now() + _AGAIN[0])
            self._owed.pop(0)


def _feeds_due() -> list[UUID]:
    due = Message.objects.filter(feed=OuterRef("pk"), state=MessageState.WAITING, due_at__lte=timezone.now())
    return list(Feed.objects.filter(Exists(due)).values_list("pk", flat=True))


def _claimed(feed: UUID) -> list[tuple[int, bool]]:
    """(number, whether it is late) of the next ones, each counted as tried. One that was tried before comes alone: it may be deadly."""
    now = timezone.now()
    due = Message.objects.filter(feed=feed, state=MessageState.WAITING, due_at__lte=now).order_by("number")
    rows = list(due.values_list("number", "attempts", "due_at")[:_TURN])
    fresh = next((place for place, (_, attempts, _at) in enumerate(rows) if attempts), len(rows))
    rows = rows[: max(1, fresh)]
    Message.objects.filter(number__in=[number for number, _, _ in rows]).update(attempts=F("attempts") + 1)
    return [(number, due_at is not None and due_at < now - _LATE) for number, _, due_at in rows]


def work_out(number: int) -> None:
    """One message brought to an end, or put off. Raises OperationalError where the database does not answer; nothing is done then."""
    row = Message.objects.select_related("feed__structure", "patient").filter(number=number, state=MessageState.WAITING).first()
    if row is None:
        return
    if row.attempts > _MOST_CLAIMS:
        _quarantine(row, "deadly")
        return
    try:
        _apply(row)
    except OperationalError:
        raise
    except Refused as refused:
        _quarantine(row, refused.fault.code)
    except SealBroken:  # the patient was erased meanwhile, and the message with them
        _settle(row, MessageState.IGNORED)
    except Exception as error:
        log_unexpected(error)
        _put_off(row)


def _apply(row: Message) -> None:
    said = translate(read_er7(bytes_of(row)), authorities=row.feed.authorities, received_at=row.received_at)
    with transaction.atomic():
        state = apply_said(said, structure=row.feed.structure_id, known_at=row.received_at, number=row.number, message=row.id)
        if state != MessageState.WAITING and not _settle(row, state):
            transaction.set_rollback(True)  # somebody else has done it
    if said.document and state == MessageState.WAITING:  # its files go to the store, which may be far away
        _settle(row, file_said(said.document, structure=row.feed.structure, known_at=row.received_at))


def _settle(row: Message, state: MessageState) -> bool:
    """Whether it was still waiting."""
    emptied = {"sealed": b"", "patient": None} if state in EMPTIED else {}
    waiting = Message.objects.filter(number=row.number, state=MessageState.WAITING)
    return bool(waiting.update(state=state, settled_at=timezone.now(), due_at=None, **emptied))


def _put_off(row: Message) -> None:
    if row.failures + 1 >= _MOST_FAILURES:
        _quarantine(row, "failed")
        return
    waiting = Message.objects.filter(number=row.number, state=MessageState.WAITING)
    waiting.update(failures=row.failures + 1, due_at=timezone.now() + _AGAIN[row.failures])


def _quarantine(row: Message, reason: str) -> None:
    waiting = Message.objects.filter(number=row.number, state=MessageState.WAITING)
    waiting.update(state=MessageState.QUARANTINED, reason=reason, due_at=None, settled_at=timezone.now())
    log.error("hospital.quarantined message=%s reason=%s", row.id, reason)

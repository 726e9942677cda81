"""The outbox: claims what is due under a lease, records what came of it, and keeps what could not be delivered where it is seen.

A claim counts `attempts` up; whoever has another number does nothing any more. Killed at any step, the lease runs out and the delivery
is claimed anew, unless a device has said meanwhile that it has shown it. All times are the machine's.
"""
import datetime as dt
import random
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from foundation.http import log_unexpected
from notifications.deciding import WITH_ALL, still_wanted
from notifications.devices import note_outcome
from notifications.enums import Channel, DeliveryState, Lane
from notifications.locks import drop_waiting, locked
from notifications.models import Delivery, Device, Notice
from notifications.transports import Address, Outcome

T = TypeVar("T")
LEASE = dt.timedelta(seconds=6)  # renewed while a service is waited for: what a killed process had is taken up again after it
KEPT = dt.timedelta(days=30)  # how long one may ask what became of an ordinary notice
_FIRST_WAIT_S = {Lane.URGENT: 1.0, Lane.HOSPITAL: 1.0, Lane.ORDINARY: 10.0}
_LONGEST_WAIT_S = {Lane.URGENT: 60.0, Lane.HOSPITAL: 60.0, Lane.ORDINARY: 1800.0}
# A service that wants to be asked later than this is asked now and then.
_LONGEST_ASKED_S = {Lane.URGENT: 300.0, Lane.HOSPITAL: 300.0, Lane.ORDINARY: 3600.0}
_GIVEN_UP = {Lane.URGENT: dt.timedelta(hours=4), Lane.HOSPITAL: dt.timedelta(hours=4), Lane.ORDINARY: dt.timedelta(hours=24)}
_SWEPT_AT_ONCE = 500


TTL_S = 4 * 3600  # how long a service keeps it for a device that is off: the same for every kind of news


@dataclass(frozen=True)
class Claim:
    """A delivery that is this process's as long as the row says so."""

    delivery: UUID
    attempt: int


@dataclass(frozen=True)
class Sent:
    """What came of one sending that began at `asked_at`, to a device's `address` or, without one, by a letter."""

    delivery: Delivery
    outcome: Outcome
    asked_at: dt.datetime
    address: Address | None = None


def claim_due(lane: Lane, most: int, *, letters: int = 8, but: Collection[UUID] = ()) -> list[Claim]:
    """At most so many deliveries of a lane whose time has come, now ours; those that wait longest first. Two processes share none.

    Of those by e-mail and SMS at most `letters`: a mail server that hangs keeps no push waiting. None of `but`: what this process has in
    hand is not sent a second time where the database was away for longer than a lease.
    """
    now = timezone.now()
    due = Delivery.objects.filter(lane=lane, state=DeliveryState.WAITING, due_at__lte=now).exclude(pk__in=list(but))
    pushes = due.filter(channel=Channel.PUSH)
    if not (due if letters > 0 else pushes).exists():  # nearly always, and this takes no lock
        return []
    with transaction.atomic():
        rows = _longest_waiting(due.exclude(channel=Channel.PUSH), min(letters, most))
        rows += _longest_waiting(pushes, most - len(rows))
        Delivery.objects.filter(pk__in=[pk for pk, _ in rows]).update(attempts=F("attempts") + 1, due_at=now + LEASE)
    return [Claim(pk, attempts + 1) for pk, attempts in rows]


def due_rows(lane: Lane) -> str:
    """What a watch asks: whether something of a lane is due, by the index `delivery_due`."""
    table, waiting = Delivery._meta.db_table, DeliveryState.WAITING.value
    return f"SELECT 1 FROM {table} WHERE state = '{waiting}' AND lane = {lane.value} AND due_at <= ? LIMIT 1"  # noqa: S608  -- names of the model's


def _longest_waiting(due: QuerySet[Delivery], most: int) -> list[tuple[UUID, int]]:
    return list(due.select_for_update(skip_locked=True).order_by("due_at").values_list("pk", "attempts")[: max(0, most)])


def renew(claims: Iterable[Claim]) -> None:
    """The service is still waited for: nobody else takes these up."""
    with transaction.atomic():
        for claim in sorted(claims, key=lambda claim: claim.delivery):  # rows are locked in one order
            _waiting().filter(pk=claim.delivery, attempts=claim.attempt).update(due_at=timezone.now() + LEASE)


def wanted(claims: Collection[Claim]) -> list[Delivery]:
    """Those of these claims that are to be sent, with `deciding.WITH_ALL`; the others are dropped, or put off, here."""
    ours = {claim.delivery: claim.attempt for claim in claims}
    rows = _waiting().filter(pk__in=list(ours)).select_related(*WITH_ALL)
    held = [row for row in rows if row.attempts == ours[row.pk]]
    decided = {row.pk: tried(row, still_wanted) for row in held}
    for row in held:
        if decided[row.pk] is False:
            _waiting().filter(pk=row.pk, attempts=row.attempts).update(state=DeliveryState.DROPPED)
    return [row for row in held if decided[row.pk]]


def tried(delivery: Delivery, do: Callable[[Delivery], T]) -> T | None:
    """What `do` makes of one delivery. None where it raises: this one is seen, and tried again later, and takes no other one with it."""
    try:
        return do(delivery)
    except Exception as error:
        log_unexpected(error)
        _settle(delivery, Outcome("fault", "later"))
        return None


def record(results: Iterable[Sent]) -> None:
    """What came of some deliveries, in one transaction. What another process has claimed since, or a device has shown, stays as it is.

    Their rows are locked first, those of a table in one order, deliveries before devices, as by whoever says that it has shown one.
    """
    rows = [(sent, sent.delivery.device_id if sent.address is not None else None) for sent in results]
    with transaction.atomic():
        locked(Delivery.objects.filter(pk__in=[sent.delivery.pk for sent, _ in rows]))
        locked(Device.objects.filter(pk__in={device for _, device in rows if device}))
        for sent, device in rows:
            _settle(sent.delivery, sent.outcome)
            if device is not None and sent.address is not None:
                note_outcome(device, address=sent.address, asked_at=sent.asked_at, outcome=sent.outcome, ttl_s=TTL_S)


def _settle(delivery: Delivery, outcome: Outcome) -> None:
    now, lane = timezone.now(), Lane(delivery.lane)
    held = Delivery.objects.filter(pk=delivery.pk, attempts=delivery.attempts)
    mine = held.filter(state=DeliveryState.WAITING)
    if outcome.kind == "accepted":
        mine.update(state=DeliveryState.SENT, status=outcome.status, sent_at=now)
        held.filter(state=DeliveryState.SHOWN, sent_at=None).update(status=outcome.status, sent_at=now)  # the device was faster
    elif outcome.kind == "later" and now - delivery.notice.at < _GIVEN_UP[lane]:
        due = now + dt.timedelta(seconds=wait_s(lane, delivery.failures, outcome.retry_after))
        mine.update(due_at=due, failures=F("failures") + 1, status=outcome.status)
    else:
        mine.update(state=DeliveryState.DEAD, failures=F("failures") + 1, status=outcome.status, due_at=now)


def wait_s(lane: Lane, failures: int, asked: float | None = None) -> float:
    """Seconds until a delivery is tried again that has failed so often before: doubling, with jitter, so that not all come at once.

    Never before the service has asked for it, within reason.
    """
    longest = min(_LONGEST_WAIT_S[lane], _FIRST_WAIT_S[lane] * 2 ** min(failures, 16))
    own = random.uniform(longest / 2, longest)  # noqa: S311  -- spread, not secrecy
    return max(own, min(asked or 0.0, _LONGEST_ASKED_S[lane]))


def drop(notices: QuerySet[Notice]) -> None:
    """What is told of by these notices needs nobody any more: whatever of them has not left stays here. In a transaction."""
    drop_waiting(Q(notice__in=notices))


def retry(*, channel: str = "", status: str | None = None, but: Collection[str] = ()) -> int:
    """Dead letters are due again, all of them or those of a way and a status; how many. Whether they are wanted is asked at the sending."""
    dead = Delivery.objects.filter(state=DeliveryState.DEAD).exclude(status__in=list(but))
    if channel:
        dead = dead.filter(channel=channel)
    if status is not None:
        dead = dead.filter(status=status)
    return dead.update(state=DeliveryState.WAITING, due_at=timezone.now(), failures=0)


def sweep() -> int:
    """Forgets ordinary notices that are old, a batch at a time; how many. Those of an alert are part of what the post shows."""
    old = Notice.objects.filter(at__lt=timezone.now() - KEPT, step=None).order_by("at").values_list("pk", flat=True)
    batch = list(old[:_SWEPT_AT_ONCE])
    Notice.objects.filter(pk__in=batch).delete()
    return len(batch)


def _waiting() -> QuerySet[Delivery]:
    return Delivery.objects.filter(state=DeliveryState.WAITING)

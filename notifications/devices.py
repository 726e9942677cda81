"""Devices: whose they are, how they fare, and what becomes of them. One row per address, of one live session of one person.

Which devices something goes to is asked of `live_devices` when somebody is told; `deciding.still_wanted` looks at the one device again
when it is sent. Times are the machine's.
"""
import datetime as dt
from collections.abc import Collection, Sequence
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from foundation.errors import NotFound
from foundation.vault.seal import SITE, keyed_hash, unseal
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications import errors
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Device, Notice
from notifications.transports import Outcome, addresses
from notifications.transports.addresses import Address
from people.accounts.models import Person

Health = Literal["ok", "failing", "gone", "asleep"]
_ASLEEP = dt.timedelta(days=7)  # neither open nor heard of
_SILENT_AFTER = 3  # sendings that it said nothing of
_ANSWERS_WITHIN = dt.timedelta(minutes=1)


def remove_device(person: Person, *, device: UUID | None) -> None:
    """Nothing is sent there any more. Raises NotFound."""
    if not device or not Device.objects.filter(person=person, pk=device).delete()[0]:
        raise NotFound


def let_devices_go(lines: Sequence[FeedLine]) -> None:
    """Whoever changes their password has reasons: in that transaction all their devices fall silent, until each is open again by a
    session that still counts. (Sessions of the former password are refused, but their rows stay for a while.)"""
    changed = [line.subject for line in lines if line.kind == Kind.PASSWORD_CHANGED]
    if changed:
        Device.objects.filter(person__in=changed).delete()


def devices_of(person: Person) -> list[Device]:
    """A person's devices whose session lives, also those that the push service has given up; last seen first."""
    return list(_with_session(timezone.now()).filter(person=person).order_by("-seen_at", "pk"))


def live_devices(people: Collection[UUID]) -> dict[UUID, list[Device]]:
    """Devices by person that something may be sent to now: session alive, account active, not gone; last seen first. One statement."""
    found: dict[UUID, list[Device]] = {person: [] for person in people}
    rows = _with_session(timezone.now()).filter(person__in=people, person__is_active=True, gone_at=None)
    for device in rows.order_by("-seen_at", "pk"):
        found[device.person_id].append(device)
    return found


def _with_session(now: dt.datetime) -> QuerySet[Device]:
    return Device.objects.filter(session__expire_date__gt=now, session__person=F("person"))


def health(device: Device, now: dt.datetime) -> Health:
    """How it fares, as far as can be told: whether it showed what it was sent, whether its push service refuses or forgot it."""
    if device.gone_at is not None:
        return "gone"
    if device.failing_since is not None:
        return "failing"
    heard = max(filter(None, (device.seen_at, device.shown_at)))
    return "asleep" if now - heard > _ASLEEP else "ok"


def address_of(device: Device) -> Address:
    """Where to send. Raises SealBroken."""
    return addresses.read(device.transport, unseal(SITE, place_of(device.pk), device.sealed_address))


def mark_sent(device: UUID, *, ttl_shortened: bool = False) -> None:
    """The push service took something. Silence about what it took before is noted; so is a time to live that it cut short."""
    now = timezone.now()
    Device.objects.filter(pk=device).update(sent_at=now)
    if ttl_shortened or _is_silent(device, now):
        mark_failing(device)


def mark_failing(device: UUID) -> None:
    """Refused, or silent. Counts from the first time, until it shows something."""
    Device.objects.filter(pk=device, failing_since=None).update(failing_since=timezone.now())


def mark_gone(device: UUID, *, address: Address, asked_at: dt.datetime) -> None:
    """The push service knows this address no more; a subscription that was renewed since it was asked lives on (security.md, P7)."""
    known = Device.objects.filter(pk=device, address_hash=address_hash(address), seen_at__lte=asked_at, gone_at=None)
    known.update(gone_at=timezone.now())


def mark_shown(device: UUID) -> None:
    """It showed something, so it works."""
    Device.objects.filter(pk=device).update(shown_at=timezone.now(), failing_since=None)


def note_outcome(device: UUID, *, address: Address, asked_at: dt.datetime, outcome: Outcome, ttl_s: int) -> None:
    """Notes on the device what came of a sending that began at `asked_at` (the machine's clock)."""
    if outcome.kind == "accepted":
        mark_sent(device, ttl_shortened=outcome.ttl_s is not None and outcome.ttl_s < ttl_s)
    elif outcome.kind == "gone":
        mark_gone(device, address=address, asked_at=asked_at)
    elif outcome.kind == "refused":
        mark_failing(device)


def _is_silent(device: UUID, now: dt.datetime) -> bool:
    """Whether this is one of several sendings in a row that it had the time to show and did not."""
    row = Device.objects.filter(pk=device).first()
    if row is None:
        return False
    since = row.shown_at or row.made_at
    sent = Q(sent_at__gt=since, sent_at__lt=now - _ANSWERS_WITHIN)
    return Delivery.objects.filter(sent, device=device, shown_at=None).count() >= _SILENT_AFTER - 1


@transaction.atomic
def confirm_shown(person: Person, *, delivery: UUID | None) -> None:
    """A device says that it has shown this. Again and again is the same as once. Raises NotFound for what is not the caller's."""
    row = delivery_of(person, delivery)
    if row.shown_at is None:
        Delivery.objects.filter(pk=row.pk, shown_at=None).update(state=DeliveryState.SHOWN, shown_at=timezone.now())
        if row.device_id is not None:
            mark_shown(row.device_id)


@transaction.atomic
def send_test(person: Person, *, device: UUID | None) -> Delivery:
    """Puts a test for this one device into the outbox. Raises NotFound, Conflict `push.device_gone`."""
    found = _with_session(timezone.now()).filter(person=person, pk=device).first() if device else None
    if found is None:
        raise NotFound
    if found.gone_at is not None:
        raise errors.device_gone()
    now = timezone.now()
    notice = Notice.objects.create(person=person, news=News.TEST, lane=Lane.ORDINARY, at=now)
    return Delivery.objects.create(notice=notice, channel=Channel.PUSH, device=found, lane=Lane.ORDINARY, due_at=now)


def delivery_of(person: Person, delivery: UUID | None) -> Delivery:
    """One of the caller's own deliveries. Raises NotFound."""
    found = Delivery.objects.filter(pk=delivery, notice__person=person, channel=Channel.PUSH).first() if delivery else None
    if found is None:
        raise NotFound
    return found


def address_hash(address: Address) -> bytes:
    """By which an address is found without being read."""
    return keyed_hash("push.address", address.identity)


def place_of(device: UUID) -> str:
    """What a sealed address is bound to."""
    return f"notifications.device.address:{device}"

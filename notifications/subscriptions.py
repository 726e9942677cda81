"""Subscribing: a browser or an app becomes a device of the calling session, or is renewed as one."""
import re
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric import ec
from django.db import IntegrityError, transaction
from django.utils import timezone

from foundation.errors import NotSignedIn
from foundation.origins import ForbiddenPlace
from foundation.pinned import may_lead_outside
from foundation.vault.seal import SITE, SealBroken, seal
from notifications import errors
from notifications.devices import address_hash, address_of, place_of
from notifications.enums import Transport
from notifications.models import Device
from notifications.protocol import SubscriptionBody
from notifications.transports import addresses, apns, fcm
from notifications.transports.addresses import Address, NativeAddress, WebPushAddress
from notifications.transports.endpoints import checked
from notifications.transports.web_push import from_base64url, to_base64url
from people.accounts.models import Person, Session

MOST = 20  # devices of one person
_AUTH_BYTES = 16
# What the services give out, and what stands in an address or a header of ours without being a danger there.
_TOKENS = {Transport.FCM: re.compile(r"[A-Za-z0-9_:-]{20,4096}"), Transport.APNS: re.compile(r"[0-9A-Fa-f]{64,200}")}


@dataclass(frozen=True)
class Subscribing:
    """What a device says of itself. `session` is the key of the session that calls."""

    session: str
    address: Address
    name: str
    language: str


def address_in(body: SubscriptionBody) -> Address:
    """The address that a body names. Raises Invalid `push.bad_endpoint`, `push.bad_keys`, `push.bad_token`, `push.not_offered`."""
    if body.transport != "web_push":
        return _app(Transport(body.transport), body.token)
    try:
        origin = checked(body.endpoint)
        if not may_lead_outside(origin.host, origin.port):
            raise ForbiddenPlace("address")
    except ForbiddenPlace:
        raise errors.bad_endpoint() from None
    if body.keys is None:
        raise errors.bad_keys()
    return WebPushAddress(body.endpoint, *_checked_keys(body.keys.p256dh, body.keys.auth))


def _app(transport: Transport, token: str) -> NativeAddress:
    """Raises Invalid `push.bad_token`, `push.not_offered`."""
    if not _TOKENS[transport].fullmatch(token):
        raise errors.bad_token()
    if not (fcm if transport == Transport.FCM else apns).is_configured():
        raise errors.no_apps()
    return NativeAddress(transport, token)


def _checked_keys(p256dh: str, auth: str) -> tuple[str, str]:
    """The keys in one spelling: a point on the curve, sixteen bytes. Raises Invalid `push.bad_keys`."""
    try:
        point, secret = from_base64url(p256dh), from_base64url(auth)
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except (ValueError, NotBase64):
        raise errors.bad_keys() from None
    if len(secret) != _AUTH_BYTES or len(point) != 65:
        raise errors.bad_keys()
    return to_base64url(point), to_base64url(secret)


def subscribe_device(person: Person, *, subscribing: Subscribing) -> tuple[Device, bool]:
    """The device of this address, made the caller's and alive again; and whether it is new to them.

    Whose it was before loses it, and what waits for it there goes nowhere: nothing of theirs is shown on it (security.md, P5, P6).
    Raises NotSignedIn where the session has ended meanwhile, Conflict `push.too_many_devices`.
    """
    try:
        return _subscribed(person, subscribing)
    except IntegrityError:  # the same address, at the same moment, by somebody else
        return _subscribed(person, subscribing)


@transaction.atomic
def _subscribed(person: Person, said: Subscribing) -> tuple[Device, bool]:
    now, hashed = timezone.now(), address_hash(said.address)
    session = Session.objects.select_for_update().filter(pk=said.session, person=person, expire_date__gt=now).first()
    if session is None:
        raise NotSignedIn
    device = Device.objects.select_for_update().filter(address_hash=hashed).first()
    if device is not None and device.person_id != person.pk:
        device.delete()
        device = None
    new = device is None
    if device is None:
        _make_room(person)
        device = Device(person=person, address_hash=hashed, transport=said.address.transport, made_at=now, name=said.name)
    elif _knew(device) != said.address:
        device.failing_since = None  # what failed was another subscription
    device.session, device.seen_at, device.gone_at = session, now, None
    device.name, device.language = said.name or device.name, said.language
    device.sealed_address = seal(SITE, place_of(device.pk), addresses.written(said.address))
    device.save(force_insert=new)
    Device.objects.filter(session=session, gone_at__isnull=False).delete()  # this browser's former ones
    return device, new


def _knew(device: Device) -> Address | None:
    """The address as it was told before."""
    try:
        return address_of(device)
    except SealBroken:
        return None


def _make_room(person: Person) -> None:
    """Where there are too many, those that their push service has given up make room for a new one.

    Not before: one that is not listed any more counts as removed by its owner, and falls silent for good at their next visit there.
    """
    mine = Device.objects.filter(person=person)
    if mine.count() < MOST:
        return
    if not mine.filter(gone_at__isnull=False).delete()[0]:
        raise errors.too_many_devices()

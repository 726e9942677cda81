"""Devices of the caller over HTTP: subscribing, testing, and what a device says that it has shown."""
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from ninja import Router, Status

from foundation import device as calling
from foundation import ids
from foundation.errors import NotSignedIn
from notifications import devices
from notifications.items import delivery_item, device_item
from notifications.models import Device
from notifications.protocol import ReceiptBody, SubscriptionBody
from notifications.subscriptions import Subscribing, address_in, subscribe_device
from notifications.transports import vapid
from people.accounts.access import session_key_of
from people.accounts.models import Person
from people.circles.access import Own, SignedIn

router = Router(tags=["push"])


def _caller(request: HttpRequest) -> Person:
    person: Person = request.auth  # type: ignore[attr-defined]
    return person


def _shown(request: HttpRequest, device: Device) -> dict[str, Any]:
    state = devices.health(device, timezone.now())
    return device_item(device, state=state, current=device.session_id == session_key_of(request))


@router.get("push/key", auth=SignedIn(), response=dict[str, str])
def key(request: HttpRequest) -> dict[str, str]:
    """The key that a browser subscribes with."""
    return {"key": vapid.public_key()}


@router.post("push/subscriptions", auth=SignedIn(), response={200: dict[str, Any], 201: dict[str, Any]})
def subscribe(request: HttpRequest, body: SubscriptionBody) -> Status[dict[str, Any]]:
    """Makes this browser or app one of the caller's devices, for as long as the calling session lives; again: renews it."""
    session = session_key_of(request)
    if session is None:
        raise NotSignedIn
    name = " ".join(body.name.split())[:80] or calling.present().replace(" · ", ", ")
    language = body.language or (get_language() or "fr")[:2]
    said = Subscribing(session=session, address=address_in(body), name=name, language=language)
    device, new = subscribe_device(_caller(request), subscribing=said)
    return Status(201 if new else 200, _shown(request, device))


@router.get("push/subscriptions", auth=SignedIn(), response=dict[str, Any])
def subscriptions(request: HttpRequest) -> dict[str, Any]:
    """The caller's devices, last seen first."""
    return {"items": [_shown(request, device) for device in devices.devices_of(_caller(request))], "next": None}


@router.delete("push/subscriptions/{device_id}", auth=Own(), response={204: None})
def unsubscribe(request: HttpRequest, device_id: str) -> Status[None]:
    """Nothing is sent there any more."""
    devices.remove_device(_caller(request), device=ids.parse(device_id))
    return Status(204, None)


@router.post("push/subscriptions/{device_id}/test", auth=Own(), response={202: dict[str, str]})
def test(request: HttpRequest, device_id: str) -> Status[dict[str, str]]:
    """Sends a test to this one device; it is over when the device itself has confirmed it (`GET push/deliveries/{id}`)."""
    delivery = devices.send_test(_caller(request), device=ids.parse(device_id))
    return Status(202, {"id": str(delivery.pk)})


@router.get("push/deliveries/{delivery_id}", auth=Own(), response=dict[str, Any])
def delivery(request: HttpRequest, delivery_id: str) -> dict[str, Any]:
    """How far one of the caller's own deliveries has come."""
    return delivery_item(devices.delivery_of(_caller(request), ids.parse(delivery_id)))


@router.post("push/receipts", auth=SignedIn(), response={204: None})
def receipt(request: HttpRequest, body: ReceiptBody) -> Status[None]:
    """A device says that it has shown this."""
    devices.confirm_shown(_caller(request), delivery=ids.parse(body.id))
    return Status(204, None)

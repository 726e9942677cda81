"""One sending of Web Push against a real service: what goes out, and what is made of each way in which a service can answer."""
import asyncio
import json
from uuid import uuid4

from notifications import transports
from notifications.transports import Outcome, WebPushAddress, payload_of
from tests.push_service import FakeDevice, PushService

DAY_S = 24 * 3600


def send(*devices: FakeDevice, ttl_s: int = DAY_S, payload: bytes | None = None) -> list[Outcome]:
    """What came of sending one message to each at the same time."""

    async def all_at_once() -> list[Outcome]:
        try:
            said = [payload or payload_of(uuid4()) for _ in devices]
            return await asyncio.gather(
                *(transports.send(address(one), text, ttl_s=ttl_s, urgency="high") for one, text in zip(devices, said, strict=True))
            )
        finally:
            await transports.close()

    return asyncio.run(all_at_once())


def address(device: FakeDevice) -> WebPushAddress:
    """As it would be unsealed."""
    return WebPushAddress(device.endpoint, **device.keys)


def test_a_device_reads_what_nobody_else_can(service: PushService) -> None:
    phone, delivery = service.device(), uuid4()
    assert send(phone, payload=payload_of(delivery)) == [Outcome("201", "accepted")]
    [push] = phone.received
    assert json.loads(push.plain) == {"id": str(delivery), "text": "Cercle : du nouveau vous attend."}
    assert str(delivery).encode() not in push.body
    assert service.faults == []


def test_every_message_has_one_length_and_one_set_of_headers(service: PushService) -> None:
    phone = service.device()
    for _ in range(3):
        send(phone)
    pushes = phone.received
    assert len({len(push.body) for push in pushes}) == 1
    assert len({push.body for push in pushes}) == 3
    for push in pushes:
        assert (push.headers["ttl"], push.headers["urgency"]) == (str(DAY_S), "high")
        assert "topic" not in push.headers
        assert "cookie" not in push.headers


def test_a_phone_that_is_off_for_an_afternoon_gets_it_whatever_the_caller_says(service: PushService) -> None:
    phone = service.device()
    send(phone, ttl_s=0)
    assert int(phone.received[0].headers["ttl"]) >= 4 * 3600

"""One sending of Web Push against a real service: what goes out, and what is made of each way in which a service can answer."""
import asyncio
import datetime as dt
import json
from email.utils import format_datetime
from uuid import uuid4

import pytest
from pytest_django import Settings

from notifications import transports
from notifications.transports import Outcome, WebPushAddress, lines, payload_of
from tests.push_service import BROKEN, DRIPPING, GONE, HANGING, LYING, RESET, FakeDevice, Manner, PushService, busy, redirecting

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


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [
        (busy(7), Outcome("429", "later", retry_after=7.0)),
        (busy(999_999), Outcome("429", "later", retry_after=3600.0)),
        (Manner(503, {"Retry-After": "soon"}, "drop"), Outcome("503", "later")),
        (BROKEN, Outcome("500", "later")),
        (GONE, Outcome("410", "gone")),
        (Manner(404, then="drop"), Outcome("404", "gone")),
        (Manner(403, then="drop"), Outcome("403", "refused")),
        (Manner(413, then="drop"), Outcome("413", "refused")),
        (Manner(201, {"TTL": "60"}), Outcome("201", "accepted", ttl_s=60)),
        (LYING, Outcome("201", "accepted")),
        (RESET, Outcome("broken", "later")),
        (HANGING, Outcome("timeout", "later")),
        (DRIPPING, Outcome("timeout", "later")),
        *((redirecting("http://127.0.0.1:9/", status), Outcome(str(status), "refused")) for status in (301, 302, 303, 307, 308)),
    ],
    ids=lambda value: f"{value.status}-{value.then}" if isinstance(value, Manner) else "",
)
def test_each_answer_is_taken_for_what_it_is(
    service: PushService, monkeypatch: pytest.MonkeyPatch, manner: Manner, outcome: Outcome
) -> None:
    monkeypatch.setattr(lines, "_WHOLE_S", 0.7 if manner.then in {"hang", "drip"} else 15.0)
    phone = service.device()
    phone.manner = manner
    assert send(phone) == [outcome]
    assert len(service.requests) == 1


def test_a_date_to_come_back_at_is_understood(service: PushService) -> None:
    service.manner = Manner(429, {"Retry-After": format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=5), usegmt=True)}, "drop")
    [outcome] = send(service.device())
    assert outcome.retry_after is not None
    assert 200 < outcome.retry_after <= 300


def test_one_that_hangs_holds_up_no_other(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_WHOLE_S", 3.0)
    phones = [service.device() for _ in range(20)]
    phones[0].manner = HANGING
    assert [outcome.status for outcome in send(*phones)] == ["timeout", *["201"] * 19]
    assert len([push for push in service.requests if push.device is not phones[0]]) == 19


def test_nobody_listening_is_asked_again_later(settings: Settings) -> None:
    with PushService() as closed:
        settings.PUSH_ALLOW = closed.origin
        phone = closed.device()
    assert send(phone) == [Outcome("unreachable", "later")]


def test_each_service_gets_a_token_made_out_to_itself(service: PushService, settings: Settings) -> None:
    with PushService() as other:
        settings.PUSH_ALLOW = f"{service.origin},{other.origin}"
        for phone in (service.device(), other.device(), service.device()):
            assert send(phone)[0].kind == "accepted"
        assert (service.faults, other.faults) == ([], [])
        assert [push.claims["aud"] for push in (*service.requests, *other.requests)] == [service.origin, service.origin, other.origin]


def test_a_shortened_life_is_logged_without_a_word_of_whose(service: PushService, caplog: pytest.LogCaptureFixture) -> None:
    service.manner = Manner(201, {"TTL": "60"})
    phone = service.device()
    send(phone)
    assert f"push.ttl_shortened asked={DAY_S} given=60" in caplog.text
    assert phone.path not in caplog.text


def test_no_proxy_of_the_environment_hears_of_it(service: PushService, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(service.device()) == [Outcome("201", "accepted")]

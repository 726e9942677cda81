"""Devices over the API: whose they are, how one becomes somebody's, and what ends that."""
import asyncio
import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from notifications import devices, transports
from notifications.enums import Channel, DeliveryState, Lane, News
from notifications.models import Delivery, Device, Notice
from notifications.subscriptions import MOST
from people.accounts.models import Person, Session
from people.accounts.services import disable_account
from people.accounts.sessions import end_sessions
from tests.accounts.cast import APP, PASSWORD, alice, app_headers, app_sign_in, claire, token_of
from tests.house.test_protocol import NAMED, shape
from tests.push_service import GONE, FakeDevice, Manner, PushService

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = "trois ponts sur l'Adour"


class App:
    """Somebody's app, signed in by a session of its own."""

    def __init__(self, person: Person) -> None:
        self.person, self.client = person, Client()
        self.token = token_of(app_sign_in(person.email or "", client=self.client))

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """One call of the API."""
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1/{path}", data, "application/json", headers={**app_headers(self.token), **headers})

    def subscribe(self, device: FakeDevice, **more: Any) -> Any:
        """The answer to subscribing."""
        return self.call("POST", "push/subscriptions", {**device.subscription, **more})


def test_a_browser_becomes_a_device_and_is_renewed_at_its_next_visit(service: PushService) -> None:
    app, phone = App(alice()), service.device("Chrome, Android")
    first = app.subscribe(phone)
    assert first.status_code == 201
    assert (first.json()["name"], first.json()["state"], first.json()["current"]) == ("Chrome, Android", "ok", True)
    phone.renew_keys()
    again = app.subscribe(phone)
    assert (again.status_code, again.json()["id"]) == (200, first.json()["id"])
    [kept] = Device.objects.all()
    assert devices.address_of(kept).p256dh == phone.keys["p256dh"]  # type: ignore[union-attr]
    assert phone.path.encode() not in bytes(kept.sealed_address)
    listed = app.call("GET", "push/subscriptions").json()["items"]
    assert [one["id"] for one in listed] == [first.json()["id"]]
    assert phone.path not in json.dumps(listed)


def test_what_is_not_one_s_own_is_not_there(service: PushService) -> None:
    mine, other = App(alice()), App(claire())
    device = mine.subscribe(service.device()).json()["id"]
    delivery = mine.call("POST", f"push/subscriptions/{device}/test").json()["id"]
    nothing = other.call("GET", f"push/deliveries/{uuid4()}").content
    for method, path, body in (
        ("DELETE", f"push/subscriptions/{device}", None), ("POST", f"push/subscriptions/{device}/test", None),
        ("GET", f"push/deliveries/{delivery}", None), ("POST", "push/receipts", {"id": delivery}),
    ):  # fmt: skip
        answer = other.call(method, path, body)
        assert (answer.status_code, answer.content) == (404, nothing), path
    assert Delivery.objects.get().shown_at is None


def test_a_test_is_over_when_the_device_itself_says_so(service: PushService) -> None:
    app = App(alice())
    device = app.subscribe(service.device()).json()["id"]
    answer = app.call("POST", f"push/subscriptions/{device}/test")
    assert answer.status_code == 202
    delivery = answer.json()["id"]
    assert app.call("GET", f"push/deliveries/{delivery}").json()["state"] == "waiting"
    assert {app.call("POST", "push/receipts", {"id": delivery}).status_code for _ in range(2)} == {204}
    assert app.call("GET", f"push/deliveries/{delivery}").json()["state"] == "shown"
    assert app.call("GET", "push/subscriptions").json()["items"][0]["shown_at"] is not None


def expire(app: App) -> None:
    """Fourteen days later."""
    Session.objects.filter(pk=app.token).update(expire_date=timezone.now() - dt.timedelta(seconds=1))


def change_password(app: App) -> None:
    """On another device of the same person."""
    other = App(app.person)
    body = json.dumps({"current_password": PASSWORD, "new_password": NEW})
    answer = other.client.post(f"{APP}/account/password/change", body, content_type="application/json", headers=app_headers(other.token))
    assert answer.status_code == 200


def live(person: Person) -> list[UUID]:
    """The devices to which something would go now."""
    return [device.pk for device in devices.live_devices([person.pk])[person.pk]]


def sign_out(app: App) -> None:
    """As an app does."""
    assert app.client.delete(f"{APP}/auth/session", headers=app_headers(app.token)).status_code == 401  # allauth's way of saying done


@pytest.mark.parametrize(
    "end", [sign_out, expire, change_password, lambda app: disable_account(person=app.person), lambda app: end_sessions(app.person)],
    ids=["sign-out", "expiry", "another password", "closed account", "ended from elsewhere"],
)  # fmt: skip
def test_a_device_is_silent_from_the_end_of_its_session_on(service: PushService, end: Callable[[App], object]) -> None:
    app = App(alice())
    device = UUID(app.subscribe(service.device()).json()["id"])
    assert live(app.person) == [device]
    end(app)
    assert devices.live_devices([app.person.pk]) == {app.person.pk: []}


def test_whoever_signs_in_next_on_a_shared_tablet_takes_it_over(service: PushService) -> None:
    tablet, first, second = service.device("Chrome, Android"), App(alice()), App(claire())
    hers = first.subscribe(tablet).json()["id"]
    waiting = first.call("POST", f"push/subscriptions/{hers}/test").json()["id"]
    taken = second.subscribe(tablet)
    assert (taken.status_code, Device.objects.count()) == (201, 1)
    assert taken.json()["id"] != hers
    assert devices.live_devices([first.person.pk])[first.person.pk] == []
    assert Delivery.objects.get(pk=waiting).device is None
    assert first.call("DELETE", f"push/subscriptions/{taken.json()['id']}").status_code == 404
    assert [one["id"] for one in second.call("GET", "push/subscriptions").json()["items"]] == [taken.json()["id"]]


def test_a_receipt_is_no_use_of_a_session_and_no_end_of_one(service: PushService) -> None:
    person = alice()
    assert person.profession
    app, phone = App(person), service.device()
    identity = app.subscribe(phone).json()["id"]
    told = app.call("POST", f"push/subscriptions/{identity}/test").json()["id"]
    long_ago = timezone.now() - settings.SESSION_IDLE - dt.timedelta(hours=1)
    Session.objects.filter(session_key=app.token).update(seen_at=long_ago)
    for _again in range(2):
        assert app.call("POST", "push/receipts", {"id": told}).status_code == 204
    assert Session.objects.get(session_key=app.token).seen_at == long_ago
    assert app.call("GET", "push/subscriptions").status_code == 401
    assert not Device.objects.exists()


def test_what_a_worker_asks_by_itself_is_no_use_of_a_session_and_no_end_of_one(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    identity = app.subscribe(phone).json()["id"]
    told = app.call("POST", f"push/subscriptions/{identity}/test").json()["id"]
    long_ago = timezone.now() - settings.SESSION_IDLE - dt.timedelta(hours=1)
    Session.objects.filter(session_key=app.token).update(seen_at=long_ago)
    alone = {"X-Cercle-Unattended": "1"}
    assert app.call("GET", "push/key", **alone).status_code == 200
    assert app.call("GET", f"push/deliveries/{told}", **alone).status_code == 200
    assert app.call("POST", "push/subscriptions", service.device().subscription, **alone).status_code == 201
    assert Session.objects.get(session_key=app.token).seen_at == long_ago
    # No other door opens by that word.
    assert app.call("GET", "me", **alone).status_code == 401
    assert not Session.objects.filter(session_key=app.token).exists()


def test_a_device_that_is_gone_stays_listed_when_another_one_subscribes_elsewhere(service: PushService) -> None:
    person, old = alice(), service.device()
    first, second = App(person), App(person)
    device = first.subscribe(old).json()["id"]
    push(UUID(device), manner=GONE, phone=old)
    assert second.subscribe(service.device()).status_code == 201
    listed = {one["id"]: one["state"] for one in first.call("GET", "push/subscriptions").json()["items"]}
    assert listed[device] == "gone"
    assert len(listed) == 2


def test_signed_in_again_on_the_same_browser_it_is_the_same_device(service: PushService) -> None:
    phone, person = service.device(), alice()
    first, again = App(person), App(person)
    device = first.subscribe(phone).json()["id"]
    assert (again.subscribe(phone).status_code, Device.objects.get().session_id) == (200, again.token)
    sign_out(first)
    assert live(person) == [UUID(device)]


def test_a_person_has_so_many_devices_and_those_that_are_gone_make_room(service: PushService) -> None:
    app = App(alice())
    for _ in range(MOST):
        assert app.subscribe(service.device()).status_code == 201
    refused = app.subscribe(service.device())
    assert (refused.status_code, refused.json()["code"]) == (409, "push.too_many_devices")
    Device.objects.filter(pk=Device.objects.earliest("made_at").pk).update(gone_at=timezone.now())
    assert app.subscribe(service.device()).status_code == 201


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"endpoint": "https://127.0.0.1/x"}, "push.bad_endpoint"),
        ({"endpoint": "https://fcm.googleapis.com/" + "x" * 10_000}, "push.bad_endpoint"),
        ({"keys": None}, "push.bad_keys"),
        ({"keys": {"p256dh": "BA", "auth": "AA"}}, "push.bad_keys"),
        ({"keys": {"p256dh": "B" + "A" * 86, "auth": "A" * 22}}, "push.bad_keys"),
        ({"transport": "fcm", "token": "x" * 64}, "push.not_offered"),
        ({"transport": "pigeon"}, "http.invalid"),
    ],
)
def test_what_is_no_subscription_is_refused(service: PushService, change: dict[str, Any], code: str) -> None:
    answer = App(alice()).subscribe(service.device(), **change)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not Device.objects.exists()


def test_a_stranger_and_a_page_without_its_token_are_refused(service: PushService) -> None:
    body = json.dumps(service.device().subscription)
    browser = Client(enforce_csrf_checks=True)
    assert browser.post("/api/v1/push/subscriptions", body, content_type="application/json").status_code == 401
    browser.force_login(alice())
    answer = browser.post("/api/v1/push/subscriptions", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "http.csrf")


def test_a_device_is_named_after_its_browser_unless_it_has_a_name(service: PushService) -> None:
    app = App(alice())
    app.client.defaults["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36"
    assert app.subscribe(service.device()).json()["name"] == "Chrome, Android"
    assert app.subscribe(service.device(), name="  Tablette \n du  salon ").json()["name"] == "Tablette du salon"
    assert app.subscribe(service.device(), language="en").json()["language"] == "en"


def push(device: UUID, *, manner: Manner | None = None, phone: FakeDevice | None = None) -> None:
    """One sending as the worker does it."""
    if phone is not None:
        phone.manner = manner
    row = Device.objects.get(pk=device)
    address, asked_at = devices.address_of(row), timezone.now()

    async def send() -> transports.Outcome:
        try:
            return await transports.send(address, transports.payload_of(uuid4()), ttl_s=86_400, urgency="high")
        finally:
            await transports.close()

    devices.note_outcome(device, address=address, asked_at=asked_at, outcome=asyncio.run(send()), ttl_s=86_400)


def state(app: App) -> str:
    """Of the only device."""
    [device] = app.call("GET", "push/subscriptions").json()["items"]
    return str(device["state"])


def test_gone_is_gone_until_it_subscribes_again(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    device = UUID(app.subscribe(phone).json()["id"])
    push(device, manner=GONE, phone=phone)
    assert state(app) == "gone"
    assert devices.live_devices([app.person.pk])[app.person.pk] == []
    refused = app.call("POST", f"push/subscriptions/{device}/test")
    assert (refused.status_code, refused.json()["code"]) == (409, "push.device_gone")
    assert app.subscribe(phone).status_code == 200
    assert state(app) == "ok"


def test_a_browser_s_new_subscription_replaces_the_one_that_is_gone(service: PushService) -> None:
    app, old, fresh = App(alice()), service.device(), service.device()
    push(UUID(app.subscribe(old).json()["id"]), manner=GONE, phone=old)
    device = app.subscribe(fresh).json()["id"]
    assert [one["id"] for one in app.call("GET", "push/subscriptions").json()["items"]] == [device]


def test_other_keys_are_another_subscription_of_which_nothing_bad_is_known(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    push(UUID(app.subscribe(phone).json()["id"]), manner=Manner(403, then="drop"), phone=phone)
    phone.renew_keys()
    assert app.subscribe(phone).json()["state"] == "ok"


def test_gone_said_of_what_was_renewed_meanwhile_leaves_the_newer_one(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    device = UUID(app.subscribe(phone).json()["id"])
    old, asked_at = devices.address_of(Device.objects.get()), timezone.now()
    phone.renew_keys()
    app.subscribe(phone)
    devices.mark_gone(device, address=old, asked_at=asked_at)
    assert state(app) == "ok"
    other = transports.WebPushAddress("https://web.push.apple.com/old", **phone.keys)
    devices.mark_gone(device, address=other, asked_at=timezone.now())
    assert state(app) == "ok"


@pytest.mark.parametrize("manner", [Manner(403, then="drop"), Manner(201, {"TTL": "30"})], ids=["refused", "kept for half a minute"])
def test_what_is_refused_or_hardly_kept_makes_a_device_doubtful_until_it_shows_something(service: PushService, manner: Manner) -> None:
    app, phone = App(alice()), service.device()
    device = UUID(app.subscribe(phone).json()["id"])
    push(device, manner=manner, phone=phone)
    assert state(app) == "failing"
    assert app.subscribe(phone).json()["state"] == "failing"  # being open again proves nothing of what it shows
    delivery = app.call("POST", f"push/subscriptions/{device}/test").json()["id"]
    app.call("POST", "push/receipts", {"id": delivery})
    assert state(app) == "ok"


def test_a_device_that_shows_nothing_of_what_it_was_sent_is_failing(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    device = UUID(app.subscribe(phone).json()["id"])
    ago = timezone.now() - dt.timedelta(minutes=5)
    Device.objects.update(made_at=ago - dt.timedelta(hours=1))
    notice = Notice.objects.create(person=app.person, news=News.URGENT, lane=Lane.URGENT, at=ago)
    said = {"notice": notice, "channel": Channel.PUSH, "device_id": device, "lane": Lane.URGENT, "due_at": ago, "sent_at": ago}
    Delivery.objects.create(**said, state=DeliveryState.SENT)
    push(device, phone=phone)
    assert state(app) == "ok"
    Delivery.objects.create(**said, state=DeliveryState.SENT)
    push(device, phone=phone)
    assert state(app) == "failing"


def test_a_device_that_nobody_has_opened_for_long_sleeps() -> None:
    now = timezone.now()
    device = Device(seen_at=now - dt.timedelta(days=8))
    assert devices.health(device, now) == "asleep"
    device.shown_at = now - dt.timedelta(days=1)
    assert devices.health(device, now) == "ok"


def test_the_protocol_shows_what_is_answered_and_what_is_sent(service: PushService) -> None:
    app, phone = App(alice()), service.device()
    device = app.subscribe(phone)
    assert shape(device.json()) == shape(NAMED["device"])
    delivery = app.call("POST", f"push/subscriptions/{device.json()['id']}/test").json()["id"]
    assert shape(app.call("GET", f"push/deliveries/{delivery}").json()) == shape(NAMED["delivery"])
    push(UUID(device.json()["id"]))
    said = phone.received[0].message
    assert {**said, "id": None} == {**NAMED["push"], "id": None}
    assert app.call("GET", "push/key").json().keys() == {"key"}

"""Devices over the API: whose they are, how one becomes somebody's, and what ends that."""
import json
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from notifications import devices
from notifications.models import Delivery, Device
from people.accounts.models import Person
from tests.accounts.cast import alice, app_headers, app_sign_in, claire, token_of
from tests.push_service import FakeDevice, PushService

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class App:
    """Somebody's app, signed in by a session of its own."""

    def __init__(self, person: Person) -> None:
        self.person, self.client = person, Client()
        self.token = token_of(app_sign_in(person.email or "", client=self.client))

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the API."""
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1/{path}", data, "application/json", headers=app_headers(self.token))

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

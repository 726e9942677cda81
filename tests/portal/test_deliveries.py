"""The operator's page of alerts on their way: numbers and reasons, nobody's name, and a button that tries again."""
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client
from django.utils import timezone

from notifications.enums import Channel, DeliveryState, News
from notifications.models import Delivery
from notifications.notices import notify
from people.accounts.appointments import appoint_operator
from people.accounts.models import Person
from tests.circles.home import Home, load_home
from tests.notifications.telling import device_of, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


@pytest.fixture
def home(tmp_path: Path, site_vault: None) -> Home:
    """Jeanne Durand's circle, where two people are told of an urgent post."""
    loaded = load_home(tmp_path)
    for who in ("gp", "pharmacist"):
        device_of(loaded, who)
    notify([UUID(loaded.people[who]) for who in ("gp", "pharmacist")], news=News.URGENT, circle=loaded.circle, subject=write(loaded))
    return loaded


def operator(home: Home) -> Client:
    """The browser of whoever runs the service."""
    stranger = Person.objects.get(pk=home.people["stranger"])
    appoint_operator(person=stranger)
    client = Client(headers={"accept": "text/html"})
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def die(status: str, **which: object) -> None:
    """Some deliveries could not be delivered."""
    Delivery.objects.filter(channel=Channel.PUSH, **which).update(state=DeliveryState.DEAD, status=status, due_at=timezone.now())


def test_what_waits_and_what_died_is_counted_and_nobody_is_named(home: Home) -> None:
    client = operator(home)
    assert "Everything was delivered" in client.get("/operator/deliveries").content.decode()
    die("403", notice__person=UUID(home.people["gp"]))
    page = client.get("/operator/deliveries").content.decode()
    assert "the service does not accept who sends" in page
    assert page.count("Try again") == 1
    for word in ("Durand", "Gp", "gp@example.org", "Pharmacist", str(home.circle), home.people["gp"]):
        assert word not in page


def test_a_dead_letter_is_tried_again_and_a_device_that_is_no_more_is_not(home: Home) -> None:
    client = operator(home)
    die("403", notice__person=UUID(home.people["gp"]))
    die("410", notice__person=UUID(home.people["pharmacist"]))
    assert client.post("/operator/deliveries/retry", {"channel": "push", "status": "403"}).status_code == 302
    assert list(Delivery.objects.filter(state=DeliveryState.DEAD).values_list("status", flat=True)) == ["410"]
    assert client.post("/operator/deliveries/retry").status_code == 302
    assert Delivery.objects.get(state=DeliveryState.DEAD).status == "410"
    page = client.get("/operator/deliveries").content.decode()
    assert "the device is registered no more" in page
    assert "Try again" not in page

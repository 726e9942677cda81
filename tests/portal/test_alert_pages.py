"""The pages about one's own alerts: the devices with their state in words, and who is told that none alerts them."""
import datetime as dt
import os
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from notifications.models import Device
from people.accounts.models import Session
from tests.portal.cast import load
from tests.portal.test_my_patients import scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario(1))


def device(client: Client, name: str, **more: dt.datetime) -> Device:
    """A device of the signed-in one's session."""
    session, now = Session.objects.get(session_key=client.session.session_key), timezone.now()
    return Device.objects.create(
        person_id=client.session["_auth_user_id"], session=session, sealed_address=b"", address_hash=os.urandom(32), name=name,
        language="fr",
        **{"made_at": now, "seen_at": now, **more},
    )  # fmt: skip


def rows(client: Client, path: str = "/me/notifications") -> list[str]:
    """The rows of the list as plain text."""
    page = client.get(path).content.decode()
    found = re.findall(r'<li class="c-person.*?</li>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).replace("\u00a0", " ").split()) for row in found]


def test_without_a_device_it_says_so(ids: dict[str, str]) -> None:
    page = signed_in("alice").get("/me/notifications").content.decode()
    assert "Aucun appareil ne vous alerte." in page
    assert rows(signed_in("alice")) == []


def test_each_device_says_how_it_fares(ids: dict[str, str]) -> None:
    here, now = signed_in("alice"), timezone.now()
    other = signed_in("alice")
    device(other, "Firefox, Linux", made_at=now - 30 * DAY, seen_at=now - HOUR, failing_since=now - 3 * DAY)
    device(other, "Safari, iPhone", made_at=now - 30 * DAY, seen_at=now - 2 * HOUR, gone_at=now - HOUR)
    device(other, "Edge, Windows", made_at=now - 30 * DAY, seen_at=now - 9 * DAY)
    device(other, "Chrome, Mac", shown_at=now)
    device(here, "Chrome, Android", seen_at=now - 3 * HOUR)
    found = rows(here)
    assert found[0].startswith("Chrome, Android cet appareil Branché, pas encore essayé")
    by_name = {row.split(" ")[0] + row.split(" ")[1]: row for row in found[1:]}
    assert "Muet depuis 3 jours" in by_name["Firefox,Linux"]
    assert "Plus d’abonnement, à réactiver" in by_name["Safari,iPhone"]
    assert "Essayer" not in by_name["Safari,iPhone"]
    assert "Sans nouvelles depuis 9 jours" in by_name["Edge,Windows"]
    assert re.search(r"Chrome, Mac Marche Dernière alerte affichée (aujourd’hui|hier) à", by_name["Chrome,Mac"])
    assert rows(here, "/me/notifications/devices") == found


def test_nobody_sees_the_devices_of_others(ids: dict[str, str]) -> None:
    device(signed_in("alice"), "Chrome, Android")
    assert rows(signed_in("helene")) == []


def test_its_number_of_statements_does_not_grow_with_the_devices(ids: dict[str, str]) -> None:
    client = signed_in("alice")

    def statements() -> int:
        client.get("/me/notifications/devices")
        with CaptureQueriesContext(connection) as asked:
            client.get("/me/notifications/devices")
        return len(asked)

    device(client, "Un")
    before = statements()
    for _ in range(5):
        device(client, "Un de plus")
    assert statements() == before

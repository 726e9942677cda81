"""A computer that several people use: marked on the device, and a session there is over after five idle minutes, sockets and all."""
import datetime as dt

import pytest
from django.conf import settings
from django.utils import timezone

from people.accounts.models import Session
from people.accounts.sessions import end_idle_ward_sessions, session_subject
from tests.accounts.cast import alice, browser, form_sign_in, post, site_lines

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MINUTE = dt.timedelta(minutes=1)


def unused_for(key: str, minutes: float) -> None:
    """Nobody has touched the computer for so long."""
    Session.objects.filter(session_key=key).update(seen_at=timezone.now() - minutes * MINUTE)


def test_five_idle_minutes_end_the_session_and_tell_its_sockets() -> None:
    client = browser()
    assert post(client, "/accounts/ward/", {"ward": "on", "next": "/accounts/login/"}).headers["Location"] == "/accounts/login/"
    assert form_sign_in(client, alice().email or "").status_code == 302
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    page = client.get("/me").content.decode()
    assert 'name="cercle-ward" content="300"' in page
    assert "Changer de personne" in page
    unused_for(key, 4.9)
    assert end_idle_ward_sessions() == 0
    assert client.get("/me").status_code == 200  # and it was used: the time begins anew
    unused_for(key, 5.1)
    assert end_idle_ward_sessions() == 1
    assert site_lines() == [("session.ended", session_subject(key))]
    assert client.get("/me").headers["Location"].startswith("/accounts/login/")


def test_a_request_that_comes_too_late_finds_nobody_signed_in() -> None:
    client = browser(alice())
    post(client, "/accounts/ward/", {"ward": "on", "next": "/me"})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    unused_for(key, 5.1)
    assert client.get("/api/v1/me").status_code == 401
    assert not Session.objects.filter(session_key=key).exists()


def test_what_a_device_asks_by_itself_is_no_use_of_the_computer() -> None:
    client = browser(alice())
    post(client, "/accounts/ward/", {"ward": "on", "next": "/me"})
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    unused_for(key, 4)
    before = Session.objects.get(session_key=key).seen_at
    client.get("/api/v1/push/key", headers={"X-Cercle-Unattended": "1"})
    assert Session.objects.get(session_key=key).seen_at == before


def test_a_device_of_ones_own_is_left_alone_and_the_mark_is_taken_back() -> None:
    client = browser(alice())
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    unused_for(key, 60)
    assert end_idle_ward_sessions() == 0
    post(client, "/accounts/ward/", {"ward": "on", "next": "/me"})
    assert client.cookies[settings.WARD_COOKIE_NAME].value == "1"
    post(client, "/accounts/ward/", {"ward": "off", "next": "/me"})
    unused_for(key, 60)
    assert end_idle_ward_sessions() == 0
    assert "cercle-ward" not in client.get("/me").content.decode()

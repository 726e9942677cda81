"""Second factors: sealed at rest, asked at sign-in, replaced once each by recovery codes."""
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.db import connection
from django.test import Client, override_settings
from pytest_django import Settings

from people.accounts.access import person_of_handshake
from tests.accounts.cast import APP, JSON, PASSWORD, alice, app_headers, app_sign_in, browser, form_sign_in, post, token_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def code_for(secret: str) -> str:
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    return code


def reauthenticate(token: str) -> None:
    """Changing how one signs in asks for the password once more."""
    answer = Client().post(f"{APP}/auth/reauthenticate", {"password": PASSWORD}, content_type=JSON, headers=app_headers(token))
    assert answer.status_code == 200


def turn_totp_on(token: str) -> str:
    """Sets the factor up as an app does; the secret."""
    reauthenticate(token)
    url = f"{APP}/account/authenticators/totp"
    secret: str = Client().get(url, headers=app_headers(token)).json()["meta"]["secret"]
    answer = Client().post(url, {"code": code_for(secret)}, content_type=JSON, headers=app_headers(token))
    assert answer.status_code == 200
    return secret


def raw_database() -> str:
    """Every value of the tables that could hold a second factor, as the database holds it."""
    with connection.cursor() as cursor:
        rows = []
        for table in ("mfa_authenticator", "accounts_session", "accounts_remembered"):
            cursor.execute(f"SELECT * FROM {table}")
            rows += cursor.fetchall()
    return repr(rows)


def test_the_secret_rests_sealed_while_it_is_set_up_and_after() -> None:
    alice()
    token = token_of(app_sign_in())
    shown = Client().get(f"{APP}/account/authenticators/totp", headers=app_headers(token)).json()["meta"]["secret"]
    assert shown not in raw_database()
    secret = turn_totp_on(token)
    assert secret not in raw_database()


def test_recovery_seeds_rest_sealed() -> None:
    alice()
    token = token_of(app_sign_in())
    turn_totp_on(token)
    data = Authenticator.objects.get(type="recovery_codes").data
    assert set(data["seed"]) - set("0123456789abcdef")  # a seed in clear is hexadecimal


def test_sign_in_asks_for_the_code_and_gives_nothing_before() -> None:
    person = alice()
    secret = turn_totp_on(token_of(app_sign_in()))
    pending = app_sign_in()
    assert pending.status_code == 401
    half = token_of(pending)
    assert person_of_handshake({"x-session-token": half}, {}) is None
    wrong = _authenticate(half, "000000")
    assert wrong.status_code == 400
    right = _authenticate(half, _another_code(secret))
    assert right.status_code == 200
    token = token_of(right)
    assert person_of_handshake({"x-session-token": token}, {}) == (person, token)


def _authenticate(token: str, code: str) -> Any:
    return Client().post(f"{APP}/auth/2fa/authenticate", {"code": code}, content_type=JSON, headers=app_headers(token))


def _another_code(secret: str) -> str:
    """The present code; setting up did not use it up."""
    return code_for(secret)


def test_a_recovery_code_signs_in_once() -> None:
    alice()
    token = token_of(app_sign_in())
    turn_totp_on(token)
    url = f"{APP}/account/authenticators/recovery-codes"
    code = Client().get(url, headers=app_headers(token)).json()["data"]["unused_codes"][0]
    assert _authenticate(token_of(app_sign_in()), code).status_code == 200
    assert _authenticate(token_of(app_sign_in()), code).status_code == 400


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_whoever_must_have_one_sets_it_up_and_is_let_in(settings: Settings) -> None:
    alice()
    token = token_of(app_sign_in())
    settings.REQUIRE_SECOND_FACTOR = True
    assert person_of_handshake({"x-session-token": token}, {}) is None
    turn_totp_on(token)
    assert person_of_handshake({"x-session-token": token}, {})


def test_pages_lead_there_whoever_must_have_one() -> None:
    """The middleware is left out where nothing is demanded, so it is asked here by itself."""
    with override_settings(REQUIRE_SECOND_FACTOR=True):
        client = browser()
        client.handler.load_middleware()
        alice()
        assert form_sign_in(client, "alice@example.org").status_code == 302
        assert client.get("/").headers["location"] == "/accounts/2fa/"
        assert client.get("/accounts/2fa/").status_code == 200


def test_the_square_code_obeys_the_content_security_policy() -> None:
    client = browser(alice())
    page = client.get("/accounts/2fa/totp/activate/", follow=True)
    assert page.status_code == 200
    html = post(client, "/accounts/reauthenticate/", {"password": PASSWORD, "next": "/accounts/2fa/totp/activate/"})
    shown = client.get(html.headers["location"]).content.decode()
    assert 'src="data:image/svg+xml;' in shown
    assert " style=" not in shown
    assert "<style" not in shown

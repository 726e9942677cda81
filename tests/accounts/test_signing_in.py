"""Signing in and out, by the page and by an app."""
import pytest
from django.conf import settings
from django.test import Client

from people.accounts.access import person_of_handshake
from people.accounts.services import disable_account
from tests.accounts.cast import APP, alice, app_headers, app_sign_in, browser, form_sign_in, post, site_lines, token_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_the_form_signs_in_and_gives_a_new_session() -> None:
    alice()
    client = browser()
    client.get("/accounts/login/")
    fixed = "a" * 32
    client.cookies[settings.SESSION_COOKIE_NAME] = fixed
    assert form_sign_in(client, "alice@example.org").headers["location"] == "/"
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie.value != fixed
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


def test_without_the_csrf_token_nobody_signs_in() -> None:
    alice()
    answer = browser().post("/accounts/login/", {"login": "alice@example.org", "password": "x"})
    assert answer.status_code == 403


def test_signing_out_ends_the_session_and_says_so() -> None:
    client = browser(alice())
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    post(client, "/accounts/logout/", {})
    assert person_of_handshake({}, {settings.SESSION_COOKIE_NAME: key}) is None
    assert [kind for kind, _ in site_lines()] == ["session.ended"]


def test_an_apps_token_is_good_until_it_signs_out() -> None:
    person = alice()
    token = token_of(app_sign_in())
    assert person_of_handshake({"x-session-token": token}, {}) == (person, token)
    assert Client().get(f"{APP}/auth/session", headers=app_headers(token)).status_code == 200
    assert Client().delete(f"{APP}/auth/session", headers=app_headers(token)).status_code == 401
    assert person_of_handshake({"x-session-token": token}, {}) is None


def test_a_closed_account_does_not_come_in() -> None:
    person = alice()
    disable_account(person=person)
    assert app_sign_in().status_code != 200
    answer = form_sign_in(browser(), "alice@example.org")
    assert answer.headers.get("location") == "/accounts/inactive/"


@pytest.mark.parametrize("password", ["wrong wrong wrong", ""])
def test_known_and_unknown_accounts_get_the_same_refusal(password: str) -> None:
    alice()
    known = app_sign_in("alice@example.org", password)
    unknown = app_sign_in("nobody@example.org", password)
    assert (known.status_code, known.content) == (unknown.status_code, unknown.content)
    assert known.status_code == 400

"""Who is calling: token before cookie, CSRF for cookies only, one statement."""
import pytest
from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from foundation.errors import CsrfFailed, NotSignedIn
from people.accounts.access import person_of, person_of_handshake
from people.accounts.models import Session
from tests.accounts.cast import alice, app_sign_in, browser, claire, token_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
MASK = "b" * 32


def request(method: str = "get", *, cookie: str = "", **headers: str) -> HttpRequest:
    made: HttpRequest = getattr(RequestFactory(headers=headers), method)("/api/v1/me")
    if cookie:
        made.COOKIES[settings.SESSION_COOKIE_NAME] = cookie
    SessionMiddleware(lambda _: HttpResponse()).process_request(made)
    return made


def cookie_of(person: object) -> str:
    return str(browser(person).cookies[settings.SESSION_COOKIE_NAME].value)  # type: ignore[arg-type]


def test_nobody() -> None:
    with pytest.raises(NotSignedIn):
        person_of(request())


def test_a_cookie_reads_without_a_csrf_token_and_writes_only_with_one() -> None:
    person = alice()
    cookie = cookie_of(person)
    assert person_of(request(cookie=cookie)) == person
    with pytest.raises(CsrfFailed):
        person_of(request("post", cookie=cookie))
    good = request("post", cookie=cookie, **{"X-CSRFToken": MASK})
    good.COOKIES[settings.CSRF_COOKIE_NAME] = MASK
    assert person_of(good) == person


def test_a_foreign_origin_fails_in_spite_of_the_token() -> None:
    bad = request("post", cookie=cookie_of(alice()), **{"X-CSRFToken": MASK, "Origin": "https://evil.example"})
    bad.COOKIES[settings.CSRF_COOKIE_NAME] = MASK
    with pytest.raises(CsrfFailed):
        person_of(bad)


def test_a_token_needs_no_csrf_and_wins_over_the_cookie() -> None:
    person, other = alice(), claire()
    token = token_of(app_sign_in())
    assert person_of(request("post", cookie=cookie_of(other), **{"X-Session-Token": token})) == person


@pytest.mark.parametrize("token", ["", "x", "nosuchtokennosuchtokennosuchtoke", "../../../etc/passwd", "a" * 5000, "é" * 32])
def test_a_bad_token_is_nobody_even_with_a_good_cookie(token: str) -> None:
    with pytest.raises(NotSignedIn):
        person_of(request(cookie=cookie_of(alice()), **{"X-Session-Token": token}))


def test_a_handshake_costs_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    person = alice()
    token = token_of(app_sign_in())
    with django_assert_num_queries(1):
        assert person_of_handshake({"x-session-token": token}, {}) == (person, token)


def test_an_expired_session_is_nobody() -> None:
    alice()
    token = token_of(app_sign_in())
    Session.objects.filter(session_key=token).update(expire_date=timezone.now())
    assert person_of_handshake({"x-session-token": token}, {}) is None


def test_a_session_before_sign_in_is_nobody() -> None:
    client = browser()
    client.get("/accounts/password/reset/")
    session = client.session
    session["something"] = 1
    session.save()
    assert person_of_handshake({}, {settings.SESSION_COOKIE_NAME: session.session_key or ""}) is None


def test_the_second_factor_is_demanded_where_settings_say_so(settings: object) -> None:
    alice()
    token = token_of(app_sign_in())
    settings.REQUIRE_SECOND_FACTOR = True  # type: ignore[attr-defined]
    assert person_of_handshake({"x-session-token": token}, {}) is None

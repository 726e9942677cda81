"""Sessions: sealed at rest, listed, ended; each end is a line of the site-wide feed."""
import datetime as dt

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from people.accounts.access import person_of_handshake
from people.accounts.models import Session
from people.accounts.sessions import SessionStore, session_subject
from tests.accounts.cast import APP, JSON, alice, app_headers, app_sign_in, browser, claire, post, site_lines, token_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_the_row_says_whose_it_is_and_nothing_else_in_clear() -> None:
    person = alice()
    token = token_of(app_sign_in())
    row = Session.objects.get(session_key=token)
    assert row.person == person
    assert "_auth_user_id" not in row.session_data
    assert "_auth_user_id" in SessionStore(token).load()


def test_a_changed_row_signs_nobody_in() -> None:
    alice()
    token = token_of(app_sign_in())
    row = Session.objects.get(session_key=token)
    row.session_data = row.session_data[:-6] + "AAAA" + row.session_data[-2:]
    row.save()
    assert person_of_handshake({"x-session-token": token}, {}) is None


def test_an_end_is_told_once_and_without_the_key() -> None:
    alice()
    token = token_of(app_sign_in())
    SessionStore().delete(token)
    SessionStore().delete(token)
    assert site_lines() == [("session.ended", session_subject(token))]


def test_an_end_that_is_rolled_back_is_not_told() -> None:
    alice()
    token = token_of(app_sign_in())
    with transaction.atomic():
        SessionStore().delete(token)
        transaction.set_rollback(True)
    assert site_lines() == []
    assert person_of_handshake({"x-session-token": token}, {})


def test_a_visitors_session_ends_without_a_word() -> None:
    store = SessionStore()
    store["seen"] = 1
    store.save()
    store.flush()
    assert site_lines() == []
    assert not Session.objects.exists()


def test_reading_pages_writes_nothing() -> None:
    client = browser(alice())
    client.get("/accounts/sessions/")
    with_writes = [q["sql"] for q in _statements(client, "/accounts/sessions/") if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert with_writes == []


def _statements(client: Client, path: str) -> list[dict[str, str]]:
    connection.force_debug_cursor = True
    try:
        before = len(connection.queries_log)
        assert client.get(path).status_code == 200
        return list(connection.queries_log)[before:]
    finally:
        connection.force_debug_cursor = False


def test_one_of_my_sessions_is_ended_from_the_list() -> None:
    person = alice()
    token = token_of(app_sign_in())
    client = browser(person)
    listed = {item["id"]: item["is_current"] for item in Client().get(f"{APP}/auth/sessions", headers=app_headers(token)).json()["data"]}
    assert len(listed) == 2
    mine = next(pk for pk, current in listed.items() if current)
    assert post(client, f"/accounts/sessions/{mine}/end/", {}).status_code == 302
    assert person_of_handshake({"x-session-token": token}, {}) is None
    assert person_of_handshake({}, {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})


def test_anothers_session_is_not_mine_to_end() -> None:
    alice()
    token = token_of(app_sign_in())
    theirs = Client().get(f"{APP}/auth/sessions", headers=app_headers(token)).json()["data"][0]["id"]
    assert post(browser(claire()), f"/accounts/sessions/{theirs}/end/", {}).status_code == 404
    assert person_of_handshake({"x-session-token": token}, {})


def test_all_are_ended_at_once_this_one_too() -> None:
    person = alice()
    tokens = [token_of(app_sign_in()) for _ in range(2)]
    client = browser(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    assert post(client, "/accounts/sessions/end/", {}).status_code == 302
    assert not Session.objects.filter(person=person).exists()
    ended = {subject for kind, subject in site_lines() if kind == "session.ended"}
    assert ended == {session_subject(key) for key in (*tokens, cookie)}


def test_an_app_ends_other_sessions_by_their_ids() -> None:
    alice()
    first, second = token_of(app_sign_in()), token_of(app_sign_in())
    listed = Client().get(f"{APP}/auth/sessions", headers=app_headers(second)).json()["data"]
    others = [item["id"] for item in listed if not item["is_current"]]
    Client().delete(f"{APP}/auth/sessions", {"sessions": others}, content_type=JSON, headers=app_headers(second))
    assert person_of_handshake({"x-session-token": first}, {}) is None
    assert person_of_handshake({"x-session-token": second}, {})


def test_a_sign_in_forgets_what_has_expired() -> None:
    person = alice()
    old = token_of(app_sign_in())
    Session.objects.filter(session_key=old).update(expire_date=timezone.now())
    token = token_of(app_sign_in())
    assert [row.session_key for row in Session.objects.all()] == [token]
    assert [row.session_key for row in UserSession.objects.filter(user=person)] == [token]


def unused_for(token: str, hours: float) -> None:
    Session.objects.filter(session_key=token).update(seen_at=timezone.now() - dt.timedelta(hours=hours))


def test_a_professionals_session_that_lies_unused_ends_and_says_so() -> None:
    alice()
    token = token_of(app_sign_in())
    unused_for(token, 15.9)
    assert person_of_handshake({"x-session-token": token}, {})
    unused_for(token, 16.1)
    assert person_of_handshake({"x-session-token": token}, {}) is None
    assert site_lines() == [("session.ended", session_subject(token))]


def test_a_relatives_session_is_not_ended_for_lying_unused() -> None:
    claire()
    token = token_of(app_sign_in("claire@example.org"))
    unused_for(token, 48)
    assert person_of_handshake({"x-session-token": token}, {})
    assert site_lines() == []


def test_use_is_noted_every_ten_minutes_and_not_at_each_request() -> None:
    alice()
    token = token_of(app_sign_in())
    unused_for(token, 1)
    person_of_handshake({"x-session-token": token}, {})
    noted = Session.objects.get(session_key=token).seen_at
    assert timezone.now() - noted < dt.timedelta(minutes=1)
    person_of_handshake({"x-session-token": token}, {})
    assert Session.objects.get(session_key=token).seen_at == noted


def test_the_list_says_when_each_was_used_and_ends_all_others() -> None:
    person = alice()
    token = token_of(app_sign_in())
    client = browser(person)
    shown = client.get("/accounts/sessions/").content.decode()
    assert shown.count("dernière utilisation") == 2
    assert post(client, "/accounts/sessions/others/end/", {}).status_code == 302
    assert person_of_handshake({"x-session-token": token}, {}) is None
    assert client.get("/accounts/sessions/").content.decode().count("dernière utilisation") == 1


@pytest.mark.parametrize("demanded", [False, True])
def test_a_page_names_its_person_only_to_whom_the_api_answers(settings: Settings, demanded: bool) -> None:
    """Else its scripts would take each refusal for the end of the session, and load the page again and again."""
    client = browser(alice())
    settings.REQUIRE_SECOND_FACTOR = demanded
    answered = client.get("/api/v1/me").status_code == 200
    assert answered is not demanded
    assert (b'name="cercle-person"' in client.get("/accounts/2fa/").content) is answered

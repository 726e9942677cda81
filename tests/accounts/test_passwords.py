"""Passwords: how they are kept, and that a changed one is told, whichever way it changed."""
import pytest
from django.conf import settings
from django.core import mail
from django.test import Client

from people.accounts.access import person_of_handshake
from people.accounts.models import Person
from people.accounts.services import disable_account, enable_account
from tests.accounts.cast import APP, JSON, PASSWORD, alice, app_headers, app_sign_in, browser, claire, post, site_lines, token_of
from tests.accounts.mail import last_code

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = "deux chevaux sous la neige"


def told(kind: str) -> list[object]:
    return [subject for said, subject in site_lines() if said == kind]


def test_the_hash_is_argon2id_with_owasps_parameters() -> None:
    assert alice().password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")


def test_changed_on_the_page_only_this_session_goes_on() -> None:
    person = alice()
    token = token_of(app_sign_in())
    client = browser(person)
    page_token = client.cookies["cercle-csrf"].value
    answer = post(client, "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert answer.status_code == 302
    assert client.cookies["cercle-csrf"].value != page_token
    assert told("password.changed") == [person.id]
    assert person_of_handshake({"x-session-token": token}, {}) is None
    assert person_of_handshake({}, {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})
    assert app_sign_in(password=NEW).status_code == 200


def test_changed_by_an_app() -> None:
    person = alice()
    token = token_of(app_sign_in())
    body = {"current_password": PASSWORD, "new_password": NEW}
    answer = Client().post(f"{APP}/account/password/change", body, content_type=JSON, headers=app_headers(token))
    assert answer.status_code == 200
    assert told("password.changed") == [person.id]
    fresh = token_of(answer)
    assert person_of_handshake({"x-session-token": fresh}, {}) == (person, fresh)


def test_reset_by_a_code() -> None:
    person = alice()
    client = browser()
    post(client, "/accounts/password/reset/", {"email": "alice@example.org"})
    assert post(client, "/accounts/password/reset/confirm/", {"code": last_code()}).status_code == 302
    assert post(client, "/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW}).status_code == 302
    assert told("password.changed") == [person.id]
    assert app_sign_in(password=NEW).status_code == 200
    assert app_sign_in(password=PASSWORD).status_code == 400


def test_a_wrong_code_resets_nothing() -> None:
    alice()
    client = browser()
    post(client, "/accounts/password/reset/", {"email": "alice@example.org"})
    for _ in range(3):
        post(client, "/accounts/password/reset/confirm/", {"code": "AAAA-AAAA"})
    post(client, "/accounts/password/reset/confirm/", {"code": last_code()})
    post(client, "/accounts/password/reset/complete/", {"password1": NEW, "password2": NEW})
    assert app_sign_in(password=PASSWORD).status_code == 200


def test_asking_for_a_reset_answers_the_same_for_an_unknown_address() -> None:
    alice()
    answers = []
    for email in ("alice@example.org", "nobody@example.org"):
        client = browser()
        first = post(client, "/accounts/password/reset/", {"email": email})
        page = client.get(first.headers["location"])
        body = page.content.decode().replace(email, "…")
        answers.append((first.status_code, first.headers["location"], page.status_code, len(body)))
    assert answers[0] == answers[1]
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("weak", ["court", "123456789123", "alice@example.org"])
def test_a_short_common_or_obvious_password_is_refused(weak: str) -> None:
    client = browser(alice())
    answer = post(client, "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": weak, "password2": weak})
    assert answer.status_code == 200
    assert app_sign_in(password=PASSWORD).status_code == 200


def test_saving_something_else_tells_nothing() -> None:
    person = Person.objects.get(pk=alice().pk)
    person.language = "en"
    person.save()
    assert site_lines() == []


def test_a_closed_account_is_told_and_its_sessions_end() -> None:
    person, other = alice(), claire()
    token = token_of(app_sign_in())
    theirs = token_of(app_sign_in("claire@example.org"))
    disable_account(person=person)
    assert told("account.disabled") == [person.id]
    assert person_of_handshake({"x-session-token": token}, {}) is None
    assert person_of_handshake({"x-session-token": theirs}, {}) == (other, theirs)
    enable_account(person=person)
    assert app_sign_in().status_code == 200


def test_e_mails_speak_the_language_of_their_reader_and_of_no_health_data() -> None:
    claire()
    Client(headers={"Accept-Language": "fr"}).post(f"{APP}/auth/password/request", {"email": "claire@example.org"}, content_type=JSON)
    assert mail.outbox[-1].subject == "Your code for Cercle"
    assert "Durand" not in str(mail.outbox[-1].body)

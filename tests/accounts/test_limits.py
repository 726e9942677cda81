"""Sign-in is limited by account and by failures per address, never by successes per address."""
import pytest
from django.test import Client
from pytest_django import Settings

from people.accounts import limits
from people.accounts.services import NewPerson, create_people
from tests.accounts.cast import PASSWORD, alice, app_sign_in, browser, form_sign_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_hospital_behind_one_address_signs_in() -> None:
    people = create_people([NewPerson("Personne", str(n), f"p{n}@example.org", PASSWORD) for n in range(200)])
    for person in people[:50]:
        assert app_sign_in(person.email or "", "not my password").status_code == 400
    answers = [app_sign_in(person.email or "").status_code for person in people]
    assert answers == [200] * 200


def test_an_account_that_is_tried_too_often_waits() -> None:
    alice()
    for _ in range(limits.ACCOUNT_FAILURES):
        assert app_sign_in(password="not my password").status_code == 400
    answer = app_sign_in()
    assert answer.status_code == 429
    assert 1 <= int(answer.headers["Retry-After"]) <= limits.ACCOUNT_WINDOW.total_seconds()


def test_an_unknown_account_waits_as_a_known_one() -> None:
    alice()
    answers = {}
    for email in ("alice@example.org", "nobody@example.org"):
        answers[email] = [app_sign_in(email, "not my password").status_code for _ in range(limits.ACCOUNT_FAILURES + 1)]
    assert answers["alice@example.org"] == answers["nobody@example.org"]
    assert answers["alice@example.org"][-1] == 429


def test_the_page_says_it_in_words() -> None:
    for _ in range(limits.ACCOUNT_FAILURES):
        form_sign_in(client := browser(), "nobody@example.org", "not my password")
    answer = form_sign_in(client, "nobody@example.org", "not my password")
    assert answer.status_code == 429
    assert "Retry-After" in answer.headers
    assert "<h1>" in answer.content.decode()


def test_an_address_where_too_much_fails_waits_but_not_for_those_it_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ADDRESS_FAILURES", 3)
    alice()
    create_people([NewPerson("Anne", "Roux", "anne@example.org", PASSWORD)])
    assert app_sign_in().status_code == 200
    for n in range(3):
        app_sign_in(f"guess{n}@example.org", "not my password")
    assert app_sign_in("anne@example.org").status_code == 429
    assert app_sign_in("alice@example.org").status_code == 200
    elsewhere = app_sign_in("anne@example.org", client=Client(REMOTE_ADDR="192.0.2.7"))
    assert elsewhere.status_code == 200


def test_limits_can_be_lifted(settings: Settings) -> None:
    settings.SIGN_IN_LIMITS = False
    alice()
    for _ in range(limits.ACCOUNT_FAILURES + 1):
        app_sign_in(password="not my password")
    assert app_sign_in().status_code == 200

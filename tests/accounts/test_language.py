"""The language of an answer: the person's when signed in, the browser's otherwise."""
import pytest

from people.accounts.models import Person
from tests.accounts.cast import APP, JSON, alice, app_headers, app_sign_in, browser, claire, post, token_of

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def test_a_visitor_reads_the_browsers_language() -> None:
    client = browser()
    assert "Sign in" in client.get("/accounts/login/", headers={"Accept-Language": "en"}).content.decode()
    assert "Se connecter" in client.get("/accounts/login/", headers={"Accept-Language": "fr"}).content.decode()


def test_a_person_reads_theirs_whatever_the_browser_says() -> None:
    client = browser(claire())
    assert '<html lang="en"' in client.get("/accounts/sessions/", headers={"Accept-Language": "fr"}).content.decode()


def test_an_apps_errors_are_in_the_persons_language() -> None:
    alice()
    token = token_of(app_sign_in())
    body = {"current_password": "nonsense", "new_password": "x"}
    headers = {**app_headers(token), "Accept-Language": "en"}
    answer = browser().post(f"{APP}/account/password/change", body, content_type=JSON, headers=headers)
    assert "mot de passe" in answer.content.decode()


def test_the_choice_is_kept_and_leads_back_here_only() -> None:
    person = claire()
    client = browser(person)
    answer = post(client, "/accounts/language/", {"language": "fr", "next": "/accounts/sessions/"})
    assert answer.headers["location"] == "/accounts/sessions/"
    assert Person.objects.get(pk=person.pk).language == "fr"
    assert post(client, "/accounts/language/", {"language": "en", "next": "https://evil.example/"}).headers["location"] == "/"


def test_an_unknown_language_changes_nothing() -> None:
    person = claire()
    post(browser(person), "/accounts/language/", {"language": "xx"})
    assert Person.objects.get(pk=person.pk).language == "en"

"""Signing up: a code by e-mail first, and no word on whether an address is known."""
import pytest
from django.core import mail
from django.test import Client

from people.accounts.models import Person
from tests.accounts.cast import APP, JSON, PASSWORD, alice, browser, post
from tests.accounts.mail import last_code

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = {"given_name": "Hélène", "family_name": "Castets", "profession": "physician", "email": "Helene@example.org", "password1": PASSWORD}


def test_a_new_person_confirms_their_address_and_is_in() -> None:
    client = browser()
    answer = post(client, "/accounts/signup/", NEW)
    assert answer.headers["location"] == "/accounts/confirm-email/"
    assert client.get("/accounts/sessions/").status_code == 302
    assert post(client, "/accounts/confirm-email/", {"code": last_code()}).status_code == 302
    assert client.get("/accounts/sessions/").status_code == 200
    person = Person.objects.get()
    assert (person.name, person.email, person.profession, person.confirmed) == ("Hélène Castets", "helene@example.org", "physician", False)


def test_names_rest_sealed() -> None:
    post(browser(), "/accounts/signup/", NEW)
    assert b"Castets" not in bytes(Person.objects.get().names)


def test_an_app_signs_up_with_the_same_fields() -> None:
    body = {**NEW, "password": NEW["password1"]}
    assert Client().post(f"{APP}/auth/signup", body, content_type=JSON).status_code == 401  # the code is to be entered
    assert Person.objects.get().family_name == "Castets"


def test_a_known_address_gets_the_same_answer_and_no_second_account() -> None:
    alice()
    answers = []
    for email in ("alice@example.org", "other@example.org"):
        client = browser()
        first = post(client, "/accounts/signup/", {**NEW, "email": email})
        page = client.get(first.headers["location"])
        answers.append((first.status_code, first.headers["location"], page.status_code, len(page.content.decode().replace(email, "…"))))
    assert answers[0] == answers[1]
    assert Person.objects.filter(email="alice@example.org").count() == 1
    assert len(mail.outbox) == 2


@pytest.mark.parametrize("gender", ["F", "M", ""])
def test_the_gender_of_words_may_be_said_or_not(gender: str) -> None:
    post(browser(), "/accounts/signup/", {**NEW, "gender": gender})
    assert Person.objects.get().gender == gender


def test_another_gender_of_words_is_refused() -> None:
    assert post(browser(), "/accounts/signup/", {**NEW, "gender": "X"}).status_code == 200
    assert not Person.objects.exists()

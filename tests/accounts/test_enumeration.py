"""Nobody learns from an answer whether somebody exists: the same bytes, the same headers and cookies, the same work behind it.

Work is counted (hash runs, statements), for a clock in a test proves nothing on a busy machine.
"""
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from people.accounts.models import Person
from tests.accounts.cast import APP, JSON, PASSWORD, alice, app_sign_in, browser, form_sign_in, post
from tests.accounts.looks import Work, seen, watched
from tests.accounts.mail import last_code
from tests.accounts.offices import practice, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
KNOWN, UNKNOWN = "alice@example.org", "elvis@example.org"  # of one length: what is typed comes back in the form
ANOTHER = "first@example.org"  # goes first where a counter of the caller's address is made by whoever is first
WRONG = "ceci n'est pas le bon"


@pytest.fixture(autouse=True)
def somebody() -> Person:
    """The one account there is."""
    return alice()


def ready() -> Client:
    """A browser that has the sign-in page open."""
    client = browser()
    client.get("/accounts/login/")
    return client


def less_than_a_look_apart(one: Work, other: Work) -> bool:
    """The same writes, and at most one look by an index more: allauth asks for an unknown address in a second table too."""
    reads = abs(one.kinds()["SELECT"] - other.kinds()["SELECT"])
    writes = [{verb: n for verb, n in work.kinds().items() if verb != "SELECT"} for work in (one, other)]
    return reads <= 1 and writes[0] == writes[1]


def test_a_wrong_password_and_an_unknown_address_are_one_answer_and_one_work(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[Any, Work]] = []
    for email in (KNOWN, UNKNOWN):
        client = ready()
        with watched(monkeypatch) as work:
            found.append((seen(form_sign_in(client, email, WRONG), email), work))
    (known, its_work), (unknown, no_work) = found
    assert known == unknown
    assert its_work.hashes == no_work.hashes == 1
    assert less_than_a_look_apart(its_work, no_work)


def test_an_app_hears_the_same_too(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[Any, Work]] = []
    for email in (KNOWN, UNKNOWN):
        with watched(monkeypatch) as work:
            found.append((seen(app_sign_in(email, WRONG), email), work))
    assert found[0][0] == found[1][0]
    assert found[0][1].hashes == found[1][1].hashes == 1
    assert less_than_a_look_apart(found[0][1], found[1][1])


def test_a_closed_account_answers_a_wrong_password_like_an_unknown_one(somebody: Person) -> None:
    somebody.is_active = False
    somebody.save()
    assert seen(form_sign_in(ready(), KNOWN, WRONG), KNOWN) == seen(form_sign_in(ready(), UNKNOWN, WRONG), UNKNOWN)


def test_who_has_no_password_answers_like_an_unknown_one(somebody: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody.set_unusable_password()
    somebody.save()
    found: list[tuple[Any, int]] = []
    for email in (KNOWN, UNKNOWN):
        client = ready()
        with watched(monkeypatch) as work:
            found.append((seen(form_sign_in(client, email, WRONG), email), work.hashes))
    assert found[0] == found[1]


def test_a_reset_goes_the_same_way_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[list[Any], Work]] = []
    for email in (ANOTHER, KNOWN, UNKNOWN):
        client = ready()
        with watched(monkeypatch) as work:
            asked = post(client, "/accounts/password/reset/", {"email": email})
            page = client.get(asked.headers["location"])
            tried = post(client, asked.headers["location"], {"code": "QQQQQQ"})
        found.append(([seen(answer, email) for answer in (asked, page, tried)], work))
    found.pop(0)
    assert found[0][0] == found[1][0]
    assert found[0][1].hashes == found[1][1].hashes
    assert less_than_a_look_apart(found[0][1], found[1][1])
    assert len(mail.outbox) == 3


def test_an_app_resets_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[Any, Work]] = []
    for email in (ANOTHER, KNOWN, UNKNOWN):
        with watched(monkeypatch) as work:
            answer = Client().post(f"{APP}/auth/password/request", {"email": email}, content_type=JSON)
        found.append((seen(answer, email), work))
    assert found[1][0] == found[2][0]
    assert found[1][1].hashes == found[2][1].hashes
    assert less_than_a_look_apart(found[1][1], found[2][1])


def test_signing_up_with_a_known_address_is_one_answer_and_one_work(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[list[Any], Work]] = []
    for email in (KNOWN, UNKNOWN):
        client = ready()
        filled = {"given_name": "Hélène", "family_name": "Castets", "profession": "", "email": email, "password1": PASSWORD}
        with watched(monkeypatch) as work:
            asked = post(client, "/accounts/signup/", filled)
            page = client.get(asked.headers["location"])
            tried = post(client, asked.headers["location"], {"code": "QQQQQQ"})
        found.append(([seen(answer, email) for answer in (asked, page, tried)], work))
    assert found[0][0] == found[1][0]
    assert found[0][1].hashes == found[1][1].hashes == 1
    assert len(mail.outbox) == 2


def test_an_app_signs_up_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[tuple[Any, int]] = []
    for email in (KNOWN, UNKNOWN):
        body = {"given_name": "Hélène", "family_name": "Castets", "email": email, "password": PASSWORD}
        with watched(monkeypatch) as work:
            answer = Client().post(f"{APP}/auth/signup", body, content_type=JSON)
        found.append((seen(answer, email), work.hashes))
    assert found[0] == found[1]


def test_inviting_into_a_structure_is_one_answer_and_one_work(monkeypatch: pytest.MonkeyPatch) -> None:
    here, found = practice(), []
    client, path = signed_in(here.anne.person), f"/structures/{here.structure.pk}/invite"
    for email in (ANOTHER, KNOWN, UNKNOWN):
        with watched(monkeypatch) as work:
            found.append((seen(client.post(path, {"email": email}), email), work))
    assert found[1][0] == found[2][0]
    assert found[1][0]["status"] == 302
    assert found[1][1].kinds() == found[2][1].kinds()


def test_the_way_still_leads_somewhere() -> None:
    """The comparison is worth something: who exists does get in by the code that was sent."""
    client = ready()
    asked = post(client, "/accounts/password/reset/", {"email": KNOWN})
    post(client, asked.headers["location"], {"code": last_code()})
    assert seen(form_sign_in(ready(), KNOWN), KNOWN)["status"] == 302

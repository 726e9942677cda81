"""The page behind an invitation's link: from the e-mail into the circle, and what it says where that can't be."""
from pathlib import Path

import pytest
from django.test import Client

from people.accounts.models import Person
from people.circles.models import Invitation, Membership
from tests.circles.around import PASSWORD, Around, around, newest_secret

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
NEW = {"given_name": "Claire", "family_name": "Moreau", "password": "un cheval sous la pluie"}


@pytest.fixture
def here(tmp_path: Path) -> Around:
    return around(tmp_path)


def secret_for(here: Around, email: str, role: str = "relative") -> str:
    assert here.of("alice").post(f"circles/{here.circle}/members", email=email, role=role).status_code == 201
    return newest_secret()


def opened(secret: str, client: Client | None = None) -> Client:
    client = client or Client(headers={"accept": "text/html", "accept-language": "en"})
    assert client.post("/join/open", {"token": secret}).headers["Location"] == "/join"
    return client


def text(client: Client) -> str:
    return client.get("/join").content.decode()


def test_a_daughter_signs_up_and_is_in_the_thread(here: Around) -> None:
    client = opened(secret_for(here, "fille@example.org"))
    assert "Camille Alice invites you" in text(client)
    assert "Durand" not in text(client)
    answer = client.post("/join/account", NEW)
    assert answer.headers["Location"] == f"/circles/{here.circle}"
    assert client.get(f"/circles/{here.circle}").status_code == 200
    daughter = Person.objects.get(email="fille@example.org")
    assert (daughter.name, Membership.objects.get(person=daughter).role) == ("Claire Moreau", "relative")


def test_the_new_account_signs_in_with_the_address_that_the_link_verified(here: Around) -> None:
    opened(secret_for(here, "fille@example.org")).post("/join/account", NEW)
    again = Client()
    assert again.post("/accounts/login/", {"login": "fille@example.org", "password": NEW["password"]}).status_code == 302
    assert again.get("/api/v1/me").json()["name"] == "Claire Moreau"


@pytest.mark.parametrize("wrong", [{"password": "court"}, {"given_name": ""}, {"password": "fille@example.org"}])
def test_a_form_that_lacks_something_is_shown_again(here: Around, wrong: dict[str, str]) -> None:
    client = opened(secret_for(here, "fille@example.org"))
    answer = client.post("/join/account", {**NEW, **wrong})
    assert b"c-field__error" in answer.content
    assert not Person.objects.filter(email="fille@example.org").exists()


def test_who_has_an_account_signs_in_and_comes_in_by_one_tap(here: Around) -> None:
    client = opened(secret_for(here, "paul@example.org"))
    assert 'action="/accounts/login/"><input type="hidden" name="next" value="/join"' in text(client)
    assert client.post("/join/account", NEW).status_code == 200
    form = {"login": "paul@example.org", "password": PASSWORD, "next": "/join"}
    assert client.post("/accounts/login/", form).headers["Location"] == "/join"
    assert 'action="/join/enter"' in text(client)
    assert client.post("/join/enter").headers["Location"] == f"/circles/{here.circle}"


def test_somebody_else_is_asked_to_sign_out(here: Around) -> None:
    client = opened(secret_for(here, "paul@example.org"), here.of("lea").client)
    assert "It is for paul@example.org" in text(client)
    assert client.post("/join/enter").status_code == 409
    assert Invitation.objects.get().accepted_at is None


def test_a_declared_nurse_gets_an_account_and_waits_for_the_confirmation(here: Around) -> None:
    client = opened(secret_for(here, "ines@example.org", "nurse"))
    assert 'name="profession"' in text(client)
    answer = client.post("/join/account", {**NEW, "profession": "nurse"})
    assert answer.headers["Location"] == "/join"
    assert client.get(f"/circles/{here.circle}").status_code == 404
    refused = client.post("/join/enter")
    assert refused.status_code == 422
    assert "confirmed profession" in refused.content.decode()


def test_a_link_that_is_over_says_so_and_nothing_more(here: Around) -> None:
    secret = secret_for(here, "paul@example.org")
    Invitation.objects.all().delete()
    pages = {text(opened(one)).replace("csrf", "") for one in (secret, "nonsense")}
    assert all("This invitation is over" in page for page in pages)
    assert all("Alice" not in page for page in pages)


def test_a_code_leads_to_signing_in_or_up_and_back(here: Around) -> None:
    link = here.of("alice").post(f"circles/{here.circle}/invitations", role="relative").json()["link"]
    page = text(opened(link.partition("#")[2]))
    back = '<input type="hidden" name="next" value="/join"'
    assert [f'action="/accounts/{way}/">{back}' in page for way in ("login", "signup")] == [True, True]


def test_the_people_page_shows_each_how_it_stands_and_undoes_it(here: Around) -> None:
    secret = secret_for(here, "paul@example.org")
    secret_for(here, "x@example.org", "pharmacist")
    assert here.of("paul").post("invitations/acceptance", token=secret).status_code == 200
    shown = here.of("alice").client.get(f"/circles/{here.circle}/people").content.decode()
    assert shown.index('data-cercle-invitation="accepted"') < shown.index('data-cercle-invitation="pending"')
    assert "x@example.org" in shown
    claire, jean = (here.of(who).client.get(f"/circles/{here.circle}/people").content.decode() for who in ("claire", "jean"))
    assert ("x@example.org" in claire, 'data-cercle-invitation="accepted"' in claire) == (False, True)
    assert "data-cercle-invitation=" not in jean
    member = here.member("paul")
    here.of("alice").call("DELETE", f"circles/{here.circle}/members/{member.pk}")
    assert 'data-cercle-invitation="accepted"' not in here.of("alice").client.get(f"/circles/{here.circle}/people").content.decode()

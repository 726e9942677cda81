"""Pro Santé Connect, against a provider on loopback: who comes in, as whom, and which answers are refused."""
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlparse

import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client
from pytest_django import Settings

from people.accounts import services
from people.accounts.models import Person, Session
from people.accounts.psc_claims import read
from tests.accounts.cast import PASSWORD, alice, app_sign_in, browser, claire, post
from tests.accounts.oidc_provider import CLIENT_ID, DISCOVERY, SECRET, Provider

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "interop-data" / "oidc"  # published samples, where they lie beside the project
G15 = "1.2.250.1.213.1.1.5.5"


def professional(rpps: str = "10001234567", code: str = "60", given: str = "Alice", family: str = "MARTIN") -> dict[str, Any]:
    """Userinfo with the claims that Pro Santé Connect documents."""
    return {
        "sub": "f:550dc1c8:someone",
        "SubjectNameID": f"8{rpps}",
        "given_name": given,
        "family_name": family,
        "SubjectRole": [f"{code}^{G15}"],
        "SubjectRefPro": {"codeCivilite": "MME", "exercices": [{"codeProfession": code, "nomDexercice": family, "prenomDexercice": given}]},
    }


@pytest.fixture
def provider(settings: Settings) -> Iterator[Provider]:
    """The provider, and settings as its environment variables would make them."""
    with Provider(professional()) as running:
        app = {
            "provider_id": "psc",
            "name": "Pro Santé Connect",
            "client_id": CLIENT_ID,
            "secret": SECRET,
            "settings": {
                "server_url": running.url + DISCOVERY,
                "scope": ["openid", "scope_all"],
                "auth_params": {"acr_values": "eidas1"},
                "token_auth_method": "client_secret_post",
                "oauth_pkce_enabled": True,
            },
        }
        known = {"provider_class": "people.accounts.psc.ProSanteConnect", "APPS": [app]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": known}
        yield running


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def begin(client: Client, process: str = "login") -> str:
    """Follows the link to the provider; the address that the provider sends the browser back to."""
    answer = client.get(f"/accounts/oidc/psc/login/?process={process}")
    assert answer.status_code == 302
    try:
        urllib.request.build_opener(_Stay).open(answer.headers["location"])
    except HTTPError as redirect:
        back = urlparse(redirect.headers["Location"])
        return f"{back.path}?{back.query}"
    raise AssertionError("the provider did not send the browser back")


def signed_in(client: Client) -> Person | None:
    row = Session.objects.filter(session_key=client.session.session_key or "").first()
    return row.person if row else None


def test_the_sign_in_page_offers_it_only_where_it_is_set_up(provider: Provider, settings: Settings) -> None:
    assert "/accounts/oidc/psc/login/" in Client().get("/accounts/login/").content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "/accounts/oidc/psc/login/" not in Client().get("/accounts/login/").content.decode()
    assert Client().get("/accounts/oidc/psc/login/callback/").status_code == 404


def test_it_is_asked_as_it_wants_to_be(provider: Provider) -> None:
    begin(Client())
    asked = provider.asked[0]
    assert set(asked["scope"].split()) == {"openid", "scope_all"}
    assert (asked["acr_values"], asked["code_challenge_method"], asked["response_type"]) == ("eidas1", "S256", "code")
    assert len(asked["nonce"]) >= 32
    assert len(asked["state"]) >= 16


def test_the_visitors_query_weakens_nothing(provider: Provider) -> None:
    Client().get("/accounts/oidc/psc/login/?auth_params=acr_values%3Dlow&scope=other")
    client = Client()
    location = client.get("/accounts/oidc/psc/login/?auth_params=acr_values%3Dlow%26nonce%3Dmine&scope=other").headers["location"]
    query = parse_qs(urlparse(location).query)
    assert query["acr_values"] == ["eidas1"]
    assert query["nonce"] != ["mine"]
    assert "other" not in query["scope"][0]


def test_a_new_professional_gets_an_account_with_a_confirmed_profession(provider: Provider) -> None:
    client = Client()
    assert client.get(begin(client)).headers["location"] == "/"
    person = signed_in(client)
    assert person
    assert (person.name, person.email) == ("Alice MARTIN", None)
    assert (person.profession, person.rpps, person.confirmed) == ("nurse", "10001234567", True)
    assert not person.has_usable_password()
    assert Session.objects.get(person=person).strong


def test_the_second_time_it_is_the_same_person(provider: Provider) -> None:
    for _ in range(2):
        client = Client()
        client.get(begin(client))
    assert signed_in(client) == Person.objects.get()


def test_an_account_with_the_same_rpps_is_theirs(provider: Provider) -> None:
    person = services.create_person(services.NewPerson("Alice", "Martin", "alice@example.org", PASSWORD, "nurse", "10001234567"))
    client = Client()
    client.get(begin(client))
    assert signed_in(client) == person
    assert Person.objects.get().confirmed


def test_a_namesake_with_another_number_stays_another_person(provider: Provider) -> None:
    provider.userinfo = professional(rpps="10007654321")
    person = alice()
    client = Client()
    client.get(begin(client))
    assert signed_in(client) != person
    assert Person.objects.count() == 2


def test_an_invited_account_is_linked_by_its_owner(provider: Provider) -> None:
    provider.userinfo = professional(code="10")
    person = claire()
    client = browser(person)
    callback = begin(client, "connect")
    assert client.get(callback).headers["location"] == "/accounts/reauthenticate/"
    post(client, "/accounts/reauthenticate/", {"password": PASSWORD})
    person.refresh_from_db()
    assert (person.profession, person.rpps, person.confirmed) == ("physician", "10001234567", True)
    fresh = Client()
    fresh.get(begin(fresh))
    assert signed_in(fresh) == person


def test_a_card_is_not_linked_to_a_second_person(provider: Provider) -> None:
    alice()  # has this RPPS number
    client = browser(claire())
    assert client.get(begin(client, "connect")).status_code == 409
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_out(provider: Provider) -> None:
    services.disable_account(person=alice())
    client = Client()
    assert client.get(begin(client)).headers["location"] == "/accounts/inactive/"
    assert signed_in(client) is None


def test_staff_without_a_profession_come_in_unconfirmed(provider: Provider) -> None:
    provider.userinfo = {"sub": provider.sub, "SubjectNameID": "ANS20231122132732", "given_name": "F", "family_name": "G"}
    client = Client()
    client.get(begin(client))
    person = signed_in(client)
    assert person
    assert (person.profession, person.rpps, person.confirmed) == ("", "", False)


def test_no_name_is_kept_in_clear(provider: Provider) -> None:
    client = Client()
    client.get(begin(client))
    assert "MARTIN" not in json.dumps(SocialAccount.objects.get().extra_data)


def refused(client: Client, callback: str) -> bool:
    """Whether the callback signs nobody in, makes nobody, and says so in words."""
    answer = client.get(callback)
    told = answer.status_code in (200, 401, 403) and "Pro Santé Connect" in answer.content.decode()
    return told and signed_in(client) is None and not Person.objects.exists()


@pytest.mark.parametrize(
    "identity",
    [
        {"exp": 1},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"aud": "another client"},
        {"iss": "https://another.example"},
        {"acr": "eidas0"},
        {"iat": 99999999999},
        {"exp": None},
        {"sub": "f:550dc1c8:somebody else"},
    ],
)
def test_an_identity_that_does_not_hold_is_refused(provider: Provider, identity: dict[str, Any]) -> None:
    provider.identity = identity
    client = Client()
    assert refused(client, begin(client))


def test_a_forged_signature_is_refused(provider: Provider) -> None:
    provider.forge()
    client = Client()
    assert refused(client, begin(client))


@pytest.mark.parametrize(("algorithm", "key"), [("none", None), ("HS256", "only-for-tests-only-for-tests-only-for-tests")])
def test_an_unsigned_token_or_a_shared_secret_is_refused(
    provider: Provider, monkeypatch: pytest.MonkeyPatch, algorithm: str, key: str | None
) -> None:
    provider.algorithm, provider.signs_with = algorithm, key
    published = provider.jwks()
    monkeypatch.setattr(provider, "jwks", lambda: published)
    monkeypatch.setattr(provider, "key", None)  # PyJWT wants no key for "none"
    client = Client()
    assert refused(client, begin(client))


def test_a_replayed_answer_is_refused(provider: Provider) -> None:
    client = Client()
    callback = begin(client)
    assert client.get(callback).headers["location"] == "/"
    post(client, "/accounts/logout/", {})
    Person.objects.all().delete()
    assert refused(client, callback)


def test_an_answer_for_another_browser_is_refused(provider: Provider) -> None:
    callback = begin(Client())
    assert refused(Client(), callback)


def test_a_used_code_with_a_fresh_state_is_refused(provider: Provider) -> None:
    client = Client()
    used = parse_qs(urlparse(begin(client)).query)["code"][0]
    provider.codes.clear()
    state = parse_qs(urlparse(begin(client)).query)["state"][0]
    assert refused(client, f"/accounts/oidc/psc/login/callback/?code={used}&state={state}")


def test_userinfo_without_a_name_id_is_refused(provider: Provider) -> None:
    del provider.userinfo["SubjectNameID"]
    client = Client()
    assert refused(client, begin(client))


def test_leaving_it_leads_back(provider: Provider) -> None:
    client = Client()
    state = parse_qs(urlparse(begin(client)).query)["state"][0]
    answer = client.get(f"/accounts/oidc/psc/login/callback/?error=access_denied&state={state}", follow=True)
    assert answer.status_code == 200
    assert signed_in(client) is None


def test_an_app_cannot_hand_over_a_token_of_its_own(provider: Provider) -> None:
    body = {"provider": "psc", "process": "login", "token": {"id_token": "x", "client_id": CLIENT_ID}}
    assert Client().post("/_allauth/app/v1/auth/provider/token", body, content_type="application/json").status_code in (400, 403, 404)


def test_signing_in_by_password_stays_possible(provider: Provider) -> None:
    alice()
    assert app_sign_in().status_code == 200


@pytest.mark.skipif(not SAMPLES.is_dir(), reason="the published samples are not here")
@pytest.mark.parametrize(
    ("sample", "professions", "rpps"),
    [("psc-userinfo-legit_psc", ("other",), ""), ("psc-userinfo-regular", (), ""), ("psc-userInfos", ("physician",), "99700218896")],
)
def test_published_samples_are_understood(sample: str, professions: tuple[str, ...], rpps: str) -> None:
    claims = read(json.loads((SAMPLES / f"{sample}.json").read_text()))
    assert (claims.professions, claims.rpps) == (professions, rpps)
    assert read(claims.without_names()).professions == professions


@pytest.mark.parametrize("userinfo", [{}, {"SubjectNameID": ""}, {"SubjectNameID": 8}, {"SubjectNameID": None}])
def test_claims_that_name_nobody(userinfo: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="SubjectNameID"):
        read(userinfo)


@pytest.mark.parametrize(
    "odd", [{"SubjectRole": "10"}, {"SubjectRefPro": []}, {"SubjectRefPro": {"exercices": [1, {}]}}, {"given_name": 3}]
)
def test_odd_claims_confirm_nothing(odd: dict[str, Any]) -> None:
    assert read({"SubjectNameID": "810001234567", **odd}).professions == ()


def test_a_declared_profession_is_confirmed_if_it_is_one_of_theirs() -> None:
    claims = read({"SubjectNameID": "810001234567", "SubjectRole": [f"10^{G15}", f"60^{G15}"]})
    assert (claims.profession("nurse"), claims.profession("pharmacist"), claims.profession("")) == ("nurse", "physician", "physician")

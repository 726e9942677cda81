"""One click at an address of one's own: for people of the demo, on their host, with a CSRF token, and never in production."""

import re
from copy import deepcopy
from importlib import reload
from types import ModuleType
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

from config import urls
from people.accounts.services import NewPerson, create_person

NURSE, DAUGHTER, NOBODY = "nurse.localhost:8000", "daughter.localhost:8000", "zoe.localhost:8000"
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def demo(settings: Settings) -> Any:
    """The demo is on: its addresses, and its words on the sign-in page; Alice lives in it."""
    settings.DEMO = True
    templates = deepcopy(settings.TEMPLATES)  # assigned, not changed in place: engines that are loaded already are then made anew
    templates[0]["OPTIONS"]["context_processors"].append("portal.demo.context.demo")
    settings.TEMPLATES = templates
    _mount(urls)
    create_person(NewPerson("Alice", "Martin", "alice.martin@cercle.example", profession="nurse", confirmed=True))
    yield
    settings.DEMO = False
    _mount(urls)


def _mount(module: ModuleType) -> None:
    reload(module)
    clear_url_caches()


def _click(client: Client, host: str, **data: str) -> Any:
    page = client.get("/accounts/login/", headers={"host": host}).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert token
    return client.post("/demo/sign-in", {"csrfmiddlewaretoken": token.group(1), **data}, headers={"host": host})


def test_one_click_signs_in() -> None:
    client = Client(enforce_csrf_checks=True)
    assert "Alice Martin" in client.get("/accounts/login/", headers={"host": NURSE}).content.decode()
    answer = _click(client, NURSE)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    me = client.get("/api/v1/me", headers={"host": NURSE})
    assert me.json()["name"] == "Alice Martin"


def test_without_a_token_nobody_is_signed_in() -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/demo/sign-in", headers={"host": NURSE}).status_code == 403
    assert client.get("/api/v1/me", headers={"host": NURSE}).status_code == 401


@pytest.mark.parametrize(("wanted", "where"), [("/new", "/new"), ("https://evil.example/", "/"), ("//evil.example", "/")])
def test_it_leads_to_a_page_of_the_same_host_only(wanted: str, where: str) -> None:
    assert _click(Client(enforce_csrf_checks=True), NURSE, next=wanted)["Location"] == where


@pytest.mark.parametrize("host", [NOBODY, "localhost:8000", "127.0.0.1:8000", DAUGHTER])
def test_elsewhere_there_is_nobody_to_be(host: str) -> None:
    """No persona has this host, or the persona has no account in this database."""
    assert _click(Client(enforce_csrf_checks=True), host).status_code == 404


def test_getting_it_signs_nobody_in() -> None:
    client = Client()
    assert client.get("/demo/sign-in", headers={"host": NURSE}).status_code in {404, 405}
    assert client.get("/api/v1/me", headers={"host": NURSE}).status_code == 401


def test_a_page_lists_the_addresses() -> None:
    page = Client().get("/demo/", headers={"host": "localhost:8000"}).content.decode()
    for host in ("nurse", "gp", "daughter", "desk", "homehelp", "pharmacist", "patient", "physio"):
        assert f"http://{host}.localhost:8000/" in page


def test_production_has_nothing_of_it(settings: Settings) -> None:
    settings.PRODUCTION = True
    client = Client()
    assert client.post("/demo/sign-in", headers={"host": NURSE}).status_code == 404
    assert client.get("/demo/", headers={"host": "localhost:8000"}).status_code == 404

"""Three people of the tests, and how they sign in."""
from typing import Any

from django.test import Client

from messaging.feed.models import FeedLine
from people.accounts.models import Person
from people.accounts.services import NewPerson, create_person

PASSWORD = "un cheval sous la pluie"
JSON = "application/json"
APP = "/_allauth/app/v1"


def alice() -> Person:
    """A nurse whose profession is confirmed."""
    return create_person(NewPerson("Alice", "Martin", "alice@example.org", PASSWORD, "nurse", "10001234567", confirmed=True))


def claire() -> Person:
    """A daughter, who reads English."""
    return create_person(NewPerson("Claire", "Durand-Moreau", "claire@example.org", PASSWORD, language="en"))


def app_sign_in(email: str = "alice@example.org", password: str = PASSWORD, client: Client | None = None) -> Any:
    """The answer to an app's sign-in."""
    return (client or Client()).post(f"{APP}/auth/login", {"email": email, "password": password}, content_type=JSON)


def token_of(answer: Any) -> str:
    """The session token in an answer of the headless API."""
    token: str = answer.json()["meta"]["session_token"]
    return token


def app_headers(token: str) -> dict[str, str]:
    """As an app sends it."""
    return {"X-Session-Token": token}


def browser(person: Person | None = None) -> Client:
    """A browser that checks CSRF as real ones must; signed in through the form if a person is given."""
    client = Client(enforce_csrf_checks=True)
    if person:
        assert form_sign_in(client, person.email or "").status_code == 302
    return client


def form_sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    """Posts the sign-in page's form."""
    return post(client, "/accounts/login/", {"login": email, "password": password})


def post(client: Client, path: str, data: dict[str, Any]) -> Any:
    """A form with the CSRF token that the page's cookie holds."""
    if "cercle-csrf" not in client.cookies:
        client.get("/accounts/login/")
    return client.post(path, {**data, "csrfmiddlewaretoken": client.cookies["cercle-csrf"].value})


def site_lines() -> list[tuple[str, Any]]:
    """(kind, subject) of the site-wide feed's lines, oldest first."""
    return list(FeedLine.objects.order_by("id").values_list("kind", "subject"))

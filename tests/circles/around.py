"""A circle with a person for each of a few roles, newcomers, and how they speak to the service: in process, by the real API and pages."""
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core import mail
from django.test import Client

from people.accounts.models import Person
from people.circles.letters import send_due_invitations
from people.circles.models import Membership
from tests.portal.cast import load

PASSWORD = "Zx9-un-cheval"
# key → (profession, confirmed, role in the circle, role in the other circle)
PEOPLE: dict[str, tuple[str | None, bool, str, str]] = {
    "alice": ("nurse", True, "nurse", ""),
    "helene": ("physician", True, "gp", ""),
    "nadia": ("nurse", True, "coordinator", "coordinator"),
    "jean": ("pharmacist", True, "pharmacist", ""),
    "jeanne": (None, False, "patient", ""),
    "claire": (None, False, "trusted_person", ""),
    "marc": ("nurse", True, "", "nurse"),
    "sophie": ("physician", True, "", "gp"),
    "paul": (None, False, "", "relative"),
    "lea": ("nurse", True, "", ""),
    "noel": ("nurse", False, "", ""),
}


@dataclass(frozen=True)
class Around:
    """Ids by key: people, `circle` and `other`."""

    ids: dict[str, str]

    @property
    def circle(self) -> str:
        """The circle of the tests."""
        return self.ids["circle"]

    def person(self, key: str) -> Person:
        """Somebody's account."""
        return Person.objects.get(pk=self.ids[key])

    def member(self, key: str, circle: str = "circle") -> Membership:
        """Somebody's open membership."""
        return Membership.objects.get(circle=UUID(self.ids[circle]), person=UUID(self.ids[key]), ended_at=None)

    def of(self, key: str) -> "Caller":
        """Somebody signed in."""
        client = Client(headers={"accept": "text/html"})
        client.force_login(self.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
        return Caller(client)


@dataclass(frozen=True)
class Caller:
    """The API as one person calls it."""

    client: Client

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer of the API."""
        data = "" if body is None else json.dumps(body)
        return self.client.generic(method, f"/api/v1/{path}", data, content_type="application/json", headers=headers)

    def get(self, path: str) -> Any:
        """GET, whatever comes of it."""
        return self.call("GET", path)

    def post(self, path: str, **body: Any) -> Any:
        """POST, whatever comes of it."""
        return self.call("POST", path, body)


def scenario(**others: Any) -> dict[str, Any]:
    """Two patients who have nothing to do with each other, unless `others` says what the second one's traits are."""
    people: list[dict[str, Any]] = [
        {"key": key, "email": f"{key}@example.org", "password": PASSWORD, "family_name": key.title(), "given_name": "Camille",
         "profession": profession, "confirmed": confirmed, "structures": [], "language": "en"}
        for key, (profession, confirmed, *_roles) in PEOPLE.items()
    ]  # fmt: skip
    first = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}
    second = {"family_name": "Lesbats", "birth_name": "Lesbats", "given_names": ["Rose"], "birth_date": "1938-01-02", "sex": "F", **others}
    patients = [{**first, "key": "circle", "members": _members(2)}, {**second, "key": "other", "members": _members(3)}]
    return {"structures": [], "people": people, "patients": patients}


def _members(column: int) -> list[dict[str, Any]]:
    return [{"person": key, "role": row[column], "history": "all"} for key, row in PEOPLE.items() if row[column]]


def around(folder: Path, **others: Any) -> Around:
    """The scenario, loaded."""
    return Around(load(folder, scenario(**others)))


def newest_secret() -> str:
    """The secret in the newest e-mail, after the worker's round."""
    send_due_invitations()
    found = re.search(r"/join#([\w-]+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found, mail.outbox[-1].body
    return found.group(1)

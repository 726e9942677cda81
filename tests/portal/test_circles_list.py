"""`GET circles`: in how many statements, however many circles there are, and that pages leave none out."""
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.models import Person
from tests.portal.cast import load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FEW, MANY = 10, 300


def scenario(who: str, circles: int) -> dict[str, Any]:
    """A nurse with so many circles."""
    nurse = {"key": who, "email": f"{who}@example.org", "password": "Zx9-un-cheval", "family_name": "Martin", "given_name": "Alice",
             "profession": "nurse", "structures": [], "units": [], "language": "fr"}  # fmt: skip
    letters = [f"{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(circles)]
    patients = [
        {"key": f"{who}{two}", "family_name": f"Durand{who}{two}", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F",
         "members": [{"person": who, "role": "nurse", "history": "all"}]}
        for two in letters
    ]  # fmt: skip
    return {"structures": [], "people": [nurse], "patients": patients}


def asked(who: str) -> int:
    """Statements of one call that lists everything."""
    client = Client()
    client.force_login(Person.objects.get(email=f"{who}@example.org"))
    for _ in range(2):  # the first list of an hour leaves a line in the trail, the second finds it there
        client.get("/api/v1/circles?limit=1")
    with CaptureQueriesContext(connection) as statements:
        listed = client.get("/api/v1/circles?limit=500").json()["items"]
    assert len(listed) == {"few": FEW, "many": MANY}[who]
    return len(statements)


def test_three_hundred_circles_are_asked_for_in_as_many_statements_as_ten(tmp_path: Path) -> None:
    load(tmp_path, scenario("few", FEW))
    load(tmp_path, scenario("many", MANY))
    assert asked("few") == asked("many") <= 8


def test_pages_hold_every_circle_once(tmp_path: Path) -> None:
    load(tmp_path, scenario("few", FEW))
    client = Client()
    client.force_login(Person.objects.get(email="few@example.org"))
    seen: list[str] = []
    after: Any = ""
    while after is not None:
        page = client.get(f"/api/v1/circles?limit=3{after and f'&after={after}'}").json()
        seen += [circle["id"] for circle in page["items"]]
        after = page["next"]
    assert len(seen) == len(set(seen)) == FEW

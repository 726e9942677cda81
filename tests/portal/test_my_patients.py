"""My patients: order, parts, filter, pins, to-dos, and a number of statements that does not grow with the list."""
import json
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.models import Person
from tests.portal.cast import load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PERSON = {"password": "Zx9-un-cheval", "structures": [], "units": [], "language": "fr"}
NAMES = ("Durand", "Lesbats", "Castagnet", "Étcheverry")


def scenario(patients: int) -> dict[str, Any]:
    """A nurse and a physician around so many patients."""
    people = [
        {**PERSON, "key": "alice", "email": "alice@example.org", "family_name": "Martin", "given_name": "Alice", "profession": "nurse"},
        {**PERSON, "key": "helene", "email": "helene@example.org", "family_name": "Castets", "given_name": "Hélène",
         "profession": "physician"},
    ]  # fmt: skip
    members = [{"person": "alice", "role": "nurse", "history": "all"}, {"person": "helene", "role": "gp", "history": "all"}]
    made = [
        {"key": f"p{n}", "family_name": NAMES[n % len(NAMES)], "given_names": [f"Jeanne{'abcdefgh'[n % 8]}"],
         "birth_date": f"1941-03-{n % 28 + 1:02}", "sex": "F", "members": members}
        for n in range(patients)
    ]  # fmt: skip
    return {"structures": [], "people": people, "patients": made}


def signed_in(who: str) -> Client:
    client = Client(headers={"accept": "text/html"})
    client.force_login(Person.objects.get(email=f"{who}@example.org"))
    return client


def write(client: Client, circle: str, text: str, **more: Any) -> str:
    """A post by the API; its id."""
    body = {"text": text, "audience": "care_team", "urgency": "info", **more}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = client.post(f"/api/v1/circles/{circle}/posts", json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    return str(answer.json()["id"])


def circles_in(page: bytes) -> list[str]:
    """Circles in the order of the list."""
    return re.findall(r'data-cercle-circle="([0-9a-f-]{36})" data-cercle-part', page.decode())


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario(4))


def test_urgent_ones_stand_first_then_the_pinned_then_the_newest(ids: dict[str, str]) -> None:
    alice, helene = signed_in("alice"), signed_in("helene")
    for key in ("p0", "p1", "p2", "p3"):
        write(helene, ids[key], "Un mot.")
    write(helene, ids["p0"], "Venez vite.", urgency="urgent")
    assert alice.post(f"/portal/patients/{ids['p1']}/pin", {"pinned": "1"}).status_code == 302
    assert circles_in(alice.get("/").content) == [ids["p0"], ids["p1"], ids["p3"], ids["p2"]]


def test_a_post_that_somebody_has_leaves_the_urgent_part(ids: dict[str, str]) -> None:
    alice, helene = signed_in("alice"), signed_in("helene")
    post = write(helene, ids["p0"], "Venez vite.", urgency="urgent")
    assert b'data-cercle-section="urgent"' in alice.get("/").content
    alice.post(f"/api/v1/posts/{post}/acknowledgement", "{}", content_type="application/json")
    assert b'data-cercle-section="urgent"' not in alice.get("/").content


@pytest.mark.parametrize(("typed", "found"), [("dur", 1), ("etch", 1), ("jeanne", 4), ("04", 1), ("lesbats jeanneb", 1), ("xyz", 0)])
def test_the_filter_takes_beginnings_without_accents_and_birth_dates(ids: dict[str, str], typed: str, found: int) -> None:
    assert len(circles_in(signed_in("alice").post("/portal/patients/filter", {"q": typed}).content)) == found


def test_counts_say_what_is_unread_and_to_do(ids: dict[str, str]) -> None:
    alice, helene = signed_in("alice"), signed_in("helene")
    write(helene, ids["p0"], "Rappeler le laboratoire.", urgency="todo", to=["nurse"])
    write(helene, ids["p1"], "Un mot.")
    assert alice.get("/portal/counts").json() == {"all": 4, "unread": 2, "unread_circles": 2, "urgent": 0, "todo": 1}
    assert helene.get("/portal/counts").json()["todo"] == 0
    assert "Rappeler le laboratoire." in alice.get("/todo").content.decode()


def test_a_strangers_row_is_the_same_as_none(ids: dict[str, str], tmp_path: Path) -> None:
    alien = Client(headers={"accept": "text/html"})
    alien.force_login(Person.objects.create_user("x@example.org", "Zx9-un-cheval"))
    pages = [alien.get(f"/circles/{where}/people") for where in (ids["p0"], uuid.uuid4(), "nonsense")]
    assert [page.status_code for page in pages] == [404, 404, 404]
    assert len({page.content for page in pages}) == 1


def test_the_number_of_statements_does_not_grow(tmp_path: Path) -> None:
    counted = []
    for patients in (3, 70):
        load(tmp_path, scenario(patients) if patients == 3 else {**scenario(patients), "people": scenario(0)["people"]})
        alice = signed_in("alice")
        alice.get("/")
        with CaptureQueriesContext(connection) as asked:
            assert alice.get("/").status_code == 200
        counted.append(len(asked))
    assert counted[0] == counted[1]

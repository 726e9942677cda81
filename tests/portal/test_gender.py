"""Words in a person's own gender: from the scenario to the API and the pages, and chosen on one's own page."""
import copy
import json
import re
import uuid
from pathlib import Path

import pytest
from django.test import Client

from people.accounts.models import Person
from portal.demo.cast import read_cast
from tests.portal.cast import SCENARIO, load

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def circle(tmp_path: Path) -> str:
    """A circle with a nurse who is a man, and a relative whose gender nobody said."""
    scenario = copy.deepcopy(SCENARIO)
    scenario["people"][0]["gender"] = "M"
    return load(tmp_path, scenario)["p1"]


@pytest.fixture
def client(circle: str) -> Client:
    client = Client(headers={"accept": "text/html"})
    client.force_login(Person.objects.get(email="alice@example.org"))
    return client


def test_the_api_says_it_beside_the_profession(client: Client, circle: str) -> None:
    me = client.get("/api/v1/me").json()
    assert (me["profession"], me["gender"]) == ("nurse", "M")
    people = [member["person"] for member in client.get(f"/api/v1/circles/{circle}").json()["members"]]
    assert {(one["profession"], one["gender"]) for one in people} == {("nurse", "M"), (None, None)}
    body = json.dumps({"text": "Vu.", "audience": "care_team", "urgency": "info"})
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    author = client.post(f"/api/v1/circles/{circle}/posts", body, content_type="application/json", headers=headers).json()["author"]
    assert (author["name"], author["gender"], author["role"]) == ("Alice Martin", "M", "nurse")


@pytest.mark.parametrize(("gender", "said"), [("F", "infirmière"), ("M", "infirmier"), ("", "infirmier ou infirmière")])
def test_one_chooses_it_and_pages_follow(client: Client, circle: str, gender: str, said: str) -> None:
    assert client.post("/me/gender", {"gender": gender}).status_code == 302
    for page in ("/me", f"/circles/{circle}/people"):
        assert re.search(rf">{said}[ <]", client.get(page).content.decode()), page


def test_nothing_else_is_taken_for_a_gender(client: Client) -> None:
    client.post("/me/gender", {"gender": "X"})
    client.post("/me/gender")
    assert Person.objects.get(email="alice@example.org").gender == "M"


def test_everybody_of_the_demo_has_one() -> None:
    assert {person.sex for person in read_cast().people.values()} == {"F", "M"}
    assert len(read_cast().people) == 40

"""The patient's own page: who lands there, what it says, and what it must not show."""
import json
import re
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.accounts.models import Person
from people.circles.enums import Role
from people.circles.models import Membership
from people.contacts.enums import CalledBy, Relation
from people.contacts.models import Details
from people.contacts.services import add_contact, give_number, say_kinship
from tests.portal.cast import load
from tests.portal.test_my_patients import PERSON, signed_in, write

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CAST = {
    "alice": ("Martin", "Alice", "nurse", "nurse"), "claire": ("Durand-Moreau", "Claire", None, "trusted_person"),
    "jeanne": ("Durand", "Jeanne", None, "patient"), "sylvie": ("Capdeville", "Sylvie", None, "home_help"),
}  # fmt: skip


def scenario() -> dict[str, Any]:
    """A patient with a page of her own, her daughter, a nurse, a home help; and a second patient with the first as a relative."""
    people = [
        {**PERSON, "key": key, "email": f"{key}@example.org", "family_name": family, "given_name": given, "profession": trade,
         "gender": "F"}
        for key, (family, given, trade, _role) in CAST.items()
    ]
    members = [{"person": key, "role": role, "history": "all"} for key, (*_names, role) in CAST.items()]
    one = {"key": "p1", "family_name": "Durand", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F", "members": members}
    two = {**one, "key": "p2", "given_names": ["Roger"], "sex": "M", "members": [{"person": "alice", "role": "nurse", "history": "all"}]}
    return {"structures": [], "people": people, "patients": [one, two]}


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario())


def seat(ids: dict[str, str], who: str) -> Membership:
    """Somebody's membership of the first circle."""
    members = Membership.objects.select_related("circle__patient", "circle__head", "person")
    return members.get(circle=UUID(ids["p1"]), person=UUID(ids[who]))


def own(ids: dict[str, str], path: str = "", **headers: str) -> str:
    """The patient's page as text without marks."""
    answer = signed_in("jeanne").get(f"/circles/{ids['p1']}/own{path}", headers={"accept": "text/html", **headers})
    assert answer.status_code == 200
    return " ".join(re.sub(r"<script.*?</script>|<[^>]+>", " ", answer.content.decode(), flags=re.S).replace(" ", " ").split())


def test_the_patient_lands_there_and_nobody_else(ids: dict[str, str]) -> None:
    assert signed_in("jeanne").get("/").headers["location"] == f"/circles/{ids['p1']}/own"
    assert signed_in("jeanne").get("/?all").status_code == 200
    for who in ("alice", "claire", "sylvie"):
        assert signed_in(who).get("/").status_code == 200
        for path in ("", "/words", "/looked"):
            assert signed_in(who).get(f"/circles/{ids['p1']}/own{path}").status_code == 404


def test_the_page_of_another_circle_is_not_there(ids: dict[str, str]) -> None:
    assert signed_in("jeanne").get(f"/circles/{ids['p2']}/own").status_code == 404


def test_it_greets_and_says_that_there_is_nothing_yet(ids: dict[str, str]) -> None:
    page = own(ids)
    assert "Bonjour Madame Durand" in page
    assert "Pas encore de message pour vous." in page
    assert "Pour un danger, appelez le 15" in page


def test_the_last_word_is_of_those_that_she_reads_and_not_her_own(ids: dict[str, str]) -> None:
    alice, jeanne = signed_in("alice"), signed_in("jeanne")
    write(alice, ids["p1"], "Je passe demain.", audience="patient")
    write(alice, ids["p1"], "Entre nous seulement.", audience="care_team")
    write(jeanne, ids["p1"], "Le talon va mieux.", audience="patient")
    page = own(ids)
    assert re.search(r"Alice Martin, infirmière Je passe demain\.", page)
    assert re.search(r"Votre message .* Le talon va mieux\. Pas encore lu", page)
    assert "Entre nous" not in page


def test_they_have_read_you(ids: dict[str, str]) -> None:
    jeanne = signed_in("jeanne")
    write(jeanne, ids["p1"], "Le talon va mieux.", audience="circle")
    for who in ("claire", "alice"):
        client = signed_in(who)
        head = client.get(f"/api/v1/circles/{ids['p1']}").json()["head"]
        client.put(f"/api/v1/circles/{ids['p1']}/read", json.dumps({"seq": head}), content_type="application/json")
    assert "Lu par Claire Durand-Moreau et 1 autre" in own(ids, "/words")


def test_kinship_and_first_name_come_before_the_family_name(ids: dict[str, str]) -> None:
    say_kinship(seat(ids, "alice"), member=seat(ids, "claire").pk, relation=Relation.CHILD)
    write(signed_in("claire"), ids["p1"], "J’arrive à 11 h.", audience="circle")
    assert "Claire, votre fille J’arrive" in own(ids)
    assert "Claire, your daughter" not in own(ids)


def test_what_stands_there_alone_may_count_as_read_and_what_does_not_stand_there_not(ids: dict[str, str]) -> None:
    alice, jeanne = signed_in("alice"), signed_in("jeanne")
    write(alice, ids["p1"], "Un.", audience="patient")
    assert "data-cercle-own-seq" in jeanne.get(f"/circles/{ids['p1']}/own/words").content.decode()
    write(alice, ids["p1"], "Deux.", audience="patient")
    page = jeanne.get(f"/circles/{ids['p1']}/own/words").content.decode()
    assert "data-cercle-own-seq" not in page
    assert "Lire aussi les autres" in page


def test_only_numbers_that_are_hers_to_know_are_called(ids: dict[str, str]) -> None:
    give_number(Person.objects.get(pk=ids["claire"]), phone="06 39 98 12 35", called_by=CalledBy.EVERYONE)
    give_number(Person.objects.get(pk=ids["alice"]), phone="06 39 98 12 36", called_by=CalledBy.PROFESSIONALS)
    add_contact(seat(ids, "alice"), role=Role.OTHER_HEALTH, details=Details("Nadine Poyanne", "05 36 49 12 34", "podologue", "F"))
    page = signed_in("jeanne").get(f"/circles/{ids['p1']}/own").content.decode()
    assert re.findall(r'href="tel:(\d+)"', page) == ["0639981235", "0536491234", "15"]
    assert "Alice Martin" in page
    assert "0639981236" not in page


def test_who_has_looked_is_said_in_words(ids: dict[str, str]) -> None:
    signed_in("alice").get(f"/api/v1/circles/{ids['p1']}")
    assert "Alice Martin , infirmière A ouvert le dossier" in own(ids, "/looked")


def test_in_a_closed_circle_it_says_why_nothing_is_written(ids: dict[str, str]) -> None:
    body = json.dumps({"state": "frozen", "reason": "litige"})
    signed_in("alice").put(f"/api/v1/circles/{ids['p1']}/state", body, content_type="application/json")
    page = signed_in("jeanne").get(f"/circles/{ids['p1']}/own").content.decode()
    assert "data-cercle-own-form" not in page
    assert "gelé" in page


def test_its_number_of_statements_does_not_grow(ids: dict[str, str]) -> None:
    def statements() -> int:
        client = signed_in("jeanne")
        client.get(f"/circles/{ids['p1']}/own")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/circles/{ids['p1']}/own")
        return len(asked)

    write(signed_in("alice"), ids["p1"], "Un.", audience="patient")
    write(signed_in("jeanne"), ids["p1"], "Le mien.", audience="patient")
    before = statements()
    for number in range(6):
        write(signed_in("alice"), ids["p1"], f"Encore {number}.", audience="patient")
        add_contact(seat(ids, "alice"), role=Role.RELATIVE, details=Details(f"Voisine {number}", "05 36 49 12 34"))
    assert statements() == before


def me(who: str, **form: str) -> Client:
    """Says one's own number on the page "Me"."""
    client = signed_in(who)
    client.post("/me/telephone", form)
    return client


@pytest.mark.parametrize(
    ("called_by", "seen"),
    [("circles", {"alice", "sylvie", "jeanne"}), ("professionals", {"alice", "sylvie"}), ("nobody", set()), ("x", set())],
)
def test_one_says_who_sees_one_s_number(ids: dict[str, str], called_by: str, seen: set[str]) -> None:
    mine = me("claire", phone="06 39 98 12 35", called_by=called_by)
    assert "06 39 98 12 35" in mine.get("/me").content.decode()
    for who in ("alice", "sylvie", "jeanne"):
        members = signed_in(who).get(f"/api/v1/circles/{ids['p1']}").json()["members"]
        told = {member["person"]["id"]: member["phone"] for member in members}
        assert told[ids["claire"]] == ("0639981235" if who in seen else None), who
        page = signed_in(who).get(f"/circles/{ids['p1']}/people").content.decode()
        assert ("tel:0639981235" in page) is (who in seen), who


def test_a_number_is_taken_back_and_a_wrong_one_is_said(ids: dict[str, str]) -> None:
    client = me("claire", phone="06 39 98 12 35", called_by="circles")
    assert client.post("/me/telephone", {"phone": "demain", "called_by": "circles"}).status_code == 422
    client.post("/me/telephone", {"phone": "", "called_by": "circles"})
    assert "06 39 98 12 35" not in client.get("/me").content.decode()


def test_the_number_of_one_who_left_is_not_told(ids: dict[str, str]) -> None:
    me("claire", phone="06 39 98 12 35", called_by="circles")
    alice = signed_in("alice")
    alice.delete(f"/api/v1/circles/{ids['p1']}/members/{seat(ids, 'claire').pk}")
    assert "0639981235" not in alice.get(f"/api/v1/circles/{ids['p1']}").content.decode()


def test_kinship_is_said_on_its_page_by_who_may_admit(ids: dict[str, str]) -> None:
    where = f"/circles/{ids['p1']}/members/{seat(ids, 'claire').pk}/kinship"
    assert signed_in("alice").post(where, {"relation": "child"}).status_code == 302
    assert "fille · personne de confiance" in " ".join(signed_in("alice").get(f"/circles/{ids['p1']}/people").content.decode().split())
    members = signed_in("jeanne").get(f"/api/v1/circles/{ids['p1']}").json()["members"]
    assert {member["kinship"] for member in members} == {"child", None}
    for who, status in (("sylvie", 404), ("jeanne", 302), ("claire", 302)):
        assert signed_in(who).post(where, {"relation": ""}).status_code == status, who
    assert signed_in("alice").get(f"/circles/{ids['p1']}/members/{seat(ids, 'sylvie').pk}/kinship").status_code == 404


def test_kinship_and_numbers_rest_sealed(ids: dict[str, str]) -> None:
    say_kinship(seat(ids, "alice"), member=seat(ids, "claire").pk, relation=Relation.CHILD)
    give_number(Person.objects.get(pk=ids["claire"]), phone="06 39 98 12 35", called_by=CalledBy.EVERYONE)
    with connection.cursor() as cursor:
        for table in ("contacts_kinship", "contacts_telephone"):
            cursor.execute(f"SELECT * FROM {table}")
            found = repr([[bytes(cell) if isinstance(cell, memoryview) else cell for cell in row] for row in cursor.fetchall()])
            assert "child" not in found
            assert "0639981235" not in found

"""The summary: entries are added, changed, ended and taken up again; who sees what, in how many statements."""
import io
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pypdf import PdfReader

from care.plan.models import Entry
from care.records.items import everything_of
from tests.circles.around import Around

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def add(house: Around, who: str = "alice", field: str = "allergy", text: str = "Pénicilline (œdème, 2011)", **said: Any) -> Any:
    return house.of(who).post(f"circles/{house.circle}/summary", field=field, text=text, **{"audience": "circle", **said})


def at(house: Around, entry: str) -> str:
    return f"circles/{house.circle}/summary/{entry}"


def test_an_entry_says_who_and_when_and_keeps_what_it_said_before(house: Around) -> None:
    made = add(house)
    assert made.status_code == 201, made.content
    entry = made.json()["id"]
    changed = house.of("helene").call("PATCH", at(house, entry), {"text": "Pénicilline (choc, 2011)", "version": 1}).json()
    assert changed["text"] == "Pénicilline (choc, 2011)"
    assert changed["changed_by"]["name"] == house.person("helene").name
    assert changed["author"]["name"] == house.person("alice").name
    (past,) = house.of("claire").get(at(house, entry)).json()["versions"]
    assert (past["text"], past["by"]["name"]) == ("Pénicilline (œdème, 2011)", house.person("alice").name)
    assert b"nicilline" not in bytes(Entry.objects.get().sealed_words)


def test_two_who_change_the_same_words_are_told(house: Around) -> None:
    entry = add(house).json()["id"]
    house.of("helene").call("PATCH", at(house, entry), {"text": "Pénicilline", "version": 1})
    late = house.of("alice").call("PATCH", at(house, entry), {"text": "Amoxicilline", "version": 1})
    assert (late.status_code, late.json()["code"], late.json()["version"]) == (409, "plan.changed_meanwhile", 2)


def test_an_ended_entry_can_be_taken_up_again(house: Around) -> None:
    entry = add(house, field="treatment", text="Paracétamol 1 g", until="2026-11-26").json()["id"]
    ended = house.of("alice").call("DELETE", at(house, entry), {"reason": "plus de douleur"}).json()
    assert (ended["ended_by"]["name"], ended["ended_for"]) == (house.person("alice").name, "plus de douleur")
    again = house.of("helene").call("PATCH", at(house, entry), {"ended": False}).json()
    assert (again["ended_at"], again["ended_by"], again["until"], again["ended_for"]) == (None, None, "2026-11-26", "")


@pytest.mark.parametrize(("said", "code"), [
    ({"text": "  "}, "plan.empty_entry"),
    ({"text": "x" * 2001}, "plan.long_entry"),
    ({"field": "autonomy", "gir": 7}, "plan.bad_gir"),
    ({"field": "autonomy", "gir": 0}, "plan.bad_gir"),
    ({"field": "allergy", "gir": 4}, "plan.bad_gir"),
    ({"field": "weather"}, "http.invalid"),
])  # fmt: skip
def test_what_is_wrong_is_said(house: Around, said: dict[str, Any], code: str) -> None:
    answer = add(house, **said)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


def test_the_care_team_keeps_the_summary_and_a_frozen_circle_only_its_coordinator(house: Around) -> None:
    entry = add(house).json()["id"]
    assert add(house, "claire").status_code == 403
    assert add(house, "jeanne").status_code == 403
    assert house.of("claire").call("DELETE", at(house, entry)).status_code == 403
    house.of("nadia").call("PUT", f"circles/{house.circle}/state", {"state": "frozen", "reason": "essai"})
    assert add(house).status_code == 403
    assert add(house, "nadia").status_code == 201


def test_two_worlds_of_the_summary(house: Around) -> None:
    """What a relative receives does not depend on entries for others, however they change."""
    add(house)

    def world() -> str:
        claire = house.of("claire")
        told = [claire.get(f"circles/{house.circle}/{path}").json() for path in ("summary", "changes?after=0")]
        return json.dumps([told, [item for _family, _record, item in everything_of(house.member("claire"))]], sort_keys=True)

    before = world()
    for audience in ("care_team", "wider_team", "patient"):
        hidden = add(house, field="problem", text="Secret", audience=audience).json()["id"]
        house.of("alice").call("PATCH", at(house, hidden), {"text": "Autre secret"})
        house.of("alice").call("DELETE", at(house, hidden))
        absent = house.of("claire").get(at(house, str(uuid4())))
        assert house.of("claire").get(at(house, hidden)).content == absent.content
        assert house.of("claire").call("DELETE", at(house, hidden)).content == absent.content
    assert world() == before


def page(house: Around, who: str) -> str:
    answer = house.of(who).client.get(f"/circles/{house.circle}/summary")
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_the_call_says_how_many_tasks_there_are_beyond_the_first(house: Around, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.queries.ahead._MOST_TOLD", 2)
    for day in (3, 1, 2):
        task = {"title": f"Tâche {day}", "audience": "care_team", "due_at": f"2030-01-0{day}T08:00:00Z"}
        made = house.of("alice").post(f"circles/{house.circle}/tasks", **task)
        assert made.status_code == 201, made.content
    told = house.of("alice").get(f"circles/{house.circle}/summary").json()
    assert ([task["title"] for task in told["tasks"]], told["open_tasks"]) == (["Tâche 1", "Tâche 2"], 3)


def test_the_page_and_the_call_say_what_each_reader_may_see(house: Around) -> None:
    add(house)
    add(house, field="problem", text="Insuffisance cardiaque", audience="patient")
    add(house, field="autonomy", text="Déambulateur", gir=4)
    house.of("alice").post(f"circles/{house.circle}/measures", kind="weight", values={"value": 64.2})
    house.of("alice").call(
        "POST", f"circles/{house.circle}/posts", {"text": "Essoufflée", "audience": "care_team", "urgency": "urgent"},
        **{"Idempotency-Key": str(uuid4())},
    )  # fmt: skip
    nurse = house.of("alice").get(f"circles/{house.circle}/summary").json()
    assert {field: len(entries) for field, entries in nurse["entries"].items()} == {"allergy": 1, "problem": 1, "autonomy": 1}
    assert nurse["entries"]["autonomy"][0]["gir"] == 4
    assert [series["newest"]["values"] for series in nurse["measures"]] == [{"value": 64.2}]
    assert [alert["excerpt"] for alert in nurse["alerts"]] == ["Essoufflée"]
    assert (nurse["identity"]["identity_status"], nurse["stay"], nurse["tasks"], nurse["next"]) == ("provisional", None, [], [])
    daughter = house.of("claire").get(f"circles/{house.circle}/summary").json()
    assert list(daughter["entries"]) == ["allergy", "autonomy"]
    assert daughter["measures"] == daughter["alerts"] == []
    assert all(word in page(house, "alice") for word in ("<b>Pénicilline</b>", "GIR 4. Déambulateur", "64.2", "Essoufflée"))
    assert not any(word in page(house, "claire") for word in ("cardiaque", "64.2", "Essoufflée", "data-cercle-entry-add"))
    assert house.of("lea").client.get(f"/circles/{house.circle}/summary").status_code == 404


def test_statements_do_not_grow_with_what_the_summary_holds(house: Around) -> None:
    def filled(times: int) -> int:
        for number in range(times):
            for field in ("allergy", "problem", "treatment"):
                add(house, "helene" if number % 2 else "alice", field, f"Mot {number}")
            for kind, value in (("weight", 62), ("pain", 3)):
                house.of("alice").post(f"circles/{house.circle}/measures", kind=kind, values={"value": value})
            body = {"text": "Ordonnance", "audience": "circle", "urgency": "todo"}
            house.of("alice").call("POST", f"circles/{house.circle}/posts", body, **{"Idempotency-Key": str(uuid4())})
        page(house, "alice")
        with CaptureQueriesContext(connection) as asked:
            page(house, "alice")
        return len(asked)

    assert filled(1) == filled(4)


def test_it_prints_on_one_page_that_a_reader_opens_and_the_trail_says_so(house: Around) -> None:
    for number in range(12):
        add(house, field="treatment", text=f"Médicament numéro {number}, matin, midi et soir, avec un grand verre d’eau. " * 3)
    add(house, field="problem", text="Ne pas dire", audience="care_team")
    answer = house.of("claire").client.get(f"/circles/{house.circle}/summary.pdf")
    paper = PdfReader(io.BytesIO(answer.content))
    assert len(paper.pages) == 1
    words = paper.pages[0].extract_text()
    assert "DURAND Jeanne" in words
    assert "numéro 11" in words
    assert "Ne pas dire" not in words
    accesses = house.of("claire").get(f"circles/{house.circle}/accesses").json()["items"]
    assert "summary.printed" in [line["what"] for line in accesses]

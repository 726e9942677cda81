"""Forms of a structure as pages: drawn up with buttons, brought in as a file, refused with the place and nothing lost."""
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from care.sheets.models import FormVersion
from care.sheets.questionnaire import Questionnaire
from care.sheets.understood import questionnaire_of
from foundation import clock
from people.accounts.models import Administrator, Person
from portal.queries.form_drafts import draft_of
from portal.queries.form_writing import written_draft
from tests.portal.cast import load
from tests.portal.test_my_patients import scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ROWS = {
    "title": "Suivi du sommeil", "filled_by": ["patient"], "q.0.link": "q1", "q.0.text": "A bien dormi ?", "q.0.kind": "yes_no",
    "q.0.required": "on",
    "q.1.link": "q2", "q.1.text": "Réveils", "q.1.kind": "one", "q.1.options": "Aucun | 0\nPlus d'un | 3", "q.1.counts": "on",
    "q.1.only_if": "q1", "q.1.only_how": "=", "q.1.only_what": "non", "q.2.link": "q3", "q.2.text": "Poids", "q.2.kind": "number",
    "q.2.unit": "kg", "q.2.low": "20", "q.2.high": "300,5", "score": "Sommeil", "bands": "0–2: bon\n3+: mauvais !",
    "f.0.about": "score", "f.0.how": ">=", "f.0.what": "3", "f.0.act": "task", "f.0.words": "En parler",
}  # fmt: skip


@pytest.fixture
def forms(tmp_path: Path) -> tuple[Client, str]:
    """Somebody who administers a practice, and the address of its forms."""
    made = scenario(1)
    made["structures"] = [{"key": "cabinet", "name": "Cabinet du Marensin", "finess": "400900011", "kind": "nursing_office", "units": []}]
    ids = load(tmp_path, made)
    alice = Person.objects.get(email="alice@example.org")
    Administrator.objects.create(person=alice, structure_id=ids["cabinet"], since=clock.now())
    return signed_in("alice"), f"/structures/{ids['cabinet']}/forms"


def kept() -> Questionnaire:
    """The newest version of the practice's form."""
    return questionnaire_of(FormVersion.objects.filter(form__structure__isnull=False).order_by("-number")[0])


def test_a_form_is_drawn_up_without_programming_and_comes_back_whole(forms: tuple[Client, str]) -> None:
    client, path = forms
    assert client.post(f"{path}/new", {**ROWS, "act": "keep"}).status_code == 302
    form = kept()
    kinds = {item.link_id: item.type.value for item in form.items}
    assert kinds == {"q1": "boolean", "q2": "choice", "q3": "decimal", "score": "decimal"}
    assert form.by_id["q2"].conditions[0].answer is False
    assert [band.label.text for band in form.by_id["score"].bands] == ["bon", "mauvais"]
    assert (form.filled_by, form.rules[0].condition.written) == (("patient",), "{score} >= 3")
    draft = draft_of(form)
    assert draft is not None
    assert written_draft(draft)[0]["item"][1]["answerOption"][1]["valueString"] == "Plus d’un"


def test_buttons_move_add_and_remove_rows_and_keep_nothing(forms: tuple[Client, str]) -> None:
    client, path = forms
    moved = client.post(f"{path}/new", {**ROWS, "act": "up.1"}).context["draft"].asked
    assert [row.link for row in moved] == ["q2", "q1", "q3"]
    added = client.post(f"{path}/new", {**ROWS, "act": "add"}).context["draft"].asked
    assert [row.link for row in added] == ["q1", "q2", "q3", "q4"]
    assert [row.link for row in client.post(f"{path}/new", {**ROWS, "act": "remove.0"}).context["draft"].asked] == ["q2", "q3"]
    assert not FormVersion.objects.filter(form__structure__isnull=False).exists()


@pytest.mark.parametrize(
    ("wrong", "row"),
    [
        ({"q.1.options": ""}, "q2"), ({"q.2.low": "léger"}, "q3"), ({"bands": "beaucoup"}, "score"), ({"f.0.what": "beaucoup"}, "follow-0"),
        ({"title": ""}, ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_row_and_nothing_is_lost(forms: tuple[Client, str], wrong: dict[str, str], row: str) -> None:
    client, path = forms
    answer = client.post(f"{path}/new", {**ROWS, **wrong, "act": "keep"})
    assert (answer.status_code, answer.context["wrong_row"]) == (422, row)
    assert answer.context["draft"].asked[0].text == "A bien dormi ?"
    assert 'id="wrong"' in answer.content.decode()


def test_a_file_is_looked_at_before_it_is_kept_and_refused_with_its_place(forms: tuple[Client, str]) -> None:
    client, path = forms
    text = '{"resourceType": "Questionnaire", "title": "Toux", "item": [{"linkId": "a", "type": "bool"}]}'
    refused: Any = client.post(f"{path}/import", {"text": text, "act": "keep"})
    assert (refused.status_code, refused.context["place"], refused.context["text"]) == (422, "item[0].type", text)
    well = text.replace('"bool"', '"boolean"')
    assert client.post(f"{path}/import", {"text": well, "act": "look"}).context["found"] == "Toux"
    assert not FormVersion.objects.filter(form__structure__isnull=False).exists()
    there = client.post(f"{path}/import", {"text": well, "act": "keep"}).headers["Location"]
    assert client.get(f"{there}/questionnaire.json").json()["title"] == "Toux"
    assert client.post(f"{there}/version", {"text": well.replace("Toux", "Toux 2"), "act": "keep"}).status_code == 302
    assert (kept().title.text, "Toux 2" in client.get(there).content.decode()) == ("Toux 2", True)
    client.post(f"{there}/withdraw", {"withdrawn": "1"})
    assert "Hors service" in client.get(there).content.decode()

"""Who is told of an urgent message, as a page: read by the circle, changed by who steers it, with buttons and without any script."""
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from people.accounts.models import Administrator, Person
from tests.portal.cast import load
from tests.portal.test_my_patients import PERSON, scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
ROWS = {"after.0": "0", "whom.0": "role:nurse", "after.1": "5", "whom.1": "role:gp"}


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    """A nurse, a physician and a daughter around one patient."""
    made = scenario(1)
    made["structures"] = [{"key": "cabinet", "name": "Cabinet du Marensin", "finess": "400900011", "kind": "nursing_office", "units": []}]
    named = {"family_name": "Durand", "given_name": "Claire", "profession": None}
    daughter = {**PERSON, "key": "claire", "email": "claire@example.org", **named}
    made["people"].append(daughter)
    made["patients"][0]["members"] = [*made["patients"][0]["members"], {"person": "claire", "role": "relative", "history": "all"}]
    return load(tmp_path, made)


def sentences(client: Client, path: str) -> list[str]:
    """The steps as one reads them."""
    page = client.get(path).content.decode()
    found = re.findall(r'<li class="c-rung[ "].*?</li>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", " ", one).replace("\u00a0", " ").split()) for one in found]


def rungs(ids: dict[str, str]) -> Any:
    """What holds, by the API."""
    return signed_in("alice").get(f"/api/v1/circles/{ids['p0']}/ladder", headers={"accept": "application/json"}).json()["rungs"]


def test_it_says_who_is_meant_today_and_how_they_can_be_reached(ids: dict[str, str]) -> None:
    path = f"/circles/{ids['p0']}/ladder"
    assert sentences(signed_in("alice"), path)[0].startswith("Tout de suite : à qui le message est adressé")
    answer = signed_in("alice").post(path, {**ROWS, "act": "save"})
    assert "Cela vaut aussi pour les alertes en cours" in answer.content.decode()
    assert rungs(ids) == [{"after_s": 0, "role": "nurse"}, {"after_s": 300, "role": "gp"}]
    first, second, _last = sentences(signed_in("claire"), path)
    assert first.startswith("Tout de suite : infirmier ou infirmière Alice Martin") or "Alice Martin" in first
    assert second.startswith("Après 5 minutes :")
    assert "Dr Hélène Castets" in second
    assert "à appeler" in second  # no device was ever connected


def test_buttons_rearrange_and_keep_nothing_yet(ids: dict[str, str]) -> None:
    path, alice = f"/circles/{ids['p0']}/ladder", signed_in("alice")

    def fields(act: str) -> list[tuple[str, str]]:
        page = alice.post(path, {**ROWS, "act": act}).content.decode()
        minutes = re.findall(r'name="after\.\d" type="number"[^>]* value="(\d*)"', page)
        return list(zip(minutes, re.findall(r'<option value="([^"]+)" selected', page), strict=True))

    assert fields("down.0") == fields("up.1") == [("0", "role:gp"), ("5", "role:nurse")]
    assert fields("remove.0") == [("5", "role:gp")]
    assert fields("add") == [("0", "role:nurse"), ("5", "role:gp"), ("10", "role:coordinator")]
    assert fields("up.0") == fields("down.9") == [("0", "role:nurse"), ("5", "role:gp")]
    assert rungs(ids) == []


def test_above_the_fields_stands_who_would_not_be_told_any_more(ids: dict[str, str]) -> None:
    path, alice = f"/circles/{ids['p0']}/ladder", signed_in("alice")

    def note(page: str) -> str:
        return page[page.index("c-fold__form") : page.index("c-rungform")]

    first = note(alice.get(path).content.decode())
    assert "ces étapes remplacent celles du dessus" in first
    assert "Castets" not in first
    without = note(alice.post(path, {"after.0": "0", "whom.0": "role:nurse", "act": "add"}).content.decode())
    assert "ne sont plus prévenues" in without
    assert "Castets" in without
    assert "Martin" not in without
    assert "Castets" not in note(alice.post(path, {**ROWS, "act": "up.1"}).content.decode())


def test_a_button_leads_to_the_step_that_it_changes_and_an_error_stands_there(ids: dict[str, str]) -> None:
    path, alice = f"/circles/{ids['p0']}/ladder", signed_in("alice")

    def leads(page: str) -> dict[str, str]:
        found = re.findall(r'<button class="c-button" name="act" value="([^"]+)" formaction="#([^"]+)"', page)
        assert all(f'id="{place}"' in page for act, place in found if act != "add")
        return dict(found)

    asked = leads(alice.post(path, {**ROWS, "act": "up.1"}).content.decode())
    assert asked == {"down.0": "step-1", "remove.0": "step-0", "up.1": "step-0", "remove.1": "step-0", "add": "step-2"}
    assert 'id="step-2" tabindex="-1"' in alice.post(path, {**ROWS, "act": "add"}).content.decode()
    wrong = alice.post(path, {**ROWS, "after.1": "bientôt", "act": "save"}).content.decode()
    assert wrong.index('id="step-1"') < wrong.index('id="outcome" tabindex="-1"') < wrong.index('id="after-1"')
    assert 'id="outcome"' in alice.post(path, {**ROWS, "act": "save"}).content.decode()


def test_a_change_is_undone_and_the_usual_taken_back(ids: dict[str, str]) -> None:
    path, alice = f"/circles/{ids['p0']}/ladder", signed_in("alice")
    alice.post(path, {**ROWS, "act": "save"})
    page = alice.post(path, {"after.0": "2", "whom.0": "role:gp", "act": "save"}).content.decode()
    undo = re.search(r'<form method="post" action="#outcome">(.*?)</form>', page, re.S)
    assert undo
    form = dict(re.findall(r'name="((?:after|whom)\.\d)" value="([^"]+)"', undo.group(1)))
    assert form == ROWS
    alice.post(path, {**form, "act": "save"})
    assert [one["after_s"] for one in rungs(ids)] == [0, 300]
    alice.post(path, {**form, "act": "usual"})
    assert rungs(ids) == []


@pytest.mark.parametrize(("wrong", "words"), [
    ({"after.1": "bientôt"}, "nombre entier"), ({"whom.1": "role:secretary"}, "Étape 2"), ({"whom.1": "member:x"}, "liste"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_changed(ids: dict[str, str], wrong: dict[str, str], words: str) -> None:
    answer = signed_in("alice").post(f"/circles/{ids['p0']}/ladder", {**ROWS, **wrong, "act": "save"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert rungs(ids) == []


def test_others_read_it_and_change_nothing(ids: dict[str, str]) -> None:
    path, claire = f"/circles/{ids['p0']}/ladder", signed_in("claire")
    page = claire.get(path).content.decode()
    assert 'name="act"' not in page
    assert claire.post(path, {**ROWS, "act": "save"}).status_code == 403
    assert rungs(ids) == []


def test_a_structure_s_steps_are_its_administrators_and_hold_where_it_is(ids: dict[str, str]) -> None:
    path = f"/structures/{ids['cabinet']}/ladder"
    assert signed_in("alice").get(path).status_code == 404
    alice = Person.objects.get(email="alice@example.org")
    Administrator.objects.create(person=alice, structure_id=ids["cabinet"], since=clock.now())
    form = {"after.0": "0", "whom.0": f"structure:{ids['cabinet']}", "act": "save"}
    assert signed_in("alice").post(path, form).status_code == 200
    assert sentences(signed_in("alice"), path)[0] == "Tout de suite : Cabinet du Marensin"

"""My working hours, as a form: what is filled in holds, what is wrong is said beside its field, and nothing is lost of it."""
from pathlib import Path
from typing import Any

import pytest

from tests.portal.cast import load
from tests.portal.test_my_patients import scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
WEEK = {
    "everywhere.said": "week", "everywhere.mon.0.from": "08:00", "everywhere.mon.0.to": "12:30", "everywhere.mon.1.from": "14:00",
    "everywhere.mon.1.to": "18:00", "everywhere.fri.0.from": "20:00", "everywhere.fri.0.to": "07:00", "everywhere.holidays": "1",
}  # fmt: skip


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    """Alice works for a practice."""
    made = scenario(1)
    made["structures"] = [{"key": "cabinet", "name": "Cabinet du Marensin", "finess": "400900011", "kind": "nursing_office", "units": []}]
    made["people"][0]["structures"] = ["cabinet"]
    return load(tmp_path, made)


def hours() -> dict[str, Any]:
    """What holds, by the API."""
    said: dict[str, Any] = signed_in("alice").get("/api/v1/me/hours", headers={"accept": "application/json"}).json()
    return said


def test_a_week_is_filled_in_and_kept(ids: dict[str, str]) -> None:
    assert signed_in("alice").post("/me/hours", WEEK).status_code == 302
    weekly = {"mon": [["08:00", "12:30"], ["14:00", "18:00"]], "fri": [["20:00", "07:00"]]}
    assert hours()["everywhere"] == {"weekly": weekly, "on_holidays": True}
    assert hours()["structures"] == []
    page = signed_in("alice").get("/me/hours").content.decode()
    assert 'name="everywhere.mon.1.from" value="14:00"' in page


def test_a_structure_has_hours_of_its_own_and_absences_are_local(ids: dict[str, str]) -> None:
    practice = ids["cabinet"]
    form = {f"{practice}.said": "week", f"{practice}.tue.0.from": "09:00", f"{practice}.tue.0.to": "17:00",
            "away.0.since": "2030-12-24T00:00", "away.0.until": "2031-01-02T08:00"}  # fmt: skip
    assert signed_in("alice").post("/me/hours", {**WEEK, **form, "everywhere.said": "no"}).status_code == 302
    said = hours()
    assert said["everywhere"] is None
    assert said["structures"] == [{"structure": practice, "weekly": {"tue": [["09:00", "17:00"]]}, "on_holidays": False}]
    assert [one["since"][:16] for one in said["absences"]] == ["2030-12-23T23:00"]
    assert 'value="2030-12-24T00:00"' in signed_in("alice").get("/me/hours").content.decode()


def test_what_is_wrong_stands_beside_its_field_and_the_rest_is_still_there(ids: dict[str, str]) -> None:
    overlapping = {**WEEK, "everywhere.mon.1.from": "12:00"}
    answer = signed_in("alice").post("/me/hours", overlapping)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ces heures se chevauchent." in page
    assert 'name="everywhere.fri.0.from" value="20:00"' in page
    half = signed_in("alice").post("/me/hours", {**WEEK, "away.0.since": "2030-12-24T00:00"})
    assert half.status_code == 422
    assert "Une absence a un début et une fin." in half.content.decode()
    assert 'name="away.0.since" value="2030-12-24T00:00"' in half.content.decode()
    assert hours()["everywhere"] is None


@pytest.mark.parametrize(("field", "words"), [("to", "Il manque la fin."), ("from", "Il manque le début.")])
def test_half_a_stretch_says_which_half_is_missing(ids: dict[str, str], field: str, words: str) -> None:
    page = signed_in("alice").post("/me/hours", {**WEEK, f"everywhere.mon.1.{field}": ""}).content.decode()
    assert words in page


def test_a_save_can_be_undone_once(ids: dict[str, str]) -> None:
    alice = signed_in("alice")
    alice.post("/me/hours", WEEK)
    alice.post("/me/hours", {**WEEK, "everywhere.mon.0.from": "09:00"})
    assert hours()["everywhere"]["weekly"]["mon"][0][0] == "09:00"
    assert 'name="undo"' in alice.get("/me/hours?saved").content.decode()
    for _again in range(2):
        assert alice.post("/me/hours", {"undo": "1"}).status_code == 302
        assert hours()["everywhere"]["weekly"]["mon"][0][0] == "08:00"
    assert 'name="undo"' not in alice.get("/me/hours?undone").content.decode()

"""By what one is told, as a form; and the line for somebody whom no device alerts."""
from pathlib import Path
from typing import Any

import pytest

from tests.portal.cast import load
from tests.portal.test_alert_pages import device
from tests.portal.test_my_patients import scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
FORM: dict[str, Any] = {"news.urgent": ["push", "email"], "news.todo": ["push"], "news.post": ["email"]}
LINE = "Aucun appareil ne vous alerte."


@pytest.fixture
def ids(tmp_path: Path) -> dict[str, str]:
    return load(tmp_path, scenario(1))


def wishes() -> Any:
    """What holds, by the API."""
    return signed_in("alice").get("/api/v1/me/preferences", headers={"accept": "application/json"}).json()


def test_what_is_ticked_holds_and_is_ticked_again(ids: dict[str, str]) -> None:
    form = {**FORM, "quiet": "1", "quiet.from": "20:30", "quiet.to": "06:00", "digest": "1", "digest.0": "07:30", "digest.2": "18:15",
            "digest.days": ["mon", "fri"], "digest.by": ["email"]}  # fmt: skip
    assert signed_in("alice").post("/me/preferences", form).status_code == 302
    said = wishes()
    assert {kind: one["by"] for kind, one in said["news"].items()} == {
        "urgent": ["push", "email"], "todo": ["push"], "due": [], "hospital_event": [], "post": ["email"],
    }  # fmt: skip
    assert said["quiet"] == {"from": "20:30", "to": "06:00"}
    assert {key: said["digest"][key] for key in ("at", "days")} == {"at": ["07:30", "18:15"], "days": ["mon", "fri"]}
    page = signed_in("alice").get("/me/preferences").content.decode()
    assert 'name="news.post" value="email" checked' in page
    assert 'value="18:15"' in page
    assert signed_in("alice").post("/me/preferences", {"usual": "1"}).status_code == 302
    assert wishes()["digest"] is None


@pytest.mark.parametrize("save", [{"usual": "1"}, {**FORM, "news.urgent": ["email"]}])
def test_a_save_can_be_undone_once(ids: dict[str, str], save: dict[str, Any]) -> None:
    alice, form = signed_in("alice"), {**FORM, "quiet": "1", "quiet.from": "20:30", "quiet.to": "06:00"}
    alice.post("/me/preferences", form)
    kept = wishes()
    alice.post("/me/preferences", save)
    assert wishes() != kept
    assert 'name="undo"' in alice.get("/me/preferences?saved").content.decode()
    for _again in range(2):
        assert alice.post("/me/preferences", {"undo": "1"}).status_code == 302
        assert wishes() == kept
    assert 'name="undo"' not in alice.get("/me/preferences?undone").content.decode()


@pytest.mark.parametrize(("wrong", "words"), [
    ({"news.urgent": []}, "ont besoin d’un chemin"),
    ({"digest": "1", "digest.by": ["email"]}, "au moins une heure et un jour"),
    ({"quiet": "1", "quiet.from": "20:30"}, "par exemple de 21:00"),
])  # fmt: skip
def test_what_cannot_be_is_said_and_nothing_is_changed(ids: dict[str, str], wrong: dict[str, Any], words: str) -> None:
    before = wishes()
    answer = signed_in("alice").post("/me/preferences", {**FORM, **wrong})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert 'name="news.todo" value="push" checked' in answer.content.decode()
    assert wishes() == before


def test_whoever_no_device_alerts_reads_so_until_put_off_or_connected(ids: dict[str, str]) -> None:
    alice = signed_in("alice")
    for path in ("/", "/new"):
        assert LINE in alice.get(path).content.decode()
    assert alice.post("/me/notifications/later", {"back": "https://elsewhere.example"}).headers["location"] == "/"
    assert alice.post("/me/notifications/later", {"back": "/new"}).headers["location"] == "/new"
    assert LINE not in alice.get("/new").content.decode()
    other = signed_in("alice")
    assert LINE in other.get("/").content.decode()
    device(other, "Chrome, Android")
    assert LINE not in other.get("/").content.decode()

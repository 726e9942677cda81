"""Sheets as pages: what may be filled, what was, one of them in words, and how it went; each as its reader may see it."""
import datetime as dt
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from care.sheets.shipped import form_id
from portal.queries.curves import Point, curve_of
from tests.portal.cast import load
from tests.portal.test_my_patients import PERSON, scenario, signed_in

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
PAIN = str(form_id("pain"))


@pytest.fixture
def circle(tmp_path: Path) -> str:
    """A nurse, a physician and a daughter around one patient."""
    made = scenario(1)
    named = {"family_name": "Durand", "given_name": "Claire", "profession": None}
    made["people"].append({**PERSON, "key": "claire", "email": "claire@example.org", **named})
    made["patients"][0]["members"] = [*made["patients"][0]["members"], {"person": "claire", "role": "relative", "history": "all"}]
    return load(tmp_path, made)["p0"]


def fill(client: Client, circle: str, pain: int, audience: str = "care_team") -> dict[str, Any]:
    """A filled sheet, by the API."""
    questions = client.get(f"/api/v1/forms/{PAIN}", headers={"accept": "application/json"}).json()["item"]
    links = [item["linkId"] for item in questions]
    own = questions[0]["answerOption"][0]["valueCoding"]["code"]
    body = {"form": PAIN, "answers": {links[0]: own, links[1]: pain}, "audience": audience}
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = client.post(f"/api/v1/circles/{circle}/sheets", json.dumps(body), content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    filled: dict[str, Any] = answer.json()
    return filled


def test_a_sheet_is_read_by_its_readers_and_leaves_no_trace_for_others(circle: str) -> None:
    nurse, daughter, path = signed_in("alice"), signed_in("claire"), f"/circles/{circle}/sheets"
    before = daughter.get(f"{path}?part=list").content
    sheet = fill(nurse, circle, 3)
    listed = signed_in("helene").get(path).content.decode()
    assert f"/circles/{circle}/sheets/{sheet['id']}" in listed
    assert "Remplie une fois ici" in listed
    assert "Retirer cette fiche" in nurse.get(f"{path}/{sheet['id']}").content.decode()
    assert daughter.get(f"{path}?part=list").content == before
    assert daughter.get(f"{path}/{sheet['id']}").status_code == 404
    assert "<polyline" not in daughter.get(f"{path}/over-time?form={PAIN}").content.decode()
    assert "<polyline" in nurse.get(f"{path}/over-time?form={PAIN}").content.decode()


def test_a_form_that_is_not_there_for_somebody_is_no_page(circle: str) -> None:
    nurse, path = signed_in("alice"), f"/circles/{circle}/sheets"
    assert nurse.get(f"{path}/new?form={PAIN}").status_code == 200
    for wrong in ("", "?form=x", f"?form={uuid.uuid4()}"):
        assert nurse.get(f"{path}/new{wrong}").status_code == 404
        assert nurse.get(f"{path}/over-time{wrong}").status_code == 404


def test_pages_ask_as_much_of_the_database_for_many_sheets_as_for_one(circle: str) -> None:
    nurse, path = signed_in("alice"), f"/circles/{circle}/sheets"
    counts = []
    for more in (1, 3):
        for pain in range(more):
            fill(nurse, circle, pain)
        with CaptureQueriesContext(connection) as asked:
            assert nurse.get(path).status_code == 200
            assert nurse.get(f"{path}/over-time?form={PAIN}").status_code == 200
        counts.append([query["sql"] for query in asked])
    assert len(counts[1]) <= len(counts[0]), counts[1]


def test_a_thousand_points_are_one_line_within_its_frame() -> None:
    begun = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    curve = curve_of([Point(begun + dt.timedelta(hours=n), n % 11) for n in range(1000)], "Europe/Paris", [(4, "forte")], (0, 10))
    assert curve is not None
    places = [tuple(map(float, place.split(","))) for place in curve.line.split()]
    assert (len(places), curve.dots) == (1000, [])
    assert all(curve.left <= x <= curve.right and 0 <= y <= curve.bottom for x, y in places)
    assert [tick.words for tick in curve.values] == ["0", "5", "10"]
    assert curve_of([], "Europe/Paris") is None

"""A planned stay: asked by the circle, told to the unit and to no other, answered there, seen by the circle."""
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from hospital.stays.models import DiscreetUnit
from people.audit.models import TrailLine
from tests.sealing import site_vault
from tests.stays.ward import Ward, load_ward

__all__ = ["site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])
SOON = (clock.now().date() + dt.timedelta(days=12)).isoformat()
LATER = (clock.now().date() + dt.timedelta(days=14)).isoformat()


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    return load_ward(tmp_path)


def asked(ward: Ward, **more: Any) -> dict[str, Any]:
    """The coordinator asks cardiology."""
    body = {"unit": ward.ids["cardio"], "reason": "Bilan d'insuffisance cardiaque", "wished_from": SOON, **more}
    status, made = ward.call("nadia", "POST", f"circles/{ward.ids['circle']}/stay-requests", **body)
    assert status == 201, made
    return dict(made)


def listed(ward: Ward, who: str = "alice", unit: str = "cardio") -> list[dict[str, Any]]:
    """What a unit's people see."""
    status, answer = ward.call(who, "GET", f"units/{ward.ids[unit]}/stay-requests")
    assert status == 200, answer
    return list(answer["items"])


def answer(ward: Ward, made: dict[str, Any], who: str = "alice", unit: str = "cardio", **body: Any) -> tuple[int, Any]:
    """Somebody of the unit answers."""
    return ward.call(who, "POST", f"units/{ward.ids[unit]}/stay-requests/{made['id']}/answer", **body)


def test_the_unit_reads_who_what_and_by_whom_and_nobody_else_does(ward: Ward) -> None:
    made = asked(ward)
    [seen] = listed(ward)
    assert (seen["patient"]["name"], seen["reason"]) == ("DURAND Jeanne", "Bilan d'insuffisance cardiaque")
    assert (seen["asked_by"]["name"], seen["state"], seen["wished_from"]) == ("Nadia Coste", "asked", SOON)
    assert "circle" not in seen
    assert ward.call("bruno", "GET", f"units/{ward.ids['cardio']}/stay-requests")[0] == 404
    assert listed(ward, "bruno", "geria") == []
    assert answer(ward, made, "bruno", "geria", answer="refused", text="x")[0] == 404
    assert [ward.call(who, "GET", f"units/{ward.ids['cardio']}/stay-requests")[0] for who in ("ward", "declared")] == [403, 403]
    assert ward.call("jeanne", "GET", f"circles/{ward.ids['circle']}/stay-requests")[1]["items"] == []


def test_accepted_for_a_day_is_seen_by_the_circle_and_told_by_the_feed(ward: Ward) -> None:
    made = asked(ward, audience="patient")
    assert answer(ward, made, answer="accepted")[1]["code"] == "stays.no_planned_date"
    status, told = answer(ward, made, answer="accepted", planned_for=LATER, text="Venir à jeun.")
    assert (status, told["state"], told["planned_for"]) == (200, "accepted", LATER)
    assert answer(ward, made, answer="refused", text="x")[1]["code"] == "stays.answered"
    changes = ward.call("jeanne", "GET", f"circles/{ward.ids['circle']}/changes?after=0")[1]["items"]
    stays = [one for one in changes if one["kind"].startswith("stay.")]
    assert [one["kind"] for one in stays] == ["stay.asked", "stay.answered"]
    assert stays[-1]["stay"]["said"][-1]["text"] == "Venir à jeun."
    assert stays[-1]["stay"]["answered_by"] == "Alice Martin"
    assert [one["id"] for one in listed(ward)] == [made["id"]]


def test_a_question_is_replied_to_and_a_refusal_says_why(ward: Ward) -> None:
    made = asked(ward)
    path = f"circles/{ward.ids['circle']}/stay-requests/{made['id']}"
    assert ward.call("nadia", "POST", f"{path}/reply", text="déjà ?")[1]["code"] == "stays.answered"
    assert answer(ward, made, answer="question")[1]["code"] == "stays.no_reason"
    assert answer(ward, made, answer="question", text="Sous anticoagulants ?")[1]["state"] == "question"
    assert ward.call("gp", "POST", f"{path}/reply", text="Oui, apixaban.")[1]["state"] == "asked"
    assert answer(ward, made, answer="refused", text="Pas de lit avant un mois.")[0] == 200
    assert listed(ward) == []
    [seen] = ward.call("gp", "GET", f"circles/{ward.ids['circle']}/stay-requests")[1]["items"]
    assert [(one["from"], one["as"]) for one in seen["said"]] == [("unit", "question"), ("circle", "reply"), ("unit", "refused")]


def test_withdrawn_it_is_gone_from_the_unit(ward: Ward) -> None:
    made = asked(ward)
    path = f"circles/{ward.ids['circle']}/stay-requests/{made['id']}/withdrawal"
    assert [ward.call("nadia", "POST", path)[1]["state"] for _ in "ab"] == ["withdrawn", "withdrawn"]
    assert listed(ward) == []
    assert answer(ward, made, answer="refused", text="x")[0] == 404


def test_a_frozen_circle_and_an_opposed_person_take_it_away(ward: Ward) -> None:
    asked(ward)
    assert ward.call("nadia", "PUT", f"circles/{ward.ids['circle']}/state", state="frozen", reason="opposition")[0] == 200
    assert listed(ward) == []


def test_what_is_wrong_with_it_is_said(ward: Ward) -> None:
    DiscreetUnit.objects.create(unit=ward.unit("geria"))
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"unit": ward.ids["circle"]}, "stays.unknown_unit"),
        ({"reason": " "}, "stays.no_reason"),
        ({"wished_from": "2020-01-01"}, "stays.bad_dates"),
        ({"wished_until": (clock.now().date() + dt.timedelta(days=1)).isoformat()}, "stays.bad_dates"),
        ({"unit": ward.ids["geria"], "audience": "circle"}, "stays.discreet_unit"),
    ]
    for body, code in wrong:
        whole = {"unit": ward.ids["cardio"], "reason": "Bilan", "wished_from": SOON, **body}
        status, told = ward.call("nadia", "POST", f"circles/{ward.ids['circle']}/stay-requests", **whole)
        assert (status, told["code"]) == (422, code)
    assert ward.call("jeanne", "POST", f"circles/{ward.ids['circle']}/stay-requests", **whole)[0] == 403


def test_asking_reading_and_answering_are_in_the_trail(ward: Ward) -> None:
    made = asked(ward)
    listed(ward)
    answer(ward, made, answer="accepted", planned_for=LATER)
    lines = TrailLine.objects.filter(circle=ward.id("circle"), what__startswith="stay.").order_by("number")
    assert [(one.what, str(one.person), one.right) for one in lines] == [
        ("stay.asked", ward.ids["nadia"], "admitted"),
        ("stay.read", ward.ids["alice"], "asked"),
        ("stay.answered", ward.ids["alice"], "asked"),
    ]
    assert all(str(one.about) == made["id"] for one in lines)

"""Saying one's hours over HTTP: what was said comes back, and each mistake is named at its field."""
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from foundation import clock
from foundation.clock import rfc3339
from people.accounts.models import Affiliation
from people.duty.models import Absence, Hours
from people.duty.queries import duty_of
from people.duty.week import DAYS, Duty
from tests.circles.team import Town, load_town
from tests.sealing import site_vault

__all__ = ["site_vault"]
pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.usefixtures("site_vault")]
WEEK = {"weekly": {"mon": [["08:00", "12:30"], ["14:00", "19:00"]], "fri": [["21:00", "06:00"]]}, "on_holidays": True}
NEVER: dict[str, Any] = {"weekly": {}, "on_holidays": False}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    """Alice and Bruno work for the practice."""
    return load_town(tmp_path)


def _call(town: Town, method: str, body: dict[str, Any] | None = None, who: str = "alice") -> tuple[int, Any]:
    client = Client()
    client.force_login(town.person(who))
    answer = client.generic(method, "/api/v1/me/hours", json.dumps(body) if body is not None else "", content_type="application/json")
    return answer.status_code, answer.json()


def _put(town: Town, **said: Any) -> tuple[int, Any]:
    return _call(town, "PUT", {"zone": "Europe/Paris", **said})


def test_who_has_said_nothing_is_always_on_duty(town: Town) -> None:
    said: dict[str, Any] = {
        "zone": "Europe/Paris", "everywhere": None, "structures": [], "absences": [], "now": {"on_duty": True, "until": None}
    }  # fmt: skip
    assert _call(town, "GET") == (200, said)
    assert Client().get("/api/v1/me/hours").status_code == 401


def test_what_is_said_comes_back_and_takes_the_place_of_what_was_said(town: Town) -> None:
    practice, now = str(town.id("practice")), clock.now().replace(microsecond=0)
    away = [{"since": rfc3339(now + dt.timedelta(days=days)), "until": rfc3339(now + dt.timedelta(days=days + 3))} for days in (9, 2, -9)]
    first = _put(town, zone="Indian/Reunion", everywhere=WEEK, structures=[{"structure": practice, **NEVER}], absences=away)
    assert first == _call(town, "GET")
    assert (first[1]["zone"], first[1]["everywhere"]) == ("Indian/Reunion", WEEK)
    assert first[1]["structures"] == [{"structure": practice, **NEVER}]
    assert first[1]["absences"] == [away[1], away[0]]  # soonest first; what is over is forgotten
    _put(town)
    assert not Hours.objects.exists()
    assert not Absence.objects.exists()


def test_hours_of_a_structure_count_there_and_those_of_everywhere_elsewhere(town: Town) -> None:
    alice, practice, desk, now = town.id("alice"), town.id("practice"), town.id("desk"), clock.now()
    whole = {"weekly": {day: [["00:00", "00:00"]] for day in DAYS}, "on_holidays": True}
    _put(town, everywhere=NEVER, structures=[{"structure": str(practice), **whole}])
    places = [(alice, practice), (alice, desk), (alice, None), (town.id("bruno"), practice)]
    assert [duty_of(places, now)[place].on for place in places] == [True, False, False, True]
    away = {"since": rfc3339(now - dt.timedelta(hours=1)), "until": rfc3339(now + dt.timedelta(hours=1))}
    _put(town, structures=[{"structure": str(practice), **whole}], absences=[away])
    assert set(duty_of(places[:3], now).values()) == {Duty(False, Absence.objects.get().until)}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"zone": "Europe/Dax"}, "zone"),
        ({"everywhere": {"weekly": {"mon": [["8:00", "12:00"]]}}}, "everywhere.weekly.mon.0"),
        ({"everywhere": {"weekly": {"mon": [["08:00", "24:00"]]}}}, "everywhere.weekly.mon.0"),
        ({"everywhere": {"weekly": {"mon": [["08:00", "08:00"]]}}}, "everywhere.weekly.mon.0"),
        ({"everywhere": {"weekly": {"tue": [["14:00", "19:00"], ["08:00", "14:30"]]}}}, "everywhere.weekly.tue.0"),
        ({"everywhere": {"weekly": {"tue": [["21:00", "06:00"], ["22:00", "23:00"]]}}}, "everywhere.weekly.tue.1"),
        ({"everywhere": {"weekly": {"tue": [[f"0{n}:00", f"0{n}:30"] for n in range(5)]}}}, "everywhere.weekly.tue"),
        ({"absences": [{"since": "2026-11-23T08:00:00Z", "until": "2026-11-23T08:00:00Z"}]}, "absences.0.until"),
        ({"absences": [{"since": "2026-11-23T08:00:00Z", "until": "2126-11-23T08:00:00Z"}]}, "absences.0.until"),
        ({"absences": [{"since": "0001-01-01T00:00:00+14:00", "until": "2026-11-23T08:00:00Z"}]}, "absences.0.since"),
        ({"structures": [{"structure": "desk", **NEVER}]}, "structures.0.structure"),
        ({"structures": [{"structure": "practice", **NEVER}, {"structure": "practice", **NEVER}]}, "structures.1.structure"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_at_its_field_and_nothing_is_kept(town: Town, said: dict[str, Any], field: str) -> None:
    _put(town, everywhere=WEEK)
    for one in said.get("structures", ()):
        one["structure"] = town.ids.get(one["structure"], one["structure"])
    status, answer = _put(town, **said)
    assert (status, answer["code"], list(answer["errors"])) == (422, "duty.bad_hours", [field])
    assert _call(town, "GET")[1]["everywhere"] == WEEK


@pytest.mark.parametrize(
    "said",
    [
        {"everywhere": {"weekly": {"someday": []}}},
        {"everywhere": {"weekly": {"mon": [["08:00"]]}}},
        {"everywhere": {"weekly": {"mon": "08:00"}}},
        {"absences": [{"since": "2026-11-23T08:00:00", "until": "2026-11-24T08:00:00"}]},
        {"structures": [{"structure": "x", **NEVER}]},
        {"zone": None},
    ],
)
def test_another_shape_is_refused(town: Town, said: dict[str, Any]) -> None:
    assert _put(town, **said)[0] == 422


def test_hours_of_a_structure_end_with_the_work_there(town: Town) -> None:
    _put(town, structures=[{"structure": str(town.id("practice")), **WEEK}])
    Affiliation.objects.filter(person=town.id("alice")).update(until=clock.now())
    assert _call(town, "GET")[1]["structures"] == []
    assert _put(town, structures=[{"structure": str(town.id("practice")), **WEEK}])[0] == 422

"""Ladders as people set them, and who could be reached if an urgent message were sent now."""
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from notifications.models import Device, Ladder
from people.accounts.models import Administrator, Person, Structure
from people.circles.enums import CircleState, Role
from people.circles.services import Admission
from people.circles.states import set_state
from people.circles.teams import seat_structure
from tests.circles.conftest import at, home
from tests.circles.home import Home
from tests.notifications.climbs import SEVEN, Ward
from tests.sealing import site_vault

__all__ = ["at", "home", "site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def ward(home: Home, at: Callable[[str], None]) -> Ward:
    """Jeanne's circle at seven on a Monday."""
    at(SEVEN)
    return Ward(home, at)


def _reach(ward: Ward, who: str = "relative", audience: str = "relatives", *to: str) -> Any:
    query = "".join(f"&to={one}" for one in to)
    return ward.home.call(who, "GET", f"/reach?audience={audience}{query}")


def test_a_ladder_is_set_read_changed_and_removed(ward: Ward) -> None:
    home = ward.home
    member = home.seat("gp")
    rungs = [{"after_s": 600, "role": "coordinator"}, {"after_s": 0, "role": "nurse"}, {"after_s": 300, "member": member}]
    status, told = home.call("nurse", "PUT", "/ladder", rungs=rungs)
    assert (status, told["of"]) == (200, "circle")
    assert told["rungs"] == [{"after_s": 0, "role": "nurse"}, {"after_s": 300, "member": member}, {"after_s": 600, "role": "coordinator"}]
    assert home.call("relative", "GET", "/ladder") == (200, told)
    assert home.items("relative")[-1]["ladder"] == told
    usual: dict[str, Any] = {"kind": "urgent", "of": "default", "structure": None, "rungs": []}
    assert home.call("coordinator", "PUT", "/ladder", rungs=[]) == (200, usual)


@pytest.mark.parametrize(
    ("rung", "code"),
    [
        ({"after_s": 0}, "ladder.whom"),
        ({"after_s": 0, "role": "nurse", "member": "5d1f4a52-0d4e-4a39-8f8f-0c1c6f2a9b11"}, "ladder.whom"),
        ({"after_s": 0, "member": "5d1f4a52-0d4e-4a39-8f8f-0c1c6f2a9b11"}, "ladder.unknown_member"),
        ({"after_s": 0, "structure": "5d1f4a52-0d4e-4a39-8f8f-0c1c6f2a9b11"}, "ladder.unknown_structure"),
        ({"after_s": 0, "role": "relative"}, "ladder.takes_nothing"),
        ({"after_s": -1, "role": "nurse"}, "http.invalid"),
        ({"role": "nurse"}, "http.invalid"),
    ],
)
def test_what_is_no_rung_is_refused(ward: Ward, rung: dict[str, Any], code: str) -> None:
    assert ward.home.said("nurse", "PUT", "/ladder", rungs=[rung]) == (422, code)
    assert not Ladder.objects.exists()


def test_a_ladder_is_a_write(ward: Ward) -> None:
    home, rungs = ward.home, [{"after_s": 0, "role": "nurse"}]
    for who in ("relative", "patient", "pharmacist", "home_help"):
        assert home.call(who, "PUT", "/ladder", rungs=rungs)[0] == 403
    assert home.call("stranger", "PUT", "/ladder", rungs=rungs)[0] == 404
    set_state(home.inside("coordinator"), state=CircleState.FROZEN, reason="essai")
    assert home.said("nurse", "PUT", "/ladder", rungs=rungs) == (403, "circles.circle_frozen")
    assert home.call("coordinator", "PUT", "/ladder", rungs=rungs)[0] == 200
    set_state(home.inside("coordinator"), state=CircleState.CLOSED, reason="essai")
    assert home.said("coordinator", "PUT", "/ladder", rungs=rungs) == (403, "circles.circle_closed")


def test_a_structure_brings_its_ladder_where_the_circle_has_none(ward: Ward) -> None:
    home = ward.home
    desk = Structure.objects.create(name="Coordination 40", kind="coordination")
    Administrator.objects.create(person=Person.objects.get(pk=home.people["stranger"]), structure=desk, since=ward.started)
    path, body = f"/api/v1/structures/{desk.pk}/ladder", json.dumps({"rungs": [{"after_s": 0, "role": "gp"}]})
    for client, status in ((home.client("nurse"), 404), (Client(), 401), (home.client("stranger"), 200)):
        assert client.put(path, body, content_type="application/json").status_code == status
    assert home.client("stranger").get(path).json()["rungs"] == [{"after_s": 0, "role": "gp"}]
    assert home.call("nurse", "GET", "/ladder")[1]["of"] == "default"
    seat_structure(home.inside("nurse"), structure=desk.pk, admission=Admission(Role.COORDINATOR))
    told = home.call("nurse", "GET", "/ladder")[1]
    assert told == {"kind": "urgent", "of": "structure", "structure": str(desk.pk), "rungs": [{"after_s": 0, "role": "gp"}]}
    home.call("nurse", "PUT", "/ladder", rungs=[{"after_s": 0, "role": "nurse"}, {"after_s": 60, "structure": str(desk.pk)}])
    assert home.call("nurse", "GET", "/ladder")[1]["of"] == "circle"


def test_before_sending_one_sees_who_can_be_reached(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    ward.device("nurse")
    ward.works("gp", "08:00-12:00")
    status, told = _reach(ward)
    assert status == 200
    assert [(rung["after_s"], [one["name"] for one in rung["members"]]) for rung in told["rungs"]] == [
        (0, ["Camille Nurse"]), (300, ["Camille Gp"]),
    ]  # fmt: skip
    assert [rung["members"][0]["reach"]["state"] for rung in told["rungs"]] == ["reachable", "off_duty"]
    assert (told["reachable_now"], told["nobody"], told["until"]) == (True, False, None)
    assert told["desk"]


def test_before_sending_at_night_one_is_warned_until_when(ward: Ward) -> None:
    for who in ("nurse", "gp", "coordinator", "pharmacist"):
        ward.works(who, "08:00-12:00")
    told = _reach(ward)[1]
    assert (told["reachable_now"], told["until"]) == (False, "2026-11-23T07:00:00.000Z")
    addressed = _reach(ward, "relative", "relatives", "gp")[1]
    assert [one["role"] for one in addressed["rungs"][0]["members"]] == ["gp"]


def test_before_sending_a_rung_off_duty_is_not_announced_and_the_next_does_not_wait(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    ward.works("nurse", "08:00-12:00")
    told = _reach(ward)[1]
    assert [(rung["after_s"], rung["in_s"]) for rung in told["rungs"]] == [(0, None), (300, 0)]
    assert (told["nobody"], told["rings"]) == (False, False), "the doctor is on duty, and has no device"


def test_before_sending_silent_devices_count_for_those_who_may_know(ward: Ward) -> None:
    ward.ladder((0, "nurse"), (300, "gp"))
    nurse = ward.device("nurse")
    assert [rung["in_s"] for rung in _reach(ward, "coordinator", "relatives")[1]["rungs"]] == [0, 300]
    assert _reach(ward, "coordinator", "relatives")[1]["rings"]
    Device.objects.filter(pk=nurse.pk).update(failing_since=timezone.now())
    told = _reach(ward, "coordinator", "relatives")[1]
    assert ([rung["in_s"] for rung in told["rungs"]], told["rings"]) == ([0, 0], False)
    told = _reach(ward)[1]
    assert ([rung["in_s"] for rung in told["rungs"]], told["rings"]) == ([0, 300], True), "the family reads nothing of devices"


def test_reach_is_for_who_may_write_there(ward: Ward) -> None:
    assert _reach(ward, "relative", "care_team")[0] == 403
    assert _reach(ward, "stranger")[0] == 404
    assert _reach(ward, "relative", "everybody")[0] == 422
    assert _reach(ward, "relative", "relatives", "nobody")[0] == 422
    ward.home.call("gp", "PUT", "/state", state="frozen", reason="essai")
    assert _reach(ward, "relative", "everybody")[0] == 403

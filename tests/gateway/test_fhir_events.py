"""Declared events: an admission and a discharge by FHIR are a stay like any other, and nobody learns whom they concern."""
import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from hospital.gateway.models import DeclaredStay
from hospital.stays.models import Stay
from journal.models import Post
from tests.gateway.fhir_samples import event, patient, without
from tests.gateway.fhir_world import World, fhir_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Nobody is in hospital."""
    return fhir_world(tmp_path)


def ago(hours: float) -> str:
    """A moment as FHIR writes it."""
    return (clock.now() - dt.timedelta(hours=hours)).isoformat(timespec="seconds")


def declare(world: World, *said: Any, **more: Any) -> list[int]:
    """The status of each answer."""
    dax = world.program("dax")
    return [dax.call("POST", "/CommunicationRequest", event(code, at, **more)).status_code for code, at in said]


def test_an_admission_and_a_discharge_make_one_stay_and_open_the_thread(world: World) -> None:
    admitted = ago(30)
    assert declare(world, ("ADM", admitted), ("ADM", admitted)) == [201, 201]
    stay = Stay.objects.get()
    assert (stay.state, str(stay.circle_id), stay.unit and stay.unit.code) == ("in_hospital", world.ids["jeanne"], "4420")
    assert world.program("dax").get(f"/Patient/{world.circle('jeanne').patient.pk}").status_code == 200
    assert declare(world, ("SOR", ago(1))) == [201]
    stay.refresh_from_db()
    assert stay.state == "ended"
    assert declare(world, ("ADM", ago(0.5))) == [201]
    assert sorted(Stay.objects.values_list("state", flat=True)) == ["ended", "in_hospital"]


def test_a_discharge_before_its_admission_and_one_taken_back(world: World) -> None:
    assert declare(world, ("SOR", ago(1)), ("ADM", ago(30))) == [201, 201]
    assert Stay.objects.get().state == "ended"
    gone = ago(1)
    assert declare(world, ("SOR", gone)) == [201]
    assert declare(world, ("SOR", gone), status="revoked") == [201]


def test_a_stay_with_a_number_is_that_stay(world: World) -> None:
    for number in ("V1", "V2"):
        assert declare(world, ("ADM", ago(5)), encounter={"identifier": {"system": "urn:oid:1.2.3", "value": number}}) == [201]
    assert Stay.objects.count() == 2
    assert not DeclaredStay.objects.exists()


def test_whom_it_concerns_nobody_learns(world: World) -> None:
    dax = world.program("dax")
    known = dax.call("POST", "/CommunicationRequest", event("ADM", ago(1)))
    stranger = event("ADM", ago(1))
    stranger["contained"][0] = {**patient("141034008800162"), "id": "p"}
    unknown = dax.call("POST", "/CommunicationRequest", stranger)
    assert (known.status_code, unknown.status_code) == (201, 201)
    assert known.json().keys() == unknown.json().keys()
    assert known.headers.keys() == unknown.headers.keys()
    assert Stay.objects.count() == 1


def test_a_note_put_down_elsewhere_is_a_word_to_the_care_team_once(world: World) -> None:
    world.stay("jeanne")
    assert declare(world, ("DOC", ago(1)), ("NOT", ago(1))) == [201, 201]
    again = event("DOC", ago(2))
    assert [world.program("dax").call("POST", "/CommunicationRequest", again).status_code for _ in range(2)] == [201, 201]
    posts = Post.objects.select_related("circle__patient")
    assert [(post.audience, post.text()) for post in posts] == [("care_team", "Courrier déposé.")] * 3


def test_what_an_event_lacks_is_told(world: World) -> None:
    dax = world.program("dax")
    wrong = [without(event("ADM", ago(1)), "payload"), without(event("ADM", ago(1)), "subject"), event("XXX", ago(1)), event("ADM", "hier")]
    answers = [dax.call("POST", "/CommunicationRequest", one) for one in wrong]
    assert {answer.status_code for answer in answers} == {422}
    places = [[one["expression"][0].removeprefix("CommunicationRequest.") for one in answer.json()["issue"]] for answer in answers]
    assert places[:3] == [["payload"], ["subject"], ["extension"]]
    assert places[3][0].startswith("extension[1].valueDateTime")
    assert not Stay.objects.exists()

"""`/fhir/`: what it says of itself, formats, and whom a hospital's program may read: the border of every stay."""
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from hospital.stays.enums import StayState
from hospital.stays.models import Hospital
from people.audit.models import TrailLine
from tests.gateway.fhir_world import INS, OID, World, fhir_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two hospitals."""
    return fhir_world(tmp_path)


def issue(answer: Any) -> tuple[int, str]:
    """(status, code) of an OperationOutcome."""
    body = answer.json()
    assert body["resourceType"] == "OperationOutcome"
    return answer.status_code, body["issue"][0]["code"]


def test_it_says_what_it_is_to_anybody() -> None:
    statement = Client().get("/fhir/metadata")
    assert statement["Content-Type"].startswith("application/fhir+json")
    told = statement.json()
    assert (told["fhirVersion"], told["format"]) == ("4.0.1", ["application/fhir+json", "json"])
    smart = Client().get("/fhir/.well-known/smart-configuration").json()
    assert smart["token_endpoint"] == "http://testserver/fhir/token"
    assert {"system/Patient.read", "system/Patient.rs"} <= set(smart["scopes_supported"])


def test_json_only(world: World) -> None:
    assert issue(Client().get("/fhir/metadata", headers={"accept": "application/fhir+xml"})) == (406, "not-supported")
    assert issue(Client().get("/fhir/metadata?_format=xml")) == (406, "not-supported")
    assert Client().get("/fhir/metadata?_format=json", headers={"accept": "text/html"}).status_code == 200
    sent = Client().post("/fhir/Patient", b"<Patient/>", content_type="application/fhir+xml",
                         headers={"authorization": f"Bearer {world.program('dax').token}"})  # fmt: skip
    assert issue(sent) == (415, "not-supported")


@pytest.mark.parametrize(
    ("hospital", "stay", "seen"),
    [
        ("dax", {}, True), ("dax", {"state": StayState.ON_LEAVE}, True), ("dax", {"ended_h": 71}, True), ("dax", {"ended_h": 73}, False),
        ("dax", {"state": StayState.PLANNED}, False), ("dax", {"state": StayState.CANCELLED}, False), ("pau", {}, False),
    ],
)  # fmt: skip
def test_a_patient_is_read_while_a_stay_of_that_hospital_gives_the_right(world: World, hospital: str, stay: Any, seen: bool) -> None:
    world.stay("jeanne", **stay)
    patient = world.circle("jeanne").patient
    program = world.program(hospital)
    read = program.get(f"/Patient/{patient.pk}")
    found = program.get(f"/Patient?identifier=urn:oid:{OID}|{INS}").json()
    assert (read.status_code == 200, found["total"]) == (seen, int(seen))
    if seen:
        assert read.json()["identifier"][0]["value"] == INS
        line = TrailLine.objects.filter(circle=world.ids["jeanne"], what="fhir.patient").first()
        assert line is not None
        assert (line.right, str(line.structure), line.person) == ("hospital", world.ids["dax"], None)
    else:
        assert read.content == program.get("/Patient/00000000-0000-4000-8000-000000000000").content


def test_a_hospital_may_give_less_grace(world: World) -> None:
    Hospital.objects.create(structure_id=world.ids["dax"], grace_h=4)
    world.stay("jeanne", ended_h=5)
    assert world.program("dax").get(f"/Patient/{world.circle('jeanne').patient.pk}").status_code == 404


def test_there_is_no_list_of_patients(world: World) -> None:
    world.stay("jeanne")
    program = world.program("dax")
    assert issue(program.get("/Patient")) == (400, "required")
    assert issue(program.get("/Patient?identifier=1234")) == (400, "invalid")
    posted = program.client.post("/fhir/Patient/_search", {"identifier": f"urn:oid:{OID}|{INS}"},
                                 headers={"authorization": f"Bearer {program.token}"})  # fmt: skip
    assert posted.json()["total"] == 1
    assert INS not in str(posted.json()["link"])


def test_what_is_not_there_is_said_precisely(world: World) -> None:
    said = {where: issue(world.program("dax").get(where)) for where in ("/Observation", "/patient", "/Patient/x", "/CommunicationRequest")}
    assert said == {
        "/Observation": (404, "not-supported"), "/patient": (404, "not-supported"), "/Patient/x": (404, "not-found"),
        "/CommunicationRequest": (405, "not-supported"),
    }  # fmt: skip

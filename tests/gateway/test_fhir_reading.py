"""What goes out: the circle, notes and files, the trail, by the rights of the ward; and subscribers, told by an id."""
import base64
import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from fhir.resources.R4B import get_fhir_model_class

from foundation import clock, ids
from hospital.gateway import hooks
from hospital.gateway.models import Hook
from journal.models import Post
from journal.protocol import PostBody
from journal.services import write_post
from media.models import Medium
from people.accounts.models import Person
from people.audit.models import TrailLine
from people.circles.access import enter
from people.circles.enums import Audience, History, Role
from people.circles.services import Admission, admit_member, end_membership
from tests.gateway.fhir_samples import note
from tests.gateway.fhir_world import INS, OID, Program, World, fhir_world

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Jeanne is in hospital at Dax."""
    world = fhir_world(tmp_path)
    world.stay("jeanne")
    return world


@pytest.fixture
def dax(world: World) -> Program:
    """Its program."""
    return world.program("dax")


def valid(answer: Any) -> Any:
    """A resource, of the shape that FHIR has for it."""
    assert answer.status_code == 200, answer.content
    body = answer.json()
    get_fhir_model_class(body["resourceType"]).model_validate(body)
    return body


def wrote(world: World, who: str, text: str, audience: str = "care_team", **more: Any) -> Post:
    """A member's message."""
    member = enter(Person.objects.get(pk=world.ids[who]), world.circle("jeanne").id)
    return write_post(member, key=ids.new(), body=PostBody(text=text, audience=Audience(audience), **more))[0]


def test_the_circle_is_a_care_team_with_everybody_but_the_patient(world: World, dax: Program) -> None:
    team = valid(dax.get(f"/CareTeam?patient.identifier=urn:oid:{OID}|{INS}"))["entry"][0]["resource"]
    read = valid(dax.get(f"/CareTeam/{team['id']}"))
    assert read == team
    kinds = {one["id"]: one["resourceType"] for one in team["contained"]}
    refers = [kinds[one["member"]["reference"][1:]] for one in team["participant"]]
    assert sorted(refers) == ["PractitionerRole", "PractitionerRole", "RelatedPerson"]
    assert all(one["period"]["start"] for one in team["participant"])
    assert (team["status"], team["subject"]["reference"]) == ("active", f"Patient/{world.circle('jeanne').patient.pk}")
    assert TrailLine.objects.filter(circle=world.ids["jeanne"], what="fhir.careteam", right="hospital").count() == 2


def test_who_comes_back_is_another_participant_and_versions_stay(world: World, dax: Program) -> None:
    where = f"/CareTeam/{world.ids['jeanne']}"
    before = valid(dax.get(where))
    nurse = enter(Person.objects.get(pk=world.ids["nurse"]), world.circle("jeanne").id)
    gp = enter(Person.objects.get(pk=world.ids["gp"]), world.circle("jeanne").id)
    end_membership(nurse, member=gp.pk)
    admit_member(nurse, person=gp.person_id, admission=Admission(Role.GP, History.ALL, None, None))
    after = valid(dax.get(where))
    assert len(after["participant"]) == len(before["participant"]) + 1
    assert sum("end" in one["period"] for one in after["participant"]) == 1
    history = valid(dax.get(f"{where}/_history"))
    assert history["entry"][0]["resource"] == after
    assert valid(dax.get(f"{where}/_history/{before['meta']['versionId']}")) == before
    assert dax.get(f"{where}/_history/999").status_code == 404


def test_notes_are_read_and_searched_as_the_ward_reads_them(world: World, dax: Program) -> None:
    wrote(world, "nurse", "Pansement refait.")
    wrote(world, "daughter", "Maman a faim.", "relatives")
    told = dax.call("POST", "/DocumentReference", note("Vue ce matin.", securityLabel=[{"coding": [{"code": "INVISIBLE_PATIENT"}]}])).json()
    patient = f"patient=Patient/{world.circle('jeanne').patient.pk}"
    found = valid(dax.get(f"/DocumentReference?{patient}"))
    words = [base64.b64decode(one["resource"]["content"][0]["attachment"]["data"]).decode() for one in found["entry"]]
    assert words == ["Vue ce matin.", "Maman a faim.", "Pansement refait."]
    assert valid(dax.get(f"/DocumentReference/{told['id']}"))["securityLabel"][0]["coding"][0]["code"] == "INVISIBLE_PATIENT"
    asked = ("type=OBS", "type=GEN", "date=ge2027-01-01")
    counted = {query: valid(dax.get(f"/DocumentReference?{patient}&{query}"))["total"] for query in asked}
    assert counted == {"type=OBS": 1, "type=GEN": 2, "date=ge2027-01-01": 0}
    page = valid(dax.get(f"/DocumentReference?{patient}&_count=2"))
    assert (page["total"], len(page["entry"]), [link["relation"] for link in page["link"]]) == (3, 2, ["self", "next"])


def test_after_the_grace_and_for_another_hospital_nothing_is_there(world: World, dax: Program) -> None:
    post = wrote(world, "nurse", "Pansement refait.")
    wheres = [f"/CareTeam/{world.ids['jeanne']}", f"/DocumentReference/{post.pk}", f"/CareTeam/{world.ids['jeanne']}/_history"]
    nothing = world.program("pau").get("/CareTeam/00000000-0000-4000-8000-000000000000").content
    assert {world.program("pau").get(where).content for where in wheres} == {nothing}
    assert dax.get(wheres[1]).status_code == 200
    world.circle("jeanne").stays.update(state="ended", discharged_at=clock.now() - dt.timedelta(hours=73))
    assert {dax.get(where).content for where in wheres} == {nothing}


def test_a_note_carries_its_photo_as_a_file(world: World, dax: Program) -> None:
    png = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
    photo = {"attachment": {"contentType": "image/png", "title": "talon.png", "data": base64.b64encode(png).decode()}}
    told = dax.call("POST", "/DocumentReference", note(content=[*note("Talon.")["content"], photo]))
    assert told.status_code == 201, told.content
    medium = Medium.objects.get()
    shown = valid(dax.get(f"/DocumentReference/{told.json()['id']}"))["content"][1]["attachment"]
    assert shown["url"] == f"Binary/{medium.pk}"
    assert dax.get(f"/Binary/{medium.pk}").status_code == 404  # nobody has opened it yet
    assert world.program("pau").get(f"/Binary/{medium.pk}").status_code == 404


def test_the_hospital_reads_what_its_own_people_and_programs_did(world: World, dax: Program) -> None:
    dax.get(f"/CareTeam/{world.ids['jeanne']}")
    patient = f"patient=Patient/{world.circle('jeanne').patient.pk}"
    events = valid(dax.get(f"/AuditEvent?{patient}"))
    assert events["total"] == 1
    event = events["entry"][0]["resource"]
    assert (event["agent"][0]["who"]["display"], event["subtype"][1]["code"]) == ("dax-api", "fhir.careteam")
    assert valid(dax.get(f"/AuditEvent/{event['id']}")) == event
    assert valid(dax.get(f"/AuditEvent?_id={event['id']}"))["total"] == 1
    assert TrailLine.objects.filter(what="fhir.audit").count() == 3
    assert dax.get("/AuditEvent/00000000-0000-4000-8000-000000000000").status_code == 404


class _Ear(http.server.BaseHTTPRequestHandler):
    """A subscriber that keeps what it hears."""

    heard: list[tuple[dict[str, str], bytes]]
    status = 200

    def do_POST(self) -> None:
        """Keeps it."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        type(self).heard.append((dict(self.headers), body))
        self.send_response(type(self).status)
        self.send_header("Location", "http://169.254.169.254/")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def ear() -> Iterator[tuple[type[_Ear], str]]:
    """(what it heard, its origin)."""
    kept = type("Ear", (_Ear,), {"heard": [], "status": 200})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), kept)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"
    with override_settings(PUSH_ALLOW=origin):
        yield kept, origin
    server.shutdown()
    server.server_close()


def subscribe(program: Program, endpoint: str, criteria: str = "DocumentReference", **channel: Any) -> Any:
    """The answer."""
    said = {"type": "rest-hook", "endpoint": endpoint, **channel}
    body = {"resourceType": "Subscription", "status": "requested", "reason": "essai", "criteria": criteria, "channel": said}
    return program.call("POST", "/Subscription", body)


def test_a_subscriber_is_told_an_id_that_is_signed_and_tried_again(world: World, dax: Program, ear: tuple[type[_Ear], str]) -> None:
    kept, origin = ear
    made = subscribe(dax, f"{origin}/hook")
    assert made.status_code == 201, made.content
    secret = made.json()["extension"][0]["valueString"]
    assert secret not in json.dumps(dax.get(f"/Subscription/{made.json()['id']}").json())
    post = wrote(world, "nurse", "Pansement refait.")
    kept.status = 302
    assert hooks.deliver_due() == 0
    hook = Hook.objects.get()
    assert (hook.attempts, hook.sent_at) == (1, None)
    assert hook.due_at is not None
    assert hook.due_at > timezone.now()
    Hook.objects.update(due_at=timezone.now())
    kept.status = 200
    assert hooks.deliver_due() == 1
    assert hooks.deliver_due() == 0
    headers, body = kept.heard[-1]
    assert (len(kept.heard), json.loads(body)["resource"]) == (2, f"DocumentReference/{post.pk}")
    seconds = int(headers["X-Cercle-Signature"].partition(",")[0].removeprefix("t="))
    assert headers["X-Cercle-Signature"] == hooks.signed(secret, body, at=seconds)
    assert b"Pansement" not in body


def test_nobody_is_told_of_a_patient_who_is_not_there_or_after_the_end(world: World, dax: Program, ear: tuple[type[_Ear], str]) -> None:
    kept, origin = ear
    subscribe(world.program("pau"), f"{origin}/pau")
    mine = subscribe(dax, f"{origin}/dax").json()["id"]
    wrote(world, "nurse", "Un")
    assert Hook.objects.count() == 1
    assert dax.call("DELETE", f"/Subscription/{mine}").status_code == 204
    assert hooks.deliver_due() == 0
    wrote(world, "nurse", "Deux")
    assert (Hook.objects.count(), kept.heard) == (1, [])


def test_a_subscription_leads_to_https_only(dax: Program) -> None:
    for endpoint in ("http://example.org/", "https://example.org:8443/", "https://user@example.org/", "ftp://example.org/", "https://[::1]/"):
        answer = subscribe(dax, endpoint)
        assert (answer.status_code, answer.json()["issue"][0]["expression"]) == (422, ["Subscription.channel.endpoint"])


def test_a_name_that_leads_inside_is_never_called(world: World, dax: Program) -> None:
    assert subscribe(dax, "https://localhost/hook").status_code == 201
    wrote(world, "nurse", "Un")
    assert hooks.deliver_due() == 1
    assert Hook.objects.get().dead_at is not None


def test_what_a_subscription_may_not_be(dax: Program) -> None:
    assert subscribe(dax, "https://example.org/", "Patient").status_code == 422
    assert subscribe(dax, "https://example.org/", payload="application/fhir+json").status_code == 422
    assert dax.get("/Subscription").json()["total"] == 0


def test_a_document_is_filed_as_one_that_came_by_hl7_and_once(dax: Program) -> None:
    pdf = base64.b64encode(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n").decode()
    kind = {"coding": [{"system": "http://loinc.org", "code": "11490-0"}]}
    letter = note(type=kind, description="Lettre de sortie", masterIdentifier={"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.4"})
    letter["content"] = [{"attachment": {"contentType": "application/pdf", "data": pdf}}]
    first, again = (dax.call("POST", "/DocumentReference", letter) for _ in range(2))
    assert (first.status_code, again.status_code) == (201, 200), first.content
    post = Post.objects.select_related("circle__patient").get()
    assert (str(post.pk), again.json()["id"], post.audience) == (first.json()["id"], first.json()["id"], "patient")
    shown = valid(dax.get(f"/DocumentReference/{post.pk}"))
    assert shown["type"]["coding"][0]["code"] == "11490-0"
    other = {**letter, "masterIdentifier": {"system": "urn:ietf:rfc:3986", "value": "urn:oid:1.2.3.5"}}
    late = dax.call("POST", "", {"resourceType": "Bundle", "type": "transaction", "entry": [
        {"resource": other, "request": {"method": "POST", "url": "DocumentReference"}},
        {"resource": note(relatesTo=[{"code": "appends", "target": {"reference": "DocumentReference/x"}}]),
         "request": {"method": "POST", "url": "DocumentReference"}}]})  # fmt: skip
    assert late.status_code == 422
    assert Post.objects.count() == 1

"""Notes of the cahier de liaison: taken, answered, corrected, withdrawn; and everything that is refused, with its place."""
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from hospital.stays.announcements import Identity
from hospital.stays.enums import Discretion
from hospital.stays.models import Hospital, Stay
from hospital.stays.recording import learn
from journal.models import Post
from people.accounts.models import Structure
from people.circles.models import Circle
from tests.gateway.fhir_samples import NOTE, base64_of, bundle, document, entry, event, note, patient, whole_note, without
from tests.gateway.fhir_world import Program, World, fhir_world
from tests.gateway.letters import Letter
from tests.service import ROOT

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
OFFICIAL = ROOT.parent / "shared" / "interop-data" / "fhir" / "cdl" / "Bundle-cdl-bundle-creation-note.json"


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


def faults(answer: Any) -> list[tuple[str, str]]:
    """(code, expression) of each issue."""
    return [(issue["code"], issue.get("expression", [""])[0]) for issue in answer.json()["issue"]]


IPP = {"system": "urn:oid:1.2.250.1.999.9", "value": "IPP7"}


def numbered(world: World) -> None:
    """The hospital knows Jeanne by a number of its own."""
    jeanne = world.circle("jeanne").patient
    learn(Structure.objects.get(pk=world.ids["dax"]).pk, jeanne, Identity(jeanne.traits, (("1.2.250.1.999.9", "IPP7"),)))


def only_post() -> Post:
    """The one post that there is."""
    return Post.objects.select_related("circle__patient", "source").get()


def test_a_bundle_becomes_one_post_by_the_hospital_and_answers_in_order(dax: Program) -> None:
    answer = dax.call("POST", "", whole_note())
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["type"] == "transaction-response"
    assert [one["response"]["status"] for one in told["entry"]] == ["201 Created", "200 OK", "200 OK"]
    post = only_post()
    assert (post.kind, post.audience, post.urgency, post.text()) == ("hospital_event", "patient", "info", "Madame est fatiguée.")
    assert post.author is None
    assert post.source is not None
    assert post.source.name == "CH de Dax"
    data = post.kept().cards.care.data
    assert (data["what"], data["type"], data["authors"]) == ("note", "OBS", [{"name": "Mme Maylis Lasserre", "profession": "60"}])
    assert str(post.pk) in told["entry"][0]["response"]["location"]


def test_a_security_label_says_who_reads(dax: Program) -> None:
    for label in ("INVISIBLE_PATIENT", "INVISIBLE_REPRESENTANTS_LEGAUX", "MASQUE_PT", "N"):
        assert dax.call("POST", "/DocumentReference", note(label, securityLabel=[{"coding": [{"code": label}]}])).status_code == 201
    read_by = {post.text(): post.audience for post in Post.objects.select_related("circle__patient")}
    hidden = {"INVISIBLE_PATIENT": "care_team", "INVISIBLE_REPRESENTANTS_LEGAUX": "care_team"}
    assert read_by == {**hidden, "MASQUE_PT": "patient", "N": "patient"}


def test_an_emergency_is_urgent_and_latin_1_is_read(dax: Program) -> None:
    emergency = {"url": "https://interop.esante.gouv.fr/ig/fhir/cdl/StructureDefinition/cdl-ext-is-emergency", "valueBoolean": True}
    content = [{"attachment": {"contentType": "text/plain", "data": base64_of("Très fatiguée, l’œil", "cp1252").rstrip("=")}}]
    assert dax.call("POST", "/DocumentReference", note(extension=[emergency], content=content)).status_code == 201
    post = only_post()
    assert (post.urgency, post.alert_state, post.text()) == ("urgent", "open", "Très fatiguée, l’œil")


def test_all_of_a_bundle_or_nothing(dax: Program) -> None:
    wrong = without(note(), "type")
    answer = dax.call("POST", "", bundle(entry(note("Un")), entry({**wrong, "meta": {"profile": ["x/cdl-document-reference"]}})))
    assert (answer.status_code, faults(answer)) == (422, [("required", "Bundle.entry[1].resource.type")])
    late = note("Deux", relatesTo=[{"code": "appends", "target": {"reference": "DocumentReference/00000000-0000-4000-8000-000000000000"}}])
    answer = dax.call("POST", "", bundle(entry(note("Un")), entry(late)))
    assert (answer.status_code, faults(answer)) == (422, [("not-found", "Bundle.entry[1].resource.relatesTo[0].target")])
    assert not Post.objects.exists()


def test_an_answer_may_stand_before_what_it_answers(dax: Program) -> None:
    answering = note("Vu.", relatesTo=[{"code": "appends", "target": {"reference": NOTE}}])
    assert dax.call("POST", "", bundle(entry(answering), entry(note("À voir."), NOTE))).status_code == 200
    reply = Post.objects.exclude(reply_to=None).select_related("reply_to__circle__patient").get()
    assert reply.reply_to is not None
    assert reply.reply_to.text() == "À voir."


def test_an_answer_to_a_note_for_the_care_team_is_for_the_care_team(dax: Program) -> None:
    hidden = dax.call("POST", "/DocumentReference", note(securityLabel=[{"coding": [{"code": "INVISIBLE_PATIENT"}]}])).json()["id"]
    answering = {"code": "appends", "target": {"reference": f"http://testserver/fhir/DocumentReference/{hidden}"}}
    assert dax.call("POST", "/DocumentReference", note("Vu", relatesTo=[answering])).status_code == 201
    assert {post.audience for post in Post.objects.all()} == {"care_team"}


def test_the_same_identifier_is_one_post(dax: Program) -> None:
    known = note(masterIdentifier={"system": "urn:dpi", "value": "note-1"})
    first = dax.call("POST", "/DocumentReference", known)
    again = dax.call("POST", "/DocumentReference", known)
    assert (first.status_code, again.status_code, first.json()["id"]) == (201, 200, again.json()["id"])
    other = dax.call("POST", "/DocumentReference", {**known, "date": "2026-11-22T10:30:00+01:00"})
    assert (other.status_code, faults(other)[0][0]) == (409, "duplicate")
    kept = dax.call("POST", "/DocumentReference", {**known, "date": "2026-11-22T10:30:00+01:00"}, if_none_exist="identifier=urn:dpi|note-1")
    assert kept.status_code == 200
    only_post()


def test_a_conditional_update_makes_and_then_corrects(dax: Program) -> None:
    where = "/DocumentReference?identifier=urn:dpi|note-2"
    known = note("Repas pris.", identifier=[{"system": "urn:dpi", "value": "note-2"}])
    made = dax.call("PUT", where, known)
    changed = dax.call("PUT", where, {**known, "content": note("Repas refusé.")["content"]})
    assert (made.status_code, changed.status_code, changed["ETag"]) == (201, 200, 'W/"2"')
    post = only_post()
    assert (post.text(), post.versions.count()) == ("Repas refusé.", 1)
    gone = dax.call("PUT", f"/DocumentReference/{post.pk}", {**known, "status": "entered-in-error"})
    assert gone.status_code == 200
    assert "cancelled_at" in only_post().kept().cards.care.data


def test_only_who_wrote_a_note_changes_it(world: World, dax: Program) -> None:
    world.stay("jeanne", "pau")
    mine = dax.call("POST", "/DocumentReference", note()).json()["id"]
    answer = world.program("pau").call("PUT", f"/DocumentReference/{mine}", note("Autre"))
    assert (answer.status_code, faults(answer)[0][0]) == (403, "forbidden")


WRONG: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"status": "bogus"}, ("code-invalid", "DocumentReference.status")),
    ({"authenticator": {"display": "x"}}, ("business-rule", "DocumentReference.authenticator")),
    ({"securityLabel": [{"coding": [{"code": "MASQUE_PS"}]}]}, ("not-supported", "DocumentReference.securityLabel[0]")),
    ({"securityLabel": [{"coding": [{"code": "N"}]}] * 2}, ("business-rule", "DocumentReference.securityLabel[1]")),
    ({"content": [{"attachment": {"data": "%%%"}}]}, ("value", "DocumentReference.content[0].attachment.data")),
    ({"content": [{"attachment": {"url": "http://169.254.169.254/x"}}]}, ("not-found", "DocumentReference.content[0].attachment.url")),
    ({"subject": {"reference": "Group/1"}}, ("value", "DocumentReference.subject.reference")),
    ({"subject": {"reference": "https://elsewhere.example/fhir/Patient/1"}}, ("required", "DocumentReference.subject")),
    ({"date": "2026-02-30"}, ("invalid", "DocumentReference.date")),
    ({"description": ""}, ("invalid", "DocumentReference.description")),
    ({"id": "x" * 65}, ("value", "DocumentReference.id")),
    ({"nonsense": True}, ("structure", "DocumentReference.nonsense")),
    ({"type": {"coding": [{"system": "TRE_R234-TypeNote", "code": "RIEN"}]}}, ("code-invalid", "DocumentReference.type.coding[0].code")),
]


def test_a_fault_is_told_with_its_place(dax: Program) -> None:
    answers = [dax.call("POST", "/DocumentReference", note(**wrong)) for wrong, _said in WRONG]
    assert {answer.status_code for answer in answers} == {422}
    assert [said for answer, (_wrong, said) in zip(answers, WRONG, strict=True) if said not in faults(answer)] == []
    assert not Post.objects.exists()


def test_nobody_learns_whether_somebody_else_has_a_circle(world: World) -> None:
    pau = world.program("pau")  # Jeanne has a circle, and no stay at Pau
    there = pau.call("POST", "/DocumentReference", note())
    nowhere = pau.call("POST", "/DocumentReference", note(contained=[{**patient("141034008800162"), "id": "p"}]))
    assert (there.status_code, there.content) == (422, nowhere.content)
    assert faults(there) == [("not-found", "DocumentReference.subject")]


def test_an_identity_that_is_not_validated_or_is_another_is_nobody(world: World) -> None:
    dax = world.program("dax")
    for other in (patient(status="PROV"), patient(birthDate="1950-01-01")):
        assert dax.call("POST", "/DocumentReference", note(contained=[{**other, "id": "p"}])).status_code == 422
    assert not Post.objects.exists()


def test_what_cannot_be_read_is_refused_before_anything_is_built(dax: Program) -> None:
    bodies = {
        b"{": (400, "structure"), b"[" * 100_000: (400, "structure"), b"[" + b"{}," * 150_000 + b"{}]": (413, "too-costly"),
        b'{"resourceType":"Observation"}': (400, "invalid"), b"3": (400, "structure"),
        b'"' + b"x" * (25 * 1024 * 1024): (413, "too-long"),
    }  # fmt: skip
    for body, said in bodies.items():
        answer = dax.call("POST", "/DocumentReference", body)
        assert (answer.status_code, faults(answer)[0][0]) == said, body[:40]


def test_a_bundle_has_a_thousand_entries_at_most(dax: Program) -> None:
    answer = dax.call("POST", "/", bundle(*[entry(patient())] * 1001))
    assert (answer.status_code, faults(answer)) == (413, [("too-costly", "Bundle.entry")])


@pytest.mark.skipif(not OFFICIAL.exists(), reason="the official samples are not beside this folder")
def test_the_official_note_is_taken_although_its_text_is_latin_1(world: World) -> None:
    from people.circles.models import Patient, TraitHash  # the sample's patient takes Paul's place
    from people.circles.traits import Traits

    circle: Circle = world.circle("paul")
    official = Traits("ROUBINOWITZ", "ROUBINOWITZ", ["Michel"], "1975-03-11", "M", "60500", "123456789012244", "1.2.250.1.213.1.4.8")
    circle.patient.set_traits(official)
    circle.patient.save()
    assert Patient.objects.filter(pk=circle.patient.pk).exists()
    hashes = [TraitHash(patient=circle.patient, purpose=purpose, digest=digest) for purpose, digest in official.hashes()]
    TraitHash.objects.bulk_create(hashes)
    world.stay("paul")
    answer = world.program("dax").call("POST", "", json.loads(OFFICIAL.read_text()))
    assert answer.status_code == 200, answer.content
    post = only_post()
    assert post.text() == "Maman est fatiguée. Elle n'a pas voulu sortir ce matin."
    assert post.written_at < clock.now() - dt.timedelta(days=365)


def test_of_a_protected_stay_the_care_team_alone_reads(world: World, dax: Program) -> None:
    Stay.objects.update(protected=True)
    assert dax.call("POST", "/DocumentReference", note("Sans séjour nommé.")).status_code == 201
    assert only_post().audience == "care_team"
    Hospital.objects.create(structure=Structure.objects.get(pk=world.ids["dax"]), discretion=Discretion.NOBODY)
    told = dax.call("POST", "/DocumentReference", note("Personne."))
    assert (told.status_code, faults(told)[0][0]) == (422, "business-rule")
    only_post()


def test_a_patient_whose_stay_is_confidential_is_not_told_to_the_circle(world: World, dax: Program) -> None:
    numbered(world)
    letter = {**document("1.2.3.9"), "contained": [{**patient(status="CACH", identifier=[IPP]), "id": "p"}]}
    for body in (note(contained=letter["contained"]), letter):
        assert dax.call("POST", "/DocumentReference", body).status_code == 201, body
    assert {post.audience for post in Post.objects.all()} == {"care_team"}


def test_a_cda_of_somebody_else_is_refused(dax: Program) -> None:
    for wrong in (Letter(given="MARIE-LOUISE"), Letter(born="19500101"), Letter(ins="", sex="M"), Letter(ins="141034008800162")):
        answer = dax.call("POST", "/DocumentReference", document("1.2.3.4", wrong.xml().encode(), "text/xml"))
        assert (answer.status_code, faults(answer)[0][0]) == (422, "business-rule")
    right = document("1.2.3.4", Letter(ins="2410340088001").xml().encode(), "text/xml")
    assert dax.call("POST", "/DocumentReference", right).status_code == 201
    only_post()


def test_a_number_alone_names_the_patient_and_no_other_does(world: World, dax: Program) -> None:
    numbered(world)
    by_number, unknown = ({"identifier": {**IPP, "value": value}} for value in ("IPP7", "IPP8"))
    by_ins = {"identifier": patient()["identifier"][0]}
    sent = [dax.call("POST", "/DocumentReference", without(note(subject=one), "contained")) for one in (by_number, by_ins, unknown)]
    assert [answer.status_code for answer in sent] == [201, 201, 422]
    by_id = {"reference": f"Patient/{world.circle('jeanne').patient.pk}"}
    told = [dax.call("POST", "/CommunicationRequest", event("DOC", clock.now().isoformat(), subject=one)) for one in (by_number, by_id)]
    assert [answer.status_code for answer in told] == [201, 201]
    assert Post.objects.count() == 4


def test_the_same_update_again_changes_nothing(dax: Program) -> None:
    where, known = "/DocumentReference?identifier=urn:dpi|note-3", note("Un.", identifier=[{"system": "urn:dpi", "value": "note-3"}])
    changed = {**known, "content": note("Deux.")["content"]}
    answers = [dax.call("PUT", where, body) for body in (known, known, changed, changed)]
    assert [answer["ETag"] for answer in answers] == ['W/"1"', 'W/"1"', 'W/"2"', 'W/"2"']
    assert only_post().versions.count() == 1
    assert dax.call("POST", "/DocumentReference", changed).status_code == 200


def test_a_note_in_two_circles_is_corrected_and_withdrawn_in_both(world: World, dax: Program) -> None:
    first = world.circle("jeanne")
    second = world.circle("paul")
    Circle.objects.filter(pk=second.pk).update(patient=first.patient)
    world.stay("paul")
    where, known = "/DocumentReference?identifier=urn:dpi|note-4", note("Un.", identifier=[{"system": "urn:dpi", "value": "note-4"}])
    made = dax.call("POST", "/DocumentReference", known)
    assert (made.status_code, Post.objects.count()) == (201, 2)
    assert dax.call("PUT", where, {**known, "content": note("Deux.")["content"]}).status_code == 200
    assert {post.text() for post in Post.objects.select_related("circle__patient")} == {"Deux."}
    assert dax.call("PUT", f"/DocumentReference/{made.json()['id']}", {**known, "status": "entered-in-error"}).status_code == 200
    assert all("cancelled_at" in post.kept().cards.care.data for post in Post.objects.select_related("circle__patient"))

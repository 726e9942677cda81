"""A hospital's documents in the thread: who sees them, what replaces them, what is left once they are withdrawn."""
import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from foundation import clock
from foundation.vault.seal import SealBroken
from hospital.gateway.models import HospitalDocument
from hospital.stays.enums import Discretion
from hospital.stays.models import DiscreetUnit, Hospital, Movement, Stay
from media import worker
from media.models import Blob, Medium
from people.accounts.models import Structure, Unit
from people.circles.enums import Cause, CircleState
from people.circles.erasure import erase
from people.circles.models import Circle
from tests.gateway.letters import SECTIONS, Envelope, Letter
from tests.gateway.ward import READERS, Ward, open_ward
from tests.media.papers import paper

pytestmark = pytest.mark.django_db(databases=["default", "keys"])
CARE = {"nurse", "gp", "coordinator"}
PROTOCOL = (Path(__file__).resolve().parents[2] / "docs" / "protocol.md").read_text()
NAMED = {name: json.loads(block) for name, block in re.findall(r"<!-- (\w+) -->\n```json\n(.*?)```", PROTOCOL, re.S)}


@pytest.fixture
def ward(tmp_path: Path) -> Ward:
    """A circle and a hospital."""
    return open_ward(tmp_path)


def only(ward: Ward, who: str = "gp") -> dict[str, Any]:
    """The one post that somebody sees."""
    [post] = ward.posts(who)
    return post


def test_a_letter_is_one_post_with_its_sections_and_its_copy(ward: Ward) -> None:
    assert ward.send(Envelope(letter=Letter(pdf=paper(), date="20260312101500+0100"))) == "AA"
    post = only(ward)
    assert (post["kind"], post["author"]["name"], post["author"]["member"]) == ("hospital_event", "CH de Dax", None)
    assert post["urgency"] == "info"
    assert (post["audience"], post["event"]["what"]) == ("patient", "document")
    assert post["event"]["document"]["title"] == "Lettre de liaison de cardiologie"
    assert post["event"]["document"] | {"author": "Dr Ada VIDAL", "sections": 6, "files": 1, "todos": 5} == post["event"]["document"]
    assert post["text"].endswith("Lettre de liaison de cardiologie")
    assert ward.seen_by(post["id"]) == CARE | {"patient"}
    status, shown = ward.document("gp", post["id"])
    assert (status, shown["title"], shown["date"]) == (200, "Lettre de liaison de cardiologie", "2026-03-12T09:15:00.000Z")
    assert [section["title"] for section in shown["sections"]] == [title for _, title, _ in SECTIONS]
    assert {todo["kind"] for todo in shown["todos"]} == {"follow_up", "expected_result", "treatment_stopped", "treatment_at_discharge"}


def test_card_and_content_are_as_the_protocol_shows_them(ward: Ward) -> None:
    head, row = "<th colspan='2'>Consultations</th>", "<td>Cardiologue</td><td>avant le 02/04/2026</td>"
    follow_up = f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>"
    sections = (SECTIONS[0], ("18776-5", "Suites à donner", follow_up + "<list><item>Pesée chaque matin</item></list>"))
    ward.send(Envelope(letter=Letter(pdf=paper(), date="20260312101500+0100", sections=sections)))
    post = only(ward)
    assert ward.document("gp", post["id"])[1] == NAMED["document"]
    assert post["event"].keys() == NAMED["document_card"].keys()
    assert post["event"]["document"].keys() == NAMED["document_card"]["document"].keys()


def test_its_copy_becomes_ready_and_is_seen_by_the_readers_of_the_post_alone(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())))
    [file] = only(ward)["media"]
    assert (file["name"], file["media_type"], file["state"]) == ("Lettre de liaison de cardiologie.pdf", "application/pdf", "processing")
    [claim] = worker.claim_due(5)
    worker.work_on(claim)
    assert only(ward)["media"][0]["state"] == "ready"
    for who in READERS:
        for part in ("", "/thumbnail"):
            answer = ward.home.client(who).get(f"/api/v1/media/{file['id']}{part}")
            assert answer.status_code == (200 if who in CARE | {"patient"} else 404), (who, part)
            answer.close()


def test_who_does_not_read_it_finds_no_trace_of_it(ward: Ward) -> None:
    before = {who: ward.home.call(who, "GET") for who in ("home_help", "relative")}
    ward.send(Envelope(letter=Letter(pdf=paper())))
    post = only(ward)["id"]
    for who, circle in before.items():
        assert ward.home.call(who, "GET") == circle
        assert ward.document(who, post)[0] == 404
        assert ward.home.call(who, "POST", "/search", q="cardiologie")[1]["items"] == []
    assert ward.document("stranger", post)[0] == 404
    [found] = ward.home.call("patient", "POST", "/search", q="liaison cardio")[1]["items"]
    assert found["id"] == post


@pytest.mark.parametrize("marks", [("INVISIBLE_PATIENT",), ("INVISIBLE_REP_LEGAUX",)])
def test_marks_keep_it_to_the_care_team(ward: Ward, marks: tuple[str, ...]) -> None:
    ward.send(Envelope(marks=marks))
    assert ward.seen_by(only(ward)["id"]) == CARE
    assert ward.posts("patient") == []


def test_a_masked_one_is_known_and_shown_to_nobody(ward: Ward) -> None:
    assert ward.send(Envelope(marks=("MASQUE_PS",), letter=Letter(pdf=paper()))) == "AA"
    assert all(ward.posts(who) == [] for who in READERS)
    assert not Medium.objects.exists()
    assert not Blob.objects.exists()
    assert ward.send(Envelope(action="replace", letter=Letter(number="2", replaces="1"))) == "AA"  # it is known


@pytest.mark.parametrize(("discretion", "readers"), [(None, CARE), (Discretion.NOBODY, set())])
def test_of_a_discreet_unit_or_a_protected_patient_little_is_told(ward: Ward, discretion: str | None, readers: set[str]) -> None:
    if discretion:
        Hospital.objects.create(structure=ward.hospital, discretion=discretion)
    DiscreetUnit.objects.create(unit=Unit.objects.create(structure=ward.hospital, code="7700", name="Addictologie"))
    ward.send(Envelope(unit="7700"))
    ward.send(Envelope(vip="Y", letter=Letter(number="2")))
    ward.send(Envelope(vip="I", letter=Letter(number="3")))
    shown = [ward.seen_by(post["id"]) for post in ward.posts("gp")]
    assert shown == ([readers] * 3 if readers else [])


def test_a_letter_that_names_no_stay_is_as_discreet_as_the_stay_there_is(ward: Ward) -> None:
    hidden = Unit.objects.create(structure=ward.hospital, code="7700", name="Addictologie")
    DiscreetUnit.objects.create(unit=hidden)
    known, letters = {"circle_id": ward.circle, "opened_at": clock.now()}, iter(range(1, 9))

    def readers(stay: str = "") -> set[str]:
        """Of a letter that says nothing of the unit."""
        ward.send(Envelope(stay=stay, unit="", letter=Letter(number=str(next(letters)))))
        return ward.seen_by(ward.posts("gp")[-1]["id"])

    stay = Stay.objects.create(structure=ward.hospital, digest=b"1" * 32, state="in_hospital", protected=True, **known)
    assert readers() == readers("UNHEARD") == CARE
    other = Structure.objects.create(name="CH de Pau", kind="hospital")
    Stay.objects.filter(pk=stay.pk).update(structure=other)
    assert readers() == CARE | {"patient"}
    over = clock.now() - dt.timedelta(hours=71)
    Stay.objects.filter(pk=stay.pk).update(structure=ward.hospital, state="ended", discharged_at=over, protected=False)
    assert readers() == CARE | {"patient"}
    movement = Movement.objects.create(stay=stay, digest=b"2" * 32, event="admitted", unit=hidden, known_at=clock.now())
    assert readers() == CARE  # it was there once
    Movement.objects.filter(pk=movement.pk).update(cancelled_at=clock.now())
    Stay.objects.filter(pk=stay.pk).update(protected=True, discharged_at=over - dt.timedelta(hours=2))
    assert readers() == CARE | {"patient"}  # its grace is over


def test_the_same_document_again_is_nothing_twice(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())), times=2)
    ward.send(Envelope(control="016", letter=Letter(pdf=paper())))
    assert len(ward.posts("gp")) == 1
    assert Medium.objects.count() == 1
    assert Blob.objects.count() == 1


def test_a_newer_version_takes_its_place(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())))
    newer = Letter(number="2", version=2, replaces="1", title="Lettre corrigée")
    assert ward.send(Envelope(action="replace", letter=newer), times=2) == "AA"
    old, new = ward.posts("gp")
    assert old["event"]["cancelled_at"]
    assert old["media"] == []
    assert ward.document("gp", old["id"])[0] == 404
    assert (ward.document("patient", new["id"])[1]["title"], new["event"]["document"]["version"]) == ("Lettre corrigée", 2)
    assert ward.send(Envelope(action="replace", letter=Letter(number="3", replaces="1"))) == "207/900"  # it is in force no more


def test_a_newer_version_for_fewer_takes_the_words_of_the_old_one_too(ward: Ward) -> None:
    ward.send(Envelope())
    ward.send(Envelope(action="replace", marks=("INVISIBLE_PATIENT",), letter=Letter(number="2", replaces="1")))
    old = only(ward, "patient")
    assert (old["text"], old["event"], old["media"], bool(old["retracted_at"])) == ("", None, [], True)
    assert old["retraction"]["by"] is None
    assert "cardiologie" not in ward.home.client("patient").get(f"/api/v1/posts/{old['id']}").content.decode()
    assert ward.seen_by(ward.posts("gp")[1]["id"]) == CARE


def test_a_deleted_one_stays_as_withdrawn(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())))
    [file] = only(ward)["media"]
    assert ward.send(Envelope(action="delete"), times=2) == "AA"
    post = only(ward, "patient")
    assert post["event"]["cancelled_at"]
    assert post["media"] == []
    assert ward.document("patient", post["id"])[0] == 404
    assert ward.home.client("gp").get(f"/api/v1/media/{file['id']}").status_code == 404
    assert ward.send(Envelope(action="delete", control="017")) == "AA"
    assert len(ward.posts("gp")) == 1


@pytest.mark.parametrize("later", [
    Envelope(action="delete"), Envelope(action="replace", letter=Letter(number="2", replaces="1")),
], ids=["deleted", "replaced"])  # fmt: skip
def test_one_that_is_worked_out_after_what_ended_it_is_not_shown(ward: Ward, later: Envelope) -> None:
    judged = [ward.take(Envelope(letter=Letter(pdf=paper()))), ward.take(later)]
    for one in reversed(judged):
        ward.file(one)
    assert [post["event"]["document"]["version"] for post in ward.posts("gp") if "cancelled_at" in post["event"]] == []
    assert len(ward.posts("gp")) == (0 if later.action == "delete" else 1)
    assert not Blob.objects.exists()


def test_a_change_of_who_may_see_it_ends_one_post_and_writes_another(ward: Ward) -> None:
    ward.send(Envelope(marks=("MASQUE_PS",), letter=Letter(pdf=paper())))
    ward.send(Envelope(action="replace", marks=("MODIF_CONF_CODE",), letter=Letter(pdf=paper())))
    assert ward.seen_by(only(ward)["id"]) == CARE | {"patient"}
    assert len(only(ward)["media"]) == 1
    ward.send(Envelope(action="replace", marks=("MODIF_CONF_CODE", "INVISIBLE_PATIENT"), letter=Letter(pdf=paper())), times=2)
    assert only(ward, "patient")["text"] == ""
    shown = [ward.seen_by(post["id"]) for post in ward.posts("gp")]
    assert shown == [CARE | {"patient"}, CARE]
    assert ward.document("gp", ward.posts("gp")[1]["id"])[0] == 200


@pytest.mark.parametrize("action", ["replace", "delete"])
def test_what_was_never_received_is_neither_replaced_nor_deleted(ward: Ward, action: str) -> None:
    assert ward.send(Envelope(action=action, letter=Letter(number="2", replaces="1"))) == "207/900"
    assert ward.posts("gp") == []
    assert not HospitalDocument.objects.exists()


def test_without_a_named_predecessor_the_set_says_it(ward: Ward) -> None:
    ward.send(Envelope())
    assert ward.send(Envelope(action="replace", letter=Letter(number="2"))) == "AA"
    assert ward.posts("gp")[0]["event"]["cancelled_at"]
    assert ward.send(Envelope(action="replace", letter=Letter(number="9", set_number="999"))) == "207/900"


@pytest.mark.parametrize("envelope", [
    Envelope(ins="277076322082910", letter=Letter(ins="277076322082910")), Envelope(status="PROV"), Envelope(status="FICT"),
], ids=["unknown", "not qualified", "fictive"])  # fmt: skip
def test_of_nobody_of_a_circle_nothing_is_kept(ward: Ward, envelope: Envelope) -> None:
    assert ward.send(envelope) == "AA"
    assert ward.filed[0].outcome == "unmatched"
    assert ward.posts("gp") == []
    assert not HospitalDocument.objects.exists()
    assert not Blob.objects.exists()


def test_another_birth_date_than_the_circle_s_waits_for_a_human(ward: Ward) -> None:
    assert ward.send(Envelope(born="19400309", letter=Letter(born="19400309"))) == "AA"
    assert ward.filed[0].outcome == "doubted"
    assert ward.posts("gp") == []


def test_a_coordinator_may_retract_it_like_any_post(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())))
    post = only(ward)
    answer = ward.home.client("coordinator").post(
        f"/api/v1/posts/{post['id']}/retraction", {"reason": "autre patiente"}, content_type="application/json"
    )
    assert answer.status_code == 200
    assert (only(ward)["text"], only(ward)["media"]) == ("", [])
    assert ward.document("gp", post["id"])[0] == 404
    assert ward.send(Envelope(action="delete")) == "AA"
    assert len(ward.posts("gp")) == 1


@pytest.mark.parametrize(("pdf", "state"), [(b"MZ\x90 no paper", ""), (b"%PDF-1.7\nno paper either", "refused")])
def test_a_copy_that_is_no_pdf_costs_the_copy_alone(ward: Ward, pdf: bytes, state: str) -> None:
    assert ward.send(Envelope(letter=Letter(pdf=pdf))) == "AA"
    for claim in worker.claim_due(5):
        worker.work_on(claim)
    assert [file["state"] for file in only(ward)["media"]] == ([state] if state else [])
    assert len(ward.document("gp", only(ward)["id"])[1]["sections"]) == len(SECTIONS)


def test_a_closed_circle_takes_none_and_a_frozen_one_rings_nobody(ward: Ward) -> None:
    Circle.objects.filter(pk=ward.circle).update(state=CircleState.CLOSED)
    assert ward.send(Envelope(letter=Letter(pdf=paper()))) == "AA"
    assert ward.filed[0].outcome == "ignored"
    assert not Blob.objects.exists()


def test_nothing_of_it_rests_in_the_open_and_all_of_it_goes_with_the_key(ward: Ward) -> None:
    ward.send(Envelope(letter=Letter(pdf=paper())))
    row = HospitalDocument.objects.get()
    assert b"NALDIPINE" not in bytes(row.sealed_content)
    circle = Circle.objects.select_related("patient").get(pk=ward.circle)
    assert "NALDIPINE" in str(row.content(circle.patient.vault))
    vault = circle.patient.vault
    erase(vault, cause=Cause.REQUEST)
    with pytest.raises(SealBroken):
        row.content(vault)

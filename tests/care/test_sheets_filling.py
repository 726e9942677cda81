"""Sheets that are filled in: checked, scored, followed by what their rules do, withdrawn, each in one transaction."""
import datetime as dt
import json
import time
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from care.sheets.forming import new_version
from care.sheets.models import Answered, Form, FormVersion
from care.sheets.reading import understood
from care.sheets.rules import following, too_many_files
from care.sheets.scoring import work_out
from care.sheets.series import series_of
from care.sheets.shipped import form_id, keep_shipped
from foundation import clock
from people.accounts.appointments import appoint_administrator
from people.accounts.models import Structure
from people.circles.enums import Audience
from tests.care.sheet_forms import form
from tests.circles.around import Around, Caller

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def drawn(house: Around, questionnaire: dict[str, Any] | None = None) -> str:
    """A form that everybody of the circle is offered: one that Cercle ships. Its id."""
    kept = Form.objects.create(key=f"test-{uuid4()}", made_at=clock.now())
    new_version(kept, understood(questionnaire or form()), 1).save(force_insert=True)
    return str(kept.pk)


def fill(caller: Caller, house: Around, wanted: str, audience: str = "care_team", key: str | None = None, **answers: Any) -> Any:
    """The answer to a sheet."""
    body = {"form": wanted, "answers": answers, "audience": audience}
    return caller.call("POST", f"circles/{house.circle}/sheets", body, **{"Idempotency-Key": key or str(uuid4())})


def test_a_sheet_is_kept_with_its_answers_and_scores(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    answers: dict[str, Any] = {"weight": 62.5, "pain": "some", "since": "2026-11-20", "words": "Va mieux.",
                               "others": ["a", {"text": "autre"}], "score": 99}  # fmt: skip
    answer = fill(alice, house, wanted, **answers)
    assert answer.status_code == 201, answer.content
    item = answer.json()
    assert item["answers"] == {name: value for name, value in answers.items() if name != "score"}
    assert [(score["linkId"], score["value"]) for score in item["scores"]] == [("score", 2)]
    assert item["form"]["titles"] == {"fr": "Suivi", "en": "Follow-up"}
    assert item["followed"] == {"post": None, "tasks": [], "measures": []}
    again = house.of("helene").get(f"circles/{house.circle}/sheets/{item['id']}").json()
    assert again["questionnaire"]["item"][0]["linkId"] == "weight"
    assert again["answers"] == item["answers"]
    changes = house.of("helene").get(f"circles/{house.circle}/changes?after=0").json()["items"]
    assert [one["sheet"]["id"] for one in changes if one["kind"] == "sheet.filled"] == [item["id"]]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "weight"),
    ({"weight": None}, "weight"),
    ({"weight": "62"}, "weight"),
    ({"weight": True}, "weight"),
    ({"weight": 1e300}, "weight"),
    ({"weight": 19.9}, "weight"),
    ({"weight": [60, 61]}, "weight"),
    ({"weight": {"value": 60, "unit": "lb"}}, "weight"),
    ({"weight": 60, "pain": "awful"}, "pain"),
    ({"weight": 60, "pain": ["none", "some"]}, "pain"),
    ({"weight": 60, "pain": "some"}, "since"),
    ({"weight": 60, "pain": "some", "since": "2026-02-30"}, "since"),
    ({"weight": 60, "fever": "yes"}, "fever"),
    ({"weight": 60, "words": "x" * 201}, "words"),
    ({"weight": 60, "words": {"text": "x"}}, "words"),
    ({"weight": 60, "others": ["a", "a"]}, "others"),
    ({"weight": 60, "others": [{"text": "x", "code": "y"}]}, "others"),
    ({"weight": 60, "nobody": 1}, "nobody"),
    ({"weight": 60, "signs": 1}, "signs"),
]


def test_wrong_answers_are_refused_one_by_one_and_nothing_is_kept(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    for answers, link_id in WRONG:
        answer = fill(alice, house, wanted, **answers)
        assert answer.status_code == 422, answers
        assert answer.json()["code"] == "sheets.wrong_answers", answers
        assert list(answer.json()["errors"]) == [link_id], answers
    assert not Answered.objects.exists()


def test_a_score_too_great_to_be_written_is_none_and_a_message_takes_twenty_photos() -> None:
    wanted = form()
    wanted["item"][4]["extension"][0]["valueString"] = " * ".join(["{weight}", *["1000000"] * 5])
    outcome = work_out(understood(wanted), {"weight": 62, "pain": "none"})
    assert (outcome.scores, outcome.errors) == ([], {})
    follows = following(outcome, Audience.CARE_TEAM, "fr", [uuid4() for _ in range(21)])
    assert list(too_many_files(outcome, follows)) == ["media"]


def test_what_is_not_asked_is_not_kept_and_does_not_count(house: Around) -> None:
    wanted = drawn(house)
    item = fill(house.of("alice"), house, wanted, weight=60, pain="none", since="2026-11-20").json()
    assert item["answers"] == {"weight": 60, "pain": "none"}


def test_a_worrying_answer_is_an_urgent_post_for_the_same_readers(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    body: dict[str, Any] = {"form": wanted, "answers": {"weight": 60, "pain": "strong", "since": "2026-11-20"}, "audience": "patient"}
    said = alice.post(f"circles/{house.circle}/sheets/check", **body).json()
    assert [(one["act"], one["to"]) for one in said["follows"]] == [("alert", ["gp"])]
    assert said["errors"] == {}
    assert not Answered.objects.exists()
    item = fill(alice, house, wanted, "patient", **body["answers"]).json()
    post = alice.get(f"posts/{item['followed']['post']}").json()
    assert (post["urgency"], post["audience"], post["to"]) == ("urgent", "patient", ["gp"])
    assert post["text"] == said["follows"][0]["text"]
    assert "À voir aujourd’hui" in post["text"]
    assert house.of("jeanne").get(f"posts/{post['id']}").status_code == 200
    assert house.of("claire").get(f"posts/{post['id']}").status_code == 404


def test_a_rule_compares_with_what_all_its_readers_may_know(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    assert fill(alice, house, wanted, "care_team", weight=60).json()["followed"]["post"] is None
    assert fill(alice, house, wanted, "patient", weight=63).json()["followed"]["post"] is None  # the patient never saw the 60
    assert fill(alice, house, wanted, "patient", weight=65).json()["followed"]["post"] is not None
    assert fill(alice, house, wanted, "care_team", weight=61.9).json()["followed"]["post"] is None
    Answered.objects.update(made_at=clock.now() - dt.timedelta(hours=73))
    assert fill(alice, house, wanted, "care_team", weight=80).json()["followed"]["post"] is None  # too long ago


def test_the_patient_fills_what_the_form_asks_of_them_and_nobody_else_of_the_family(house: Around) -> None:
    wanted, closed = drawn(house), drawn(house, form(extension=[]))
    assert fill(house.of("jeanne"), house, wanted, "patient", weight=60).status_code == 201
    assert fill(house.of("jeanne"), house, closed, "patient", weight=60).status_code == 403
    assert fill(house.of("claire"), house, wanted, "relatives", weight=60).status_code == 403
    assert fill(house.of("alice"), house, wanted, "nobody", weight=60).status_code == 422
    assert fill(house.of("jeanne"), house, wanted, "care_team", weight=60).status_code == 403
    offered = {one["id"]: one["may_fill"] for one in house.of("jeanne").get(f"circles/{house.circle}/sheets").json()["forms"]}
    assert offered.get(wanted) is True
    assert closed not in offered
    assert fill(house.of("marc"), house, wanted, weight=60).status_code == 404


def test_a_sheet_sent_again_is_the_same_and_another_body_is_none(house: Around) -> None:
    wanted, alice, key = drawn(house), house.of("alice"), str(uuid4())
    first = fill(alice, house, wanted, "care_team", key, weight=60, pain="strong", since="2026-11-20")
    second = fill(alice, house, wanted, "care_team", key, weight=60, pain="strong", since="2026-11-20")
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert fill(alice, house, wanted, "care_team", key, weight=61).json()["code"] == "records.key_reused"
    assert Answered.objects.count() == 1


def test_a_withdrawn_sheet_shows_nothing_and_names_what_still_stands(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    item = fill(alice, house, wanted, weight=60, pain="strong", since="2026-11-20").json()
    path = f"circles/{house.circle}/sheets/{item['id']}"
    assert house.of("helene").post(f"{path}/withdrawal", reason="x").status_code == 403
    assert alice.post(f"{path}/withdrawal").status_code == 422
    gone = alice.post(f"{path}/withdrawal", reason="Erreur de patient").json()
    assert (gone["answers"], gone["scores"], gone["withdrawn"]["reason"]) == ({}, [], "Erreur de patient")
    assert gone["followed"]["post"] == item["followed"]["post"]
    assert alice.get(f"posts/{item['followed']['post']}").json()["retracted_at"] is None
    assert alice.post(f"{path}/withdrawal", reason="x").json()["code"] == "sheets.withdrawn"
    assert alice.get(f"circles/{house.circle}/sheets/series?form={wanted}").json()["lines"] == []
    assert Answered.objects.get().words()["answers"]["weight"] == [60]


def test_series_are_the_numbers_that_the_reader_may_see(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    for weight, audience in ((60, "care_team"), (61, "circle"), (62, "care_team")):
        fill(alice, house, wanted, audience, weight=weight)
    path = f"circles/{house.circle}/sheets/series?form={wanted}"
    lines = {line["linkId"]: [point["value"] for point in line["points"]] for line in alice.get(path).json()["lines"]}
    assert lines == {"weight": [60, 61, 62], "score": [0, 0, 0]}
    relative = {line["linkId"]: [point["value"] for point in line["points"]] for line in house.of("claire").get(path).json()["lines"]}
    assert relative == {"weight": [61], "score": [0]}


def test_who_was_admitted_from_now_sees_no_sheet_from_before(house: Around) -> None:
    wanted, alice = drawn(house), house.of("alice")
    before = fill(alice, house, wanted, weight=60).json()
    alice.post(f"circles/{house.circle}/members", person=house.ids["lea"], role="nurse", history="from_now")
    lea = house.of("lea")
    after = fill(alice, house, wanted, weight=61).json()
    alice.post(f"circles/{house.circle}/sheets/{before['id']}/withdrawal", reason="x")
    assert [one["id"] for one in lea.get(f"circles/{house.circle}/sheets").json()["items"]] == [after["id"]]
    assert lea.get(f"circles/{house.circle}/sheets/{before['id']}").status_code == 404
    told = lea.get(f"circles/{house.circle}/changes?after=0").json()["items"]
    assert [one["kind"] for one in told if one["kind"] != "member.joined"] == ["sheet.filled", "void"]
    assert before["id"] not in json.dumps(told)


def test_a_structure_draws_its_forms_and_a_sheet_stays_with_its_version(house: Around) -> None:
    practice = Structure.objects.create(name="Cabinet", kind="practice")
    alice = house.of("alice")
    path = f"structures/{practice.pk}/forms"
    assert alice.post(path, questionnaire=form()).status_code == 404
    appoint_administrator(None, person=house.person("alice"), structure=practice.pk)
    bad = alice.post(path, questionnaire=form(item=[{"linkId": "a", "type": "url"}]))
    assert (bad.status_code, bad.json()["code"], list(bad.json()["errors"])) == (422, "sheets.bad_form", ["item[0].type"])
    assert "column" in str(alice.post(f"{path}/check", questionnaire="{").json()["errors"])
    assert alice.post(f"{path}/check", questionnaire=json.dumps(form(x=1))).json()["ignored"] == ["x"]
    made = alice.post(path, questionnaire=form()).json()
    assert alice.get(f"{path}/{made['id']}/questionnaire").json()["title"] == "Suivi"
    assert fill(alice, house, made["id"], weight=60).json()["code"] == "sheets.unknown_form"  # she administers, and does not work there
    house.person("alice").affiliations.create(structure=practice, since=clock.now())
    first = fill(alice, house, made["id"], weight=60).json()
    assert alice.call("PUT", f"{path}/{made['id']}", {"questionnaire": form()}).json()["version"] == 1
    changed = form(title="Suivi du poids", item=form()["item"][:1], extension=[])
    assert alice.call("PUT", f"{path}/{made['id']}", {"questionnaire": changed}).json()["version"] == 2
    second = fill(alice, house, made["id"], weight=61).json()
    kept = alice.get(f"circles/{house.circle}/sheets/{first['id']}").json()
    assert (kept["form"]["version"], kept["questionnaire"]["title"], second["form"]["version"]) == (1, "Suivi", 2)
    assert alice.post(f"{path}/{made['id']}/withdrawal").json()["withdrawn_at"]
    assert fill(alice, house, made["id"], weight=60).json()["code"] == "sheets.unknown_form"
    assert alice.get(f"circles/{house.circle}/sheets/{first['id']}").json()["answers"] == {"weight": 60}
    assert alice.call("DELETE", f"{path}/{made['id']}/withdrawal").json()["withdrawn_at"] is None
    assert house.of("helene").get(f"{path}/{made['id']}/questionnaire").status_code == 404


def test_shipped_forms_are_there_once_however_often_the_database_is_made_ready(house: Around) -> None:
    keep_shipped()
    keep_shipped()
    assert FormVersion.objects.filter(form=form_id("wound")).count() == 1
    offered = house.of("alice").get(f"circles/{house.circle}/sheets").json()["forms"]
    assert {one["key"] for one in offered} >= {"wound", "pain"}
    exported = house.of("alice").get(f"forms/{form_id('wound')}").json()
    assert exported["resourceType"] == "Questionnaire"


def test_tasks_and_measures_follow_and_the_sheet_names_them(house: Around) -> None:
    alice = house.of("alice")
    body: dict[str, Any] = {"weight": 72, "breath": "none", "swelling": True, "cough": True, "systolic": 130, "diastolic": 80}
    item = fill(alice, house, str(form_id("heart-failure")), "circle", **body).json()
    [task] = alice.get(f"circles/{house.circle}/tasks").json()["items"]
    assert (item["followed"]["tasks"], task["audience"], task["to"], item["followed"]["post"]) == ([task["id"]], "circle", ["nurse"], None)
    assert task["due_at"]
    measured = alice.get(f"circles/{house.circle}/measures").json()
    assert len(item["followed"]["measures"]) == 2
    assert "72" in json.dumps(measured)
    assert "130" in json.dumps(measured)


def test_a_measure_that_was_noted_elsewhere_counts_as_before(house: Around) -> None:
    alice = house.of("alice")
    noted = alice.post(f"circles/{house.circle}/measures", kind="weight", values={"value": 70}, audience="circle")
    assert noted.status_code == 201, noted.content
    wanted = str(form_id("heart-failure"))
    assert fill(alice, house, wanted, "circle", weight=71.9, breath="none").json()["followed"]["post"] is None
    item = fill(alice, house, wanted, "circle", weight=72, breath="none").json()
    assert item["followed"]["post"]
    assert [score["value"] for score in item["scores"]] == [2]


def sent(caller: Caller, house: Around) -> str:
    """A small photo that somebody uploaded; its id."""
    pixels = BytesIO()
    Image.new("RGB", (16, 16), "red").save(pixels, "JPEG")
    file = SimpleUploadedFile("plaie.jpg", pixels.getvalue(), "image/jpeg")
    headers = {"Idempotency-Key": str(uuid4())}
    answer = caller.client.post(f"/api/v1/circles/{house.circle}/media", {"file": file}, headers=headers)
    return str(answer.json()["id"])


def test_two_wounds_are_two_series_and_photos_go_into_one_post(house: Around) -> None:
    alice, wanted = house.of("alice"), str(form_id("wound"))
    wound: dict[str, Any] = {"length": 4, "width": 2, "tissue": "granulation", "exudate": "light"}
    for site, length in (("sacrum", 2), ("heel-left", 8), ("sacrum", 2.2)):
        item = fill(alice, house, wanted, **{**wound, "site": site, "length": length}).json()
        assert item["followed"]["tasks"] == [], site  # the heel is no bigger sacrum
    lines = alice.get(f"circles/{house.circle}/sheets/series?form={wanted}").json()["lines"]
    assert {line["about"]: [point["value"] for point in line["points"]] for line in lines if line["linkId"] == "length"} == {
        "heel-left": [8], "sacrum": [2, 2.2],
    }  # fmt: skip
    refused = fill(alice, house, wanted, **{**wound, "site": "sacrum", "photo": [str(uuid4())]})
    assert (refused.status_code, refused.json()["code"]) == (422, "journal.unknown_media")
    photo = sent(alice, house)
    item = fill(alice, house, wanted, **{**wound, "site": "sacrum", "photo": [photo], "signs": ["pus", "warm"]}).json()
    post = alice.get(f"posts/{item['followed']['post']}").json()
    assert (post["urgency"], [one["id"] for one in post["media"]]) == ("urgent", [photo])


def test_a_thousand_sheets_are_plotted_in_three_statements(house: Around, django_assert_max_num_queries: Any) -> None:
    alice, wanted = house.of("alice"), drawn(house)
    fill(alice, house, wanted, weight=60)
    first = Answered.objects.whole().get()
    rows = [Answered(**{name: getattr(first, name) for name in (
        "circle", "author", "audience", "made_at", "changed_at", "changed_by", "care_seq", "version_of", "form", "filled", "withdrawn_by",
    )}) for _at in range(999)]  # fmt: skip
    for row in rows:
        row.keep_words(first.words())
        row.keep_points('{"weight":60,"score":0}')
    Answered.objects.bulk_create(rows)
    member = house.member("alice")
    assert member.circle.patient.vault
    with django_assert_max_num_queries(3):
        began = time.process_time()
        lines = series_of(member, UUID(wanted))
    print(f"series of 1,000 sheets: {(time.process_time() - began) * 1000:.0f} ms of processor time")
    assert [len(line.points) for line in lines] == [1000, 1000]

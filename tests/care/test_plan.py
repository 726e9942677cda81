"""The care plan: entries for their readers, editions per standing, differences, agreements; nothing of it for whom it is not."""
import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest

from care.plan.models import Edition, Planned
from care.plan.reminding import load_reviews, tell_due_reviews
from foundation import clock
from messaging.feed.models import FeedLine
from tests.circles.around import Around, Caller, around
from tests.sealing import site_vault

__all__ = ["site_vault"]
pytestmark = pytest.mark.django_db(databases=["default", "keys"])


class Planning:
    """A circle whose members plan."""

    def __init__(self, folder: Path) -> None:
        self.around: Around = around(folder)
        self.path = f"circles/{self.around.circle}/plan"

    def of(self, key: str) -> Caller:
        """Somebody signed in."""
        return self.around.of(key)

    def add(self, part: str, audience: str = "patient", by: str = "alice", **words: Any) -> dict[str, Any]:
        """One more entry."""
        answer = self.of(by).post(self.path, part=part, audience=audience, **words)
        assert answer.status_code == 201, answer.content
        return dict(answer.json())

    def read(self, key: str, rest: str = "") -> dict[str, Any]:
        """The plan as somebody reads it."""
        answer = self.of(key).get(f"{self.path}{rest}")
        assert answer.status_code == 200, answer.content
        return dict(answer.json())

    def publish(self, by: str = "alice") -> Any:
        """A publication; its status."""
        return self.of(by).post(f"{self.path}/editions").status_code

    def head(self, key: str) -> int:
        """Where somebody's numbers stand."""
        return int(self.of(key).get(f"circles/{self.around.circle}").json()["head"])


@pytest.fixture
def planning(tmp_path: Path) -> Planning:
    return Planning(tmp_path)


def test_an_entry_is_read_by_its_audience_and_by_nobody_else(planning: Planning) -> None:
    entry = planning.add("problem", "care_team", text="Chutes à répétition")
    before = planning.head("jeanne")
    assert [one["text"] for one in planning.read("helene")["items"]] == ["Chutes à répétition"]
    assert planning.read("jeanne")["items"] == planning.read("claire")["items"] == []
    assert planning.of("jeanne").get(f"{planning.path}/{entry['id']}").status_code == 404
    assert planning.of("jeanne").call("PATCH", f"{planning.path}/{entry['id']}", {"text": "x"}).status_code == 404
    assert planning.head("jeanne") == before
    assert b"Chutes" not in bytes(Planned.objects.get().sealed_words)


def test_who_is_not_of_the_care_team_does_not_write_the_plan(planning: Planning) -> None:
    entry = planning.add("priority", "circle", text="Rester chez moi")
    for key in ("jeanne", "claire"):
        assert planning.of(key).post(planning.path, part="priority", audience="circle", text="x").status_code == 403
        assert planning.of(key).call("DELETE", f"{planning.path}/{entry['id']}").status_code == 403
        assert planning.of(key).post(f"{planning.path}/editions").status_code == 403


def test_words_are_checked_and_links_say_nothing_to_who_may_not_read(planning: Planning) -> None:
    hidden = planning.add("problem", "care_team", text="Déni des troubles")
    shown = planning.add("problem", "circle", text="Chutes")
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"part": "priority", "text": " "}, "plan.empty"),
        ({"part": "procedure", "text": "Douleur thoracique"}, "plan.no_act"),
        ({"part": "referent"}, "plan.no_referent"),
        ({"part": "action", "text": "Marcher", "role": "relative"}, "plan.role_does_not_read"),
        ({"part": "action", "text": "Marcher", "member": str(uuid.uuid4())}, "plan.unknown_member"),
        ({"part": "action", "text": "Marcher", "member": str(planning.around.member("claire").pk)}, "plan.unknown_member"),
        ({"part": "action", "text": "Marcher", "problem": hidden["id"]}, "plan.bad_link"),
        ({"part": "action", "text": "Marcher", "objective": shown["id"]}, "plan.bad_link"),
    ]
    for body, code in wrong:
        answer = planning.of("alice").post(planning.path, audience="patient", **body)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert planning.add("action", text="Marcher", problem=shown["id"])["problem"] == shown["id"]
    planning.add("referent", "circle", member=str(planning.around.member("helene").pk))
    again = planning.of("alice").post(planning.path, part="referent", audience="circle", member=str(planning.around.member("alice").pk))
    assert (again.status_code, again.json()["code"]) == (409, "plan.referent_named")


def test_a_standing_in_whose_view_nothing_changed_gets_no_edition_and_no_number(planning: Planning) -> None:
    planning.add("priority", "circle", text="Rester chez moi")
    assert planning.publish() == 201
    family, patient = planning.head("claire"), planning.read("jeanne")
    planning.add("problem", "care_team", text="Déni des troubles")
    assert planning.publish() == 201
    assert planning.head("claire") == family
    assert planning.read("jeanne") == patient
    assert [one["number"] for one in planning.read("helene")["editions"]] == [2, 1]
    planning.add("objective", "patient", text="Marcher jusqu'au marché")
    assert planning.publish() == 201
    assert planning.read("jeanne")["edition"]["number"] == 2
    assert planning.read("claire")["edition"]["number"] == 1
    assert planning.read("helene")["edition"]["number"] == 3
    again = planning.of("alice").post(f"{planning.path}/editions")
    assert (again.status_code, again.json()["code"]) == (409, "plan.nothing_new")
    assert Edition.objects.filter(standing="wider_team").count() == 1


def test_a_difference_says_what_is_new_what_changed_and_what_ended(planning: Planning) -> None:
    stays = planning.add("priority", text="Rester chez moi")
    goal = planning.add("objective", text="Marcher 10 min")
    gone = planning.add("problem", text="Plaie du talon")
    planning.publish()
    planning.of("alice").call("PATCH", f"{planning.path}/{goal['id']}", {"text": "Marcher 20 min", "due_on": "2027-01-15"})
    planning.of("alice").call("DELETE", f"{planning.path}/{gone['id']}", {"reason": "cicatrisée"})
    new = planning.add("procedure", text="Prise de 2 kg en 3 jours", act="Peser, appeler", call="Dr Helene")
    planning.add("problem", "care_team", text="Déni")
    assert planning.read("jeanne")["unpublished"] == 3
    assert planning.read("alice")["unpublished"] == 4
    preview = planning.read("jeanne", "/unpublished")
    planning.publish("helene")
    read = planning.read("jeanne", "/editions/2")
    assert read["difference"] == preview
    assert [one["id"] for one in preview["added"]] == [new["id"]]
    assert [one["id"] for one in preview["ended"]] == [gone["id"]]
    assert preview["changed"][0]["fields"] == [
        {"field": "text", "before": "Marcher 10 min", "after": "Marcher 20 min"},
        {"field": "due_on", "before": None, "after": "2027-01-15"},
    ]
    assert {one["id"] for one in read["items"]} == {stays["id"], goal["id"], new["id"]}
    assert planning.of("jeanne").get(f"{planning.path}/editions/3").status_code == 404


def test_changed_and_changed_back_is_nothing_new(planning: Planning) -> None:
    goal = planning.add("objective", text="Marcher")
    planning.publish()
    for text in ("Courir", "Marcher"):
        assert planning.of("alice").call("PATCH", f"{planning.path}/{goal['id']}", {"text": text}).status_code == 200
    assert planning.publish() == 409
    lines = FeedLine.objects.filter(kind="plan.changed").count()
    planning.of("alice").call("PATCH", f"{planning.path}/{goal['id']}", {"text": "Marcher"})
    assert FeedLine.objects.filter(kind="plan.changed").count() == lines


def test_agreements_name_the_edition_and_are_shown_as_old_once_there_is_a_newer_one(planning: Planning) -> None:
    planning.add("priority", "patient", text="Rester chez moi")
    planning.publish()
    agreed = planning.of("jeanne").post(f"{planning.path}/editions/1/agreement").json()
    assert (agreed["number"], agreed["latest"], agreed["of_patient"], agreed["how"]) == (1, True, False, "self")
    assert planning.of("jeanne").post(f"{planning.path}/editions/1/agreement").json() == agreed
    assert planning.of("claire").post(f"{planning.path}/editions/1/agreement").status_code == 404
    planning.add("problem", "care_team", text="Déni")
    planning.publish()
    assert planning.read("jeanne")["agreements"][0]["latest"] is True  # her own edition has not changed
    assert planning.read("alice")["agreements"][0]["latest"] is False
    assert planning.of("alice").post(f"{planning.path}/editions/1/agreement").json()["code"] == "plan.older_edition"
    assert planning.of("alice").post(f"{planning.path}/editions/2/agreement").status_code == 200
    assert [one["by"]["role"] for one in planning.read("jeanne")["agreements"]] == ["patient"]


def test_the_patients_agreement_is_written_down_by_the_care_team(planning: Planning) -> None:
    planning.add("problem", "care_team", text="Déni")
    planning.publish()
    none = planning.of("alice").post(f"{planning.path}/editions/1/agreement", of_patient=True)
    assert (none.status_code, none.json()["code"]) == (409, "plan.patient_has_none")
    planning.add("priority", "circle", text="Rester chez moi")
    planning.publish()
    said = planning.of("alice").post(f"{planning.path}/editions/2/agreement", of_patient=True, how="signed").json()
    assert (said["of_patient"], said["how"], said["latest"]) == (True, "signed", True)
    assert planning.of("claire").post(f"{planning.path}/editions/1/agreement", of_patient=True).status_code == 403
    assert planning.read("claire")["agreements"][0]["number"] == 1


def test_the_feed_tells_entries_editions_and_agreements(planning: Planning) -> None:
    entry = planning.add("priority", "circle", text="Rester chez moi")
    planning.publish()
    planning.of("claire").post(f"{planning.path}/editions/1/agreement")
    told = planning.of("claire").get(f"circles/{planning.around.circle}/changes?after=0").json()["items"]
    mine = {one["kind"]: one for one in told if one["kind"].startswith("plan.")}
    assert mine["plan.changed"]["plan"]["id"] == entry["id"]
    assert mine["plan.published"]["edition"]["number"] == 1
    assert mine["plan.agreed"]["agreement"]["number"] == 1


def test_who_came_from_now_on_reads_the_plan_as_it_stands_and_nothing_that_was_over(planning: Planning) -> None:
    planning.add("priority", "circle", text="Rester chez moi")
    gone = planning.add("problem", "circle", text="Plaie")
    planning.publish()
    planning.of("alice").call("DELETE", f"{planning.path}/{gone['id']}", {"reason": "x"})
    planning.publish()
    body = {"person": planning.around.ids["paul"], "role": "relative", "history": "from_now"}
    assert planning.of("alice").call("POST", f"circles/{planning.around.circle}/members", body).status_code == 201
    read = planning.read("paul")
    assert [one["text"] for one in read["items"]] == ["Rester chez moi"]
    assert [one["number"] for one in read["editions"]] == [2]
    assert planning.read("paul", "/editions/2")["since"] is None
    assert planning.of("paul").get(f"{planning.path}/{gone['id']}").status_code == 404


def test_a_key_makes_one_entry_and_one_publication(planning: Planning) -> None:
    key, body = str(uuid.uuid4()), {"part": "priority", "audience": "circle", "text": "a"}
    sent = [planning.of("alice").call("POST", planning.path, body, **{"Idempotency-Key": key}) for _ in "ab"]
    assert [one.status_code for one in sent] == [201, 200]
    assert Planned.objects.count() == 1
    head = {"Idempotency-Key": str(uuid.uuid4())}
    assert [planning.of("alice").call("POST", f"{planning.path}/editions", {}, **head).json()["number"] for _ in "ab"] == [1, 1]


def test_a_review_that_is_due_and_a_referent_who_left_are_said(planning: Planning) -> None:
    today = clock.now().date()
    member = planning.around.member("helene")
    entry = planning.add("referent", "circle", member=str(member.pk), due_on=(today + dt.timedelta(days=9)).isoformat())
    assert planning.read("claire")["review"]["due"] is False
    planning.of("alice").call("PATCH", f"{planning.path}/{entry['id']}", {"due_on": (today - dt.timedelta(days=1)).isoformat()})
    assert planning.read("claire")["review"]["due"] is True
    assert planning.of("nadia").call("DELETE", f"circles/{planning.around.circle}/members/{member.pk}", {"reason": ""}).status_code == 204
    review = planning.read("claire")["review"]
    assert (review["left"], review["referent"]["name"]) == (True, "Camille Helene")


def test_an_action_becomes_a_task_and_an_appointment_once_and_shows_how_they_fare(planning: Planning) -> None:
    action = planning.add("action", "circle", text="Tapis de douche", role="nurse")
    path = f"{planning.path}/{action['id']}"
    assert planning.of("alice").post(f"{path}/appointment").json()["code"] == "plan.no_date"
    day = (clock.now().date() + dt.timedelta(days=5)).isoformat()
    planning.of("alice").call("PATCH", path, {"due_on": day})
    made = [planning.of("alice").post(f"{path}/task").json()["task"] for _ in "ab"]
    assert made[0] == made[1] == {"id": made[0]["id"], "state": "to_do"}
    task = planning.of("claire").get(f"circles/{planning.around.circle}/tasks/{made[0]['id']}").json()
    assert (task["title"], task["to"], task["audience"]) == ("Tapis de douche", ["nurse"], "circle")
    assert planning.of("alice").post(f"{path}/appointment").json()["appointment"]["state"] == "planned"
    assert planning.of("claire").post(f"{path}/task").status_code == 403
    taking = planning.of("alice").post(f"circles/{planning.around.circle}/tasks/{task['id']}/taking")
    assert taking.status_code == 200
    assert planning.read("claire")["items"][0]["task"]["state"] == "taken"
    goal = planning.add("objective", text="Marcher")
    assert planning.of("alice").post(f"{planning.path}/{goal['id']}/task").json()["code"] == "plan.not_an_action"


def test_the_referent_is_told_once_and_who_steers_where_nobody_refers(planning: Planning) -> None:
    yesterday = (clock.now().date() - dt.timedelta(days=1)).isoformat()
    member = planning.around.member("helene")
    entry = planning.add("referent", "circle", member=str(member.pk), due_on=yesterday)
    subject = uuid.UUID(entry["id"])
    assert [tell_due_reviews(), tell_due_reviews()] == [1, 0]
    assert FeedLine.objects.filter(kind="plan.due", subject=subject, actor=None).count() == 1
    assert load_reviews([subject])[subject].members == {"plan.due": (member.pk,)}
    planning.of("nadia").call("DELETE", f"circles/{planning.around.circle}/members/{member.pk}", {"reason": ""})
    steering = {planning.around.member(key).pk for key in ("alice", "nadia")}
    assert load_reviews([subject])[subject].concerned == steering
    day = (clock.now().date() + dt.timedelta(days=90)).isoformat()
    planning.of("alice").call("PATCH", f"{planning.path}/{entry['id']}", {"due_on": day, "member": str(planning.around.member("alice").pk)})
    assert load_reviews([subject]) == {}
    assert tell_due_reviews() == 0

"""Tasks: who adds, sees, takes and finishes them; exactly one taker; what a relative never learns."""
from typing import Any
from uuid import UUID

import pytest

from care.records.items import everything_of
from care.records.models import RecordKey
from care.records.services import forget_keys
from care.tasks import services
from care.tasks.models import Task
from care.tasks.protocol import TaskBody
from care.tasks.reminding import free_lost_tasks
from foundation import clock
from people.accounts.models import Person
from people.circles.access import enter
from people.circles.enums import CircleState
from people.circles.models import Circle
from people.circles.services import end_membership
from tests.circles.home import Home

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)
CARE: dict[str, Any] = {"title": "Renouveler l’ordonnance", "audience": "care_team"}
ALL: dict[str, Any] = {"title": "Acheter des compresses", "audience": "circle"}


def add(home: Home, who: str = "nurse", **body: Any) -> str:
    """A task; its id."""
    status, item = home.call(who, "POST", "/tasks", **body)
    assert status == 201, item
    return str(item["id"])


def states(home: Home, who: str, query: str = "") -> list[tuple[str, str]]:
    """(title, state) as somebody's list shows them."""
    status, answer = home.call(who, "GET", f"/tasks{query}")
    assert status == 200
    return [(item["title"], item["state"]) for item in answer["items"]]


def test_one_adds_another_takes_and_finishes_it(home: Home) -> None:
    task = add(home, **CARE, note="Il en reste pour trois jours.")
    status, item = home.call("gp", "POST", f"/tasks/{task}/taking")
    assert (status, item["state"], item["taker"]["member"]) == (200, "taken", home.seat("gp"))
    assert home.call("gp", "POST", f"/tasks/{task}/taking")[1]["seq"] == item["seq"]  # taking again changes nothing
    status, refused = home.call("nurse", "POST", f"/tasks/{task}/taking")
    assert (status, refused["code"], refused["owner"]["member"]) == (409, "tasks.taken", home.seat("gp"))
    assert home.said("nurse", "POST", f"/tasks/{task}/completion") == (409, "tasks.taken")
    assert home.said("nurse", "DELETE", f"/tasks/{task}/taking") == (403, "circles.not_allowed.not_owner")
    assert home.call("gp", "POST", f"/tasks/{task}/completion")[1]["state"] == "done"
    assert home.said("gp", "PATCH", f"/tasks/{task}", title="Autre") == (409, "tasks.over")
    assert home.call("gp", "DELETE", f"/tasks/{task}/completion")[1]["state"] == "taken"
    assert home.call("coordinator", "DELETE", f"/tasks/{task}/taking")[1]["taker"] is None


def test_a_key_says_nothing_of_the_words_and_goes_with_the_patient(home: Home) -> None:
    path, headers = f"/api/v1/circles/{home.circle}/tasks", {"idempotency-key": "0d3f9a52-7d4e-4a39-8f8f-0c1c6f2a9b11"}
    answers = [home.client("nurse").post(path, CARE, content_type="application/json", headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    kept = RecordKey.objects.get()
    forget_keys(kept.circle.patient.vault)
    assert not RecordKey.objects.exists()


def test_who_is_asked_takes_it_whatever_their_role(home: Home) -> None:
    daughter = home.seat("relative")
    task = add(home, **ALL, to=[daughter])
    other = add(home, **ALL)
    assert home.said("patient", "POST", f"/tasks/{task}/taking") == (403, "circles.not_allowed.not_owner")
    assert home.said("relative", "POST", f"/tasks/{other}/taking") == (403, "circles.not_allowed.not_owner")
    assert home.call("relative", "POST", f"/tasks/{task}/completion")[1]["taker"]["member"] == daughter
    assert home.said("nurse", "POST", "/tasks", **CARE, to=[daughter]) == (422, "tasks.bad_addressee")


def test_a_relative_sees_nothing_of_what_is_for_professionals(home: Home) -> None:
    before = home.call("relative", "GET", "/tasks")[1]
    hidden = add(home, **CARE)
    home.call("gp", "POST", f"/tasks/{hidden}/taking")
    assert home.call("relative", "GET", "/tasks")[1] == before
    for method, rest in (("GET", ""), ("PATCH", ""), ("POST", "/taking"), ("POST", "/completion"), ("DELETE", "/taking")):
        assert home.call("relative", method, f"/tasks/{hidden}{rest}")[0] == 404
    assert home.said("relative", "POST", "/tasks", **CARE) == (403, "circles.not_allowed.audience")
    seen = add(home, **ALL)
    assert [str(record.pk) for _, record, _ in everything_of(home.inside("relative"))] == [seen]


def test_a_message_is_named_to_those_alone_who_read_it(home: Home) -> None:
    key = "0d3f9a52-7d4e-4a39-8f8f-0c1c6f2a9b11"
    path = f"/api/v1/circles/{home.circle}/posts"
    written = {"text": "Plus de compresses", "audience": "care_team", "urgency": "todo"}
    answer = home.client("nurse").post(path, written, content_type="application/json", headers={"idempotency-key": key})
    post = answer.json()["id"]
    add(home, **ALL, post=post)
    assert [item["post"] for item in home.call("gp", "GET", f"/tasks?post={post}")[1]["items"]] == [post]
    assert [item["post"] for item in home.call("relative", "GET", "/tasks")[1]["items"]] == [None]
    assert states(home, "relative", f"?post={post}") == states(home, "relative", "?posts=true") == []
    assert home.said("relative", "POST", "/tasks", **ALL, post=post) == (422, "tasks.unknown_post")


def test_what_is_said_of_it_changes_and_its_past_is_kept(home: Home) -> None:
    task = add(home, **CARE)
    assert home.said("pharmacist", "PATCH", f"/tasks/{task}", title="À moi") == (403, "circles.not_allowed.not_owner")
    item = home.call("coordinator", "PATCH", f"/tasks/{task}", title="Ordonnance", to=["gp"], due_at="2030-01-01T08:00:00Z")[1]
    assert (item["title"], item["to"], item["version"]) == ("Ordonnance", ["gp"], 2)
    assert home.said("nurse", "PATCH", f"/tasks/{task}", due_at="2020-01-01T08:00:00Z") == (422, "tasks.bad_due")
    assert home.said("nurse", "POST", "/tasks", **{**CARE, "title": "  "}) == (422, "tasks.no_title")
    item = home.call("nurse", "POST", f"/tasks/{task}/cancellation", reason="Fait par l’hôpital")[1]
    assert (item["state"], item["reason"]) == ("cancelled", "Fait par l’hôpital")
    item = home.call("nurse", "DELETE", f"/tasks/{task}/cancellation")[1]
    assert (item["state"], item["reason"]) == ("to_do", "")


def test_lists_by_state_mine_and_late(home: Home, at: Any) -> None:
    late = add(home, **{**CARE, "title": "Tôt"}, due_at=clock.rfc3339(clock.now().replace(year=clock.now().year + 1)))
    add(home, **{**CARE, "title": "Sans date"}, to=["gp"])
    home.call("gp", "POST", f"/tasks/{add(home, **{**CARE, 'title': 'Faite'})}/completion")
    assert states(home, "nurse") == [("Tôt", "to_do"), ("Sans date", "to_do"), ("Faite", "done")]
    assert states(home, "gp", "?mine=1") == [("Sans date", "to_do"), ("Faite", "done")]
    assert states(home, "gp", "?state=done") == [("Faite", "done")]
    assert states(home, "gp", "?late=1") == []
    Task.objects.filter(pk=late).update(due_at=clock.now())
    assert states(home, "gp", "?late=1") == [("Tôt", "to_do")]


def test_whoever_leaves_has_nothing_any_more(home: Home) -> None:
    tasks = [add(home, **CARE) for _ in range(2)]
    home.call("gp", "POST", f"/tasks/{tasks[0]}/taking")
    home.call("pharmacist", "POST", f"/tasks/{tasks[1]}/taking")
    end_membership(home.inside("coordinator"), member=UUID(home.seat("gp")))
    assert states(home, "nurse", "?state=taken") == [(CARE["title"], "taken")]
    Person.objects.filter(pk=home.people["pharmacist"]).update(is_active=False)
    assert free_lost_tasks() == 1
    assert free_lost_tasks() == 0
    assert states(home, "nurse", "?state=taken") == []


def test_in_a_frozen_circle_a_coordinator_alone_writes(home: Home) -> None:
    task = add(home, **CARE)
    Circle.objects.filter(pk=home.circle).update(state=CircleState.FROZEN)
    assert home.said("nurse", "POST", "/tasks", **CARE) == (403, "circles.circle_frozen")
    assert home.said("nurse", "POST", f"/tasks/{task}/taking") == (403, "circles.circle_frozen")
    assert home.call("coordinator", "POST", f"/tasks/{task}/completion")[0] == 200


def test_the_same_key_is_the_same_task(home: Home) -> None:
    member, key = enter(Person.objects.get(pk=home.people["nurse"]), home.circle), UUID("0d3f9a52-7d4e-4a39-8f8f-0c1c6f2a9b12")
    body = TaskBody(**CARE)
    first, new = services.add_task(member, key=key, body=body)
    again, newer = services.add_task(member, key=key, body=body)
    assert (first.pk, new, newer) == (again.pk, True, False)

"""A message in the wrong thread: withdrawn by its code, told to the care team, kept in the trail, with who had seen it."""
import json

import pytest

from journal.models import Post
from messaging.feed.models import FeedLine
from people.audit.queries import broken_chains
from tests.audit.world import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def read(world: World, who: str) -> None:
    """Somebody reads all there is."""
    head = world.call(who, "GET", f"circles/{world.circle}").json()["head"]
    assert world.call(who, "PUT", f"circles/{world.circle}/read", {"seq": head}).status_code == 200


@pytest.fixture
def misplaced(world: World) -> str:
    """A message of the nurse's for everybody, seen by two before it was withdrawn and passed by a third afterwards."""
    post = str(world.say("nurse", "Mme Lalanne a chuté.", "circle")["id"])
    for who in ("gp", "relative", "nurse"):
        read(world, who)
    answer = world.call("nurse", "POST", f"posts/{post}/retraction", {"reason_code": "wrong_thread"})
    assert answer.status_code == 200, answer.content
    assert answer.json()["retraction"]["reason_code"] == "wrong_thread"
    assert answer.json()["retraction"]["read_by"] == 2
    read(world, "pharmacist")
    return post


def test_only_those_who_had_read_it_before_are_listed(world: World, misplaced: str) -> None:
    told = world.call("nurse", "GET", f"posts/{misplaced}").json()
    assert {receipt["member"] for receipt in told["receipts"]} == {world.member(who) for who in ("gp", "relative", "nurse")}
    assert all(receipt["at"] <= told["retracted_at"] for receipt in told["receipts"])
    assert "Lalanne" not in json.dumps(told)


@pytest.mark.parametrize(("who", "told"), [("nurse", 2), ("coordinator", 2), ("gp", None), ("relative", None), ("patient", None)])
def test_how_many_had_read_it_is_for_its_author_and_coordinators(world: World, misplaced: str, who: str, told: int | None) -> None:
    page = world.call(who, "GET", f"circles/{world.circle}/posts").json()["items"][0]
    one = world.call(who, "GET", f"posts/{misplaced}").json()
    assert (page["retraction"].get("read_by"), one["retraction"].get("read_by")) == (told, told)


def test_a_message_that_nobody_had_read_says_so(world: World) -> None:
    post = world.say("nurse", "Oups.", "circle")["id"]
    answer = world.call("nurse", "POST", f"posts/{post}/retraction", {"reason": "double"}).json()
    assert answer["retraction"]["read_by"] == 0


def test_the_care_team_gets_an_incident_line_and_nobody_else(world: World, misplaced: str) -> None:
    line = FeedLine.objects.get(kind="incident.noted")
    assert (line.wider_sees, line.patient_sees, line.relatives_sees) == (False, False, False)
    kinds = {who: [item["kind"] for item in world.call(who, "GET", f"circles/{world.circle}/changes?after=0").json()["items"]]
             for who in ("coordinator", "relative")}  # fmt: skip
    assert kinds["coordinator"][-2:] == ["post.retracted", "incident.noted"]
    assert kinds["relative"][-1] == "post.retracted"
    items = world.call("coordinator", "GET", f"circles/{world.circle}/changes?after=0").json()["items"]
    assert items[-1]["incident"] == {"post": misplaced, "reason_code": "wrong_thread"}


def test_the_trail_keeps_it(world: World, misplaced: str) -> None:
    line = next(line for line in world.lines() if line.what == "incident.noted")
    assert (line.person, line.role, str(line.about)) == (world.person("nurse").pk, "nurse", misplaced)
    assert "Withdrew a message written in the wrong thread" in world.browser("gp").get(f"/circles/{world.circle}/accesses").content.decode()
    assert list(broken_chains()) == []


def test_a_plain_retraction_is_no_incident(world: World) -> None:
    post = world.say("nurse", "Double.", "circle")["id"]
    world.call("nurse", "POST", f"posts/{post}/retraction", {"reason": "double"})
    assert Post.objects.get(pk=post).retraction_code == ""
    assert not FeedLine.objects.filter(kind="incident.noted").exists()


@pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason_code": "because"}, {"reason_code": "", "reason": ""}])
def test_a_reason_or_its_code_is_needed(world: World, body: dict[str, str]) -> None:
    post = world.say("nurse", "Bonjour.", "circle")["id"]
    assert world.call("nurse", "POST", f"posts/{post}/retraction", body).status_code == 422
    assert Post.objects.get(pk=post).retracted_at is None

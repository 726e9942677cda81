"""What leaves a line: lists, changes, administrators' acts, strangers; with structure and device, for those who may see it."""
import re
import uuid

import pytest

from foundation import clock
from messaging.feed.enums import Kind
from people.accounts.appointments import appoint_administrator
from people.audit.models import STRANGER, TrailLine
from people.audit.queries import broken_chains
from people.audit.services import SITE_TRAIL, record_administration
from people.circles.attempts import write_attempts
from portal.queries.deeds import deed
from tests.audit.world import World

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.mark.parametrize("way", ["/", "/new", "/todo", "/portal/patients?page=1", "/api/v1/circles"])
def test_a_list_of_patients_leaves_one_line_a_session_and_hour_on_one_s_own_trail(world: World, way: str) -> None:
    for _ in range(3):
        assert world.browser("nurse").get(way).status_code == 200
    lines = world.lines("nurse")
    assert len({line.hour for line in lines}) == len(lines) >= 1
    assert {(line.what, line.person, line.device, str(line.structure)) for line in lines} == {
        ("patients.listed", world.person("nurse").pk, "Firefox · Android", world.ids["practice"])
    }


def test_a_search_of_people_leaves_another_line_without_its_words(world: World) -> None:
    world.call("nurse", "GET", "circles")
    world.call("nurse", "GET", "people?q=Castets")
    assert [line.what for line in world.lines("nurse")] == ["patients.listed", "people.searched"]


def test_each_change_of_members_and_state_leaves_a_line_with_who_and_whom(world: World) -> None:
    seat = world.member("pharmacist")
    assert world.call("coordinator", "DELETE", f"circles/{world.circle}/members/{seat}").status_code == 204
    admitted = world.admit("stranger", "nurse")
    world.call("gp", "PUT", f"circles/{world.circle}/state", {"state": "frozen", "reason": "litige"})
    changes = [line for line in world.lines() if "." in line.what and line.what != "circle.opened"]
    assert [(line.what, line.role, str(line.structure)) for line in changes] == [
        ("member.left", "coordinator", world.ids["desk"]), ("member.joined", "gp", world.ids["practice"]),
        ("circle.state_changed", "gp", world.ids["practice"]),
    ]  # fmt: skip
    assert [str(line.about) for line in changes[:2]] == [seat, admitted]
    assert {line.device for line in changes} == {"Firefox · Android"}
    assert "litige" not in str([vars(line) for line in world.lines()])
    assert list(broken_chains()) == []


def test_a_post_is_no_change_of_the_circle_and_leaves_no_line_but_the_opening(world: World) -> None:
    world.say("relative", "Bonjour.", "relatives")
    assert [line.what for line in world.lines() if line.role == "relative"] == []


def test_a_family_s_line_names_no_structure(world: World) -> None:
    world.call("relative", "GET", f"circles/{world.circle}")
    assert [(line.what, line.structure) for line in world.lines() if line.role == "relative"] == [("circle.opened", None)]


def test_the_contract_s_items_say_the_structure(world: World) -> None:
    world.call("nurse", "GET", f"circles/{world.circle}")
    world.call("relative", "GET", f"circles/{world.circle}")
    items = world.call("gp", "GET", f"circles/{world.circle}/accesses").json()["items"]
    told = {item["role"]: item.get("structure") for item in items}
    assert told["nurse"] == {"id": world.ids["practice"], "name": "Cabinet des Arènes"}
    assert told["relative"] is None


# Strangers ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["circles/{}", "circles/{}/posts", "circles/{}/accesses"])
def test_a_stranger_s_refusal_is_that_of_an_unknown_circle_byte_for_byte(world: World, path: str) -> None:
    write_attempts()  # what tests before have left
    there = world.call("stranger", "GET", path.format(world.circle))
    written = write_attempts()
    unknown = world.call("stranger", "GET", path.format(uuid.uuid4()))
    assert (there.status_code, there.content, sorted(there.headers.items())) == (
        unknown.status_code, unknown.content, sorted(unknown.headers.items()),
    )  # fmt: skip
    assert there.status_code == 404
    assert written == 1


def test_a_stranger_leaves_one_line_an_hour_and_an_unknown_circle_none(world: World) -> None:
    before = clock.now().isoformat()[:13]
    for _ in range(3):
        world.call("stranger", "GET", f"circles/{world.circle}")
        world.browser("stranger").get(f"/circles/{world.circle}/people")
        world.call("stranger", "GET", f"circles/{uuid.uuid4()}")
    write_attempts()
    lines = TrailLine.objects.filter(what=STRANGER)
    assert {(str(line.circle), line.person, line.right, line.device) for line in lines} == {
        (world.circle, world.person("stranger").pk, "none", "Firefox · Android")
    }
    assert lines.count() == (1 if before == clock.now().isoformat()[:13] else 2)


def test_those_who_read_the_whole_trail_see_the_stranger_and_the_stranger_never_does(world: World) -> None:
    world.call("stranger", "GET", f"circles/{world.circle}")
    write_attempts()
    path = f"circles/{world.circle}/accesses"
    seen = {who: STRANGER in world.call(who, "GET", path).content.decode() for who in ("gp", "patient", "coordinator", "nurse")}
    assert seen == {"gp": True, "patient": True, "coordinator": True, "nurse": False}
    world.admit("stranger", "nurse")
    assert STRANGER not in world.call("stranger", "GET", path).content.decode()
    assert "without a right" not in world.browser("stranger").get("/me/accesses").content.decode()


# One's own, over all circles ----------------------------------------------------------------------------------------------


def test_one_s_own_accesses_are_listed_over_all_circles_and_nobody_else_s(world: World) -> None:
    world.call("nurse", "GET", f"circles/{world.circle}")
    world.call("nurse", "GET", "people?q=")
    world.call("gp", "POST", f"circles/{world.circle}/search", {"q": "chute"})
    page = world.browser("nurse").get("/me/accesses").content.decode()
    assert "Opened the circle" in page
    assert "Searched for people" in page
    assert "DURAND Jeanne" in page
    assert "Searched in the thread" not in page


def test_a_circle_that_one_has_left_is_not_named_any_more(world: World) -> None:
    world.call("pharmacist", "GET", f"circles/{world.circle}")
    world.call("gp", "DELETE", f"circles/{world.circle}/members/{world.member('pharmacist')}")
    page = world.browser("pharmacist").get("/me/accesses").content.decode()
    assert "Opened the circle" in page
    assert "a circle that you no longer belong to" in page
    assert "DURAND" not in page


def test_own_accesses_come_in_pages_without_a_line_twice(world: World) -> None:
    for _ in range(60):
        world.call("nurse", "POST", f"circles/{world.circle}/search", {"q": "x"})
    first = world.browser("nurse").get("/me/accesses").content.decode()
    following = re.findall(r'href="(\?before=[0-9a-f-]{36})"', first)
    second = world.browser("nurse").get(f"/me/accesses{following[0]}").content.decode()
    assert (first.count("Searched in the thread"), second.count("Searched in the thread")) == (50, 10)


def test_an_administrator_s_act_stands_in_the_structure_s_trail_and_among_their_own(world: World) -> None:
    person, about = world.person("nurse"), uuid.uuid4()
    record_administration(person.pk, uuid.UUID(world.ids["practice"]), "person.corrected", about)
    record_administration(person.pk, None, "person.corrected")
    assert [(line.right, line.about) for line in world.lines("practice")] == [("administrator", about)]
    assert TrailLine.objects.filter(circle=SITE_TRAIL).count() == 1
    assert "Corrected their own name" in world.browser("nurse").get("/me/accesses").content.decode()


def test_what_administrators_do_is_chained_in_their_structure_s_trail(world: World) -> None:
    practice = uuid.UUID(world.ids["practice"])
    appoint_administrator(world.person("gp"), person=world.person("nurse"), structure=practice)
    line = world.lines("practice")[-1]
    assert (line.what, line.person, line.about) == ("administration.appointed", world.person("gp").pk, world.person("nurse").pk)
    assert list(broken_chains()) == []
    assert "named an administrator" in world.browser("gp").get("/me/accesses").content.decode()


# What is written in the thread and in the rooms around it keeps its own past; the trail says who opened, searched, took away.
WITHOUT_A_LINE = {"post", "alert", "media", "session", "account", "password", "key"}
WITHOUT_A_LINE |= {"task", "appointment", "summary", "measure", "plan", "sheet"}


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind.split(".")[0] not in WITHOUT_A_LINE])
def test_every_change_that_leaves_a_line_has_its_words(kind: Kind) -> None:
    assert deed(kind) != kind

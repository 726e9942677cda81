"""Who the caller is, whom they find, which circles they have, and opening a new one."""

import uuid

import pytest

from tests.contract.client import Answer
from tests.contract.world import Ring, World


def identity(**more: object) -> dict[str, object]:
    """Traits of somebody whom nobody has."""
    letters = "".join(chr(ord("a") + int(digit, 16)) for digit in uuid.uuid4().hex)
    return {"family_name": letters, "birth_name": letters, "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F", **more}


def opened(world: World, patient: dict[str, object], who: str = "nurse", **more: object) -> Answer:
    """Somebody opens a circle."""
    consent = {"given": True, "recorded_as": "oral"}
    return world.person(who).post("circles", patient=patient, **{"role": "nurse", "consent": consent, **more})


def test_me(world: World) -> None:
    me = world.person("nurse").get("me").body
    assert (me["id"], me["name"], me["profession"], me["confirmed"], me["structures"]) == (
        world.ids["nurse"],
        "Camille Nurse",
        "nurse",
        True,
        [],
    )


def test_one_finds_people_of_shared_circles_by_the_beginnings_of_names(world: World) -> None:
    found = world.person("nurse").get("people", q="pharm camille").body["items"]
    assert [person["id"] for person in found] == [world.ids["pharmacist"]]


def test_one_does_not_find_strangers(world: World) -> None:
    assert world.person("nurse").get("people", q="hermit").body["items"] == []


def test_people_come_in_pages(world: World) -> None:
    found, page = [], world.person("nurse").get("people", limit=4).body
    while True:
        found += [person["id"] for person in page["items"]]
        if page["next"] is None:
            break
        page = world.person("nurse").get("people", limit=4, after=page["next"]).body
    assert len(found) == len(set(found)) >= 13


def test_circles_come_newest_change_first(world: World) -> None:
    first, second = world.fresh(), world.fresh()
    for ring in (second, first):
        ring["nurse"].wrote(ring.id)
    assert [circle["id"] for circle in world.person("nurse").get("circles", limit=2).body["items"]] == [first.id, second.id]


def test_what_one_does_not_see_moves_no_circle_up(world: World) -> None:
    first, second = world.fresh(), world.fresh()
    for ring in (second, first):
        ring["nurse"].wrote(ring.id)
    second["nurse"].wrote(second.id, audience="care_team")
    assert world.person("relative").get("circles", limit=1).body["items"][0]["id"] == first.id
    assert world.person("nurse").get("circles", limit=1).body["items"][0]["id"] == second.id


def test_pages_of_circles_hold_each_once(world: World) -> None:
    found, page = [], world.person("specialist").get("circles", limit=17).body
    while True:
        found += [circle["id"] for circle in page["items"]]
        if page["next"] is None:
            break
        page = world.person("specialist").get("circles", limit=17, after=page["next"]).body
    assert len(found) == len(set(found))
    assert set(found) == {circle["id"] for circle in world.person("specialist").get("circles", limit=500).body["items"]}


@pytest.mark.parametrize(
    "after", ["x", "1.x", "-1.7d444840-9dc0-11d1-b245-5ffdce74fad2", "99999999999999999999.7d444840-9dc0-11d1-b245-5ffdce74fad2"]
)
def test_a_senseless_place_in_the_list_is_refused(world: World, after: str) -> None:
    assert world.person("nurse").get("circles", after=after).said == (422, "http.bad_cursor")


def test_a_circle_in_the_list_says_all(ring: Ring) -> None:
    ring["gp"].wrote(ring.id)
    mine = next(circle for circle in ring["nurse"].get("circles", limit=500).body["items"] if circle["id"] == ring.id)
    assert mine.keys() >= {"id", "patient", "role", "state", "head", "epoch", "read", "unread", "open_alerts"}
    assert mine["patient"].keys() >= {"id", "name", "birth_date", "sex"}
    assert (mine["role"], mine["state"], mine["unread"], mine["open_alerts"]) == ("nurse", "active", 1, 0)


def test_a_circle_says_who_is_in_it(ring: Ring) -> None:
    circle = ring["relative"].get(ring.path()).body
    assert circle.keys() >= {"patient", "state", "head", "epoch", "from", "members"}
    nurse = next(member for member in circle["members"] if member["role"] == "nurse")
    assert nurse.keys() >= {"id", "person", "role", "state", "since", "until", "reachable", "read"}
    assert (nurse["person"]["name"], nurse["person"]["profession"], nurse["state"], nurse["until"]) == (
        "Camille Nurse",
        "nurse",
        "active",
        None,
    )


# Opening ----------------------------------------------------------------------------------------------------------------------


def test_whoever_opens_a_circle_is_its_first_member(world: World) -> None:
    circle = opened(world, identity()).body["id"]
    members = world.person("nurse").get(f"circles/{circle}").body["members"]
    assert [(member["person"]["id"], member["role"]) for member in members] == [(world.ids["nurse"], "nurse")]


@pytest.mark.parametrize("who", ["relative", "social_worker", "secretary"])
def test_only_a_confirmed_care_professional_opens_one(world: World, who: str) -> None:
    assert opened(world, identity(), who).said == (403, "circles.not_allowed.unconfirmed")


@pytest.mark.parametrize("role", ["gp", "relative", "patient", "king"])
def test_one_opens_it_in_a_role_of_one_s_profession(world: World, role: str) -> None:
    assert opened(world, identity(), role=role).status == 422


def test_without_consent_there_is_no_circle(world: World) -> None:
    assert opened(world, identity(), consent={"given": False, "recorded_as": ""}).status == 422


def test_a_likely_double_is_told_and_nothing_more(world: World) -> None:
    known = identity()
    first = opened(world, known)
    accents = {**known, "family_name": str(known["family_name"]).upper(), "given_names": ["Jéanne"]}
    double = opened(world, accents, "stranger")
    assert (first.status, double.said) == (201, (409, "circles.likely_duplicate"))
    assert double.body.keys() <= {"type", "title", "status", "code", "detail"}
    assert first.body["id"] not in double.raw.decode()


def test_a_double_that_is_none_is_confirmed(world: World) -> None:
    known = identity()
    circles = [opened(world, known).body["id"], opened(world, known, "stranger", confirm_distinct=True).body["id"]]
    assert circles[0] != circles[1]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("birth_date", "2150-01-01"),
        ("birth_date", "1941-02-30"),
        ("birth_date", None),
        ("sex", "X"),
        ("given_names", []),
        ("given_names", "Jeanne"),
        ("family_name", "\u202e"),
        ("birth_name", "…"),
        ("birth_place_code", "4008"),
        ("ins", "1234"),
        ("ins", {"value": 7}),
        ("given_names", [7, None]),
        ("given_names", {"a": 1}),
        ("family_name", ["x"]),
        ("birth_date", {"y": 1}),
        ("sex", ["F"]),
    ],
)
def test_traits_are_checked(world: World, field: str, value: object) -> None:
    answer = opened(world, {**identity(), "family_name": "Etxeberri", "birth_name": "Etxeberri", field: value})
    assert answer.said == (422, "circles.bad_traits")


# The trail --------------------------------------------------------------------------------------------------------------------


def trail(ring: Ring, role: str) -> list[dict[str, object]]:
    """The accesses that a member is shown."""
    items: list[dict[str, object]] = ring[role].get(ring.path("/accesses"), limit=500).body["items"]
    return items


def test_opening_searching_and_refusals_leave_a_line(ring: Ring) -> None:
    ring["relative"].get(ring.path())
    ring["relative"].post(ring.path("/search"), q="chute")
    ring["relative"].put(ring.path("/state"), state="closed", reason="x")
    mine = [line for line in trail(ring, "gp") if line["role"] == "relative"]
    assert [str(line["what"]).partition(":")[0] for line in reversed(mine)] == ["circle.opened", "search", "refused"]
    assert mine[0].keys() >= {"id", "at", "person", "role", "what", "right"}
    assert "chute" not in str(trail(ring, "gp"))


def test_an_opening_is_noted_once_a_session_and_hour(ring: Ring) -> None:
    for _ in range(3):
        ring["relative"].get(ring.path())
        ring["relative"].get(ring.path("/posts"))
    assert sum(line["role"] == "relative" for line in trail(ring, "patient")) <= 2  # an hour may end in between


@pytest.mark.parametrize(
    ("role", "whole"), [("patient", True), ("coordinator", True), ("gp", True), ("nurse", False), ("relative", False), ("secretary", False)]
)
def test_who_reads_the_whole_trail(ring: Ring, role: str, whole: bool) -> None:
    ring["pharmacist"].get(ring.path())
    ring[role].get(ring.path())
    assert ({line["role"] for line in trail(ring, role)} == {role}) != whole


def test_the_trail_comes_in_pages(ring: Ring) -> None:
    for _ in range(5):
        ring["gp"].post(ring.path("/search"), q="x")
    first = ring["gp"].get(ring.path("/accesses"), limit=3).body
    rest = ring["gp"].get(ring.path("/accesses"), limit=500, before=first["next"]).body
    ids = [line["id"] for line in first["items"] + rest["items"]]
    assert len(ids) == len(set(ids)) == 6
    assert rest["next"] is None


def test_one_s_own_accesses_tell_nothing_of_how_many_others_there_are(ring: Ring) -> None:
    for _ in range(3):
        ring["gp"].post(ring.path("/search"), q="x")
    line = trail(ring, "relative")[0]
    assert uuid.UUID(str(line["id"]))

"""Admitting and ending, after the table of acts; and what somebody admitted from now on has of the past."""

import datetime as dt
import uuid

import pytest

from tests.contract.cast import ROLES
from tests.contract.client import Answer, together
from tests.contract.world import Ring

STEERING = {"coordinator", "gp", "nurse"}
FAMILY = {"relative", "trusted_person"}


def admit(ring: Ring, by: str, role: str, who: str = "newcomer_0", **more: object) -> Answer:
    """Somebody lets somebody in."""
    body = {"person": ring.world.ids.get(who, who), "role": role, "history": "all", **more}
    return ring[by].post(ring.path("/members"), **body)


def may_admit(by: str, role: str) -> bool:
    """The table's row."""
    return by in STEERING or (by in {"patient", "trusted_person"} and role in FAMILY)


@pytest.mark.parametrize("by", ROLES)
def test_who_admits_whom(ring: Ring, by: str) -> None:
    for role, who in (("relative", "newcomer_0"), ("secretary", "newcomer_1"), ("hospital_staff", "newcomer_2")):
        assert admit(ring, by, role, who).status == (201 if may_admit(by, role) else 403), role


@pytest.mark.parametrize("by", ROLES)
def test_who_ends_whom(ring: Ring, by: str) -> None:
    for role in ("home_help", "trusted_person", "pharmacist", "patient"):
        if role == by:
            continue
        may = by in STEERING or by == "patient" or (by == "trusted_person" and role in FAMILY)
        assert ring[by].delete(ring.path(f"/members/{ring.seats[role]}")).status == (204 if may else 403), role


@pytest.mark.parametrize("role", ROLES)
def test_everyone_ends_their_own(ring: Ring, role: str) -> None:
    assert ring[role].delete(ring.path(f"/members/{ring.seats[role]}")).status == 204
    assert ring[role].get(ring.path()).status == 404


def test_the_last_of_the_care_team_cannot_leave(ring: Ring) -> None:
    care = ("gp", "specialist", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff")
    for role in care:
        ring.end(role, by="nurse")
    answer = ring["nurse"].delete(ring.path(f"/members/{ring.seats['nurse']}"))
    assert answer.said == (403, "circles.not_allowed.last_care_member")


def test_the_last_two_of_the_care_team_do_not_both_leave_at_once(ring: Ring) -> None:
    for role in ("gp", "specialist", "pharmacist", "physiotherapist", "other_health", "hospital_staff"):
        ring.end(role, by="nurse")
    leave = [lambda who=who: ring[who].delete(ring.path(f"/members/{ring.seats[who]}")).status for who in ("nurse", "coordinator")]
    assert sorted(together(*leave)) == [204, 403]


def test_an_end_may_have_its_reason(ring: Ring) -> None:
    answer = ring["nurse"].call("DELETE", ring.path(f"/members/{ring.seats['secretary']}"), json={"reason": "n'est plus là"})
    assert answer.status == 204
    ended = next(member for member in ring["nurse"].get(ring.path()).body["members"] if member["role"] == "secretary")
    assert (ended["state"], ended["until"] is None) == ("ended", False)


def test_who_is_inside_is_not_admitted_again(ring: Ring) -> None:
    assert admit(ring, "nurse", "relative", "gp").said == (409, "circles.already_member")
    ring.end("patient")
    ring.admit("newcomer_0", "patient")
    assert admit(ring, "nurse", "patient", "newcomer_1").said == (409, "circles.has_patient")


def test_a_new_member_is_answered_whole(ring: Ring) -> None:
    until = (dt.datetime.now(dt.UTC) + dt.timedelta(days=3)).isoformat()
    member = admit(ring, "gp", "nurse", until=until).body
    assert member.keys() >= {"id", "person", "role", "state", "since", "until"}
    assert (member["person"]["id"], member["role"], member["state"]) == (ring.world.ids["newcomer_0"], "nurse", "active")


@pytest.mark.parametrize("role", ["gp", "specialist", "pharmacist", "physiotherapist", "other_health", "social_worker"])
def test_a_care_role_needs_its_profession(shared: Ring, role: str) -> None:
    who = "stranger" if role != "other_health" else "stranger_daughter"
    assert admit(shared, "nurse", role, who).said == (422, "circles.role_unfit")


@pytest.mark.parametrize("role", ["coordinator", "hospital_staff", "home_help", "secretary", "relative", "trusted_person"])
def test_other_roles_fit_anyone(ring: Ring, role: str) -> None:
    assert admit(ring, "nurse", role, "stranger_daughter").status == 201


@pytest.mark.parametrize(
    "body",
    [
        {"person": str(uuid.uuid4())},
        {"person": "7"},
        {"person": None},
        {"role": "king"},
        {"history": "some"},
        {"until": "2020-01-01T00:00:00Z"},
        {"until": "soon"},
        {"until": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_what_is_wrong_with_an_admission(shared: Ring, body: dict[str, object]) -> None:
    whole = {"person": shared.world.ids["newcomer_0"], "role": "nurse", "history": "all", **body}
    assert shared["nurse"].post(shared.path("/members"), **whole).status == 422


def test_a_term_at_the_end_of_time_is_answered(ring: Ring) -> None:
    assert admit(ring, "nurse", "nurse", until="9999-12-31T23:59:59-14:00").status in {201, 422}


def test_joining_and_leaving_are_changes_for_everybody(ring: Ring) -> None:
    heads = {role: ring.head(role) for role in ("gp", "home_help", "patient", "relative")}
    ring.admit("newcomer_0", "nurse")
    ring.end("newcomer_0")
    for role, head in heads.items():
        items = ring[role].changes(ring.id, head)["items"]
        assert [(item["kind"], item["member"]["id"]) for item in items] == [
            ("member.joined", ring.seats["newcomer_0"]),
            ("member.left", ring.seats["newcomer_0"]),
        ], role


def test_coming_back_is_a_new_seat_and_a_new_epoch(ring: Ring) -> None:
    before, seat = ring["secretary"].get(ring.path()).body["epoch"], ring.seats["secretary"]
    ring.end("secretary")
    ring.admit("secretary", "secretary")
    assert ring.seats["secretary"] != seat
    assert ring["secretary"].get(ring.path()).body["epoch"] != before
    assert ring["secretary"].get(ring.path("/changes"), after=1, epoch=before).said == (409, "feed.reset")


# From now ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def later(ring: Ring) -> Ring:
    """A circle with a past, into which a nurse was let from now on."""
    ring.past = [ring["nurse"].wrote(ring.id, f"jadis {n}", urgency="urgent") for n in range(2)]  # type: ignore[attr-defined]
    ring.admit("newcomer_0", "nurse", history="from_now")
    return ring


def test_from_is_the_number_of_one_s_own_joining(later: Ring) -> None:
    newcomer = later.world.person("newcomer_0")
    circle, changes = newcomer.get(later.path()).body, newcomer.changes(later.id)
    assert (circle["from"], changes["after"]) == (changes["items"][0]["seq"], changes["items"][0]["seq"] - 1)
    assert (changes["items"][0]["kind"], changes["items"][0]["member"]["id"]) == ("member.joined", later.seats["newcomer_0"])
    assert later["nurse"].get(later.path()).body["from"] == 1


def test_posts_of_before_do_not_exist_for_who_came_later(later: Ring) -> None:
    newcomer = later.world.person("newcomer_0")
    post = later.past[0]["id"]  # type: ignore[attr-defined]
    assert newcomer.get(f"posts/{post}").status == 404
    assert newcomer.post(f"posts/{post}/acknowledgement").status == 404
    assert newcomer.get(later.path("/posts")).body["items"] == []
    assert newcomer.post(later.path("/search"), q="jadis").body["items"] == []
    mine = next(circle for circle in newcomer.get("circles", limit=500).body["items"] if circle["id"] == later.id)
    assert (mine["unread"], mine["open_alerts"]) == (0, 0)


def test_a_later_change_of_an_earlier_post_is_void(later: Ring) -> None:
    newcomer, post = later.world.person("newcomer_0"), later.past[0]["id"]  # type: ignore[attr-defined]
    later["nurse"].post(f"posts/{post}/corrections", text="naguère", reason="x")
    later["gp"].post(f"posts/{post}/acknowledgement")
    items = newcomer.changes(later.id)["items"][1:]
    assert [item["kind"] for item in items] == ["void", "void"]
    assert all(set(item) == {"seq", "kind", "at"} for item in items)


def test_a_quote_of_an_earlier_post_is_null(later: Ring) -> None:
    post = later.past[0]["id"]  # type: ignore[attr-defined]
    reply = later["gp"].wrote(later.id, "noté", reply_to=post)
    assert reply["reply_to"]["id"] == post
    assert later.world.person("newcomer_0").get(f"posts/{reply['id']}").body["reply_to"] is None


def test_numbers_of_who_came_later_are_those_of_the_standing(later: Ring) -> None:
    post = later["nurse"].wrote(later.id)
    assert later.world.person("newcomer_0").get(f"posts/{post['id']}").body["seq"] == post["seq"]


def test_a_socket_begins_at_from(later: Ring) -> None:
    newcomer = later.world.person("newcomer_0")
    with newcomer.wire() as wire:
        answer = wire.watch(later.id, after=0)
        joined = wire.item(later.id, "member.joined")
        later["nurse"].wrote(later.id, "maintenant")
        wire.item(later.id, "post.written", "maintenant")
    assert joined["seq"] == answer["from"]
    assert min(item["seq"] for item in wire.items(later.id)) == answer["from"]
    assert "jadis" not in "".join(wire.texts)


# States -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_who_sets_the_state(ring: Ring, role: str) -> None:
    answer = ring[role].put(ring.path("/state"), state="frozen", reason="essai")
    assert answer.status == (200 if role in STEERING else 403)


@pytest.mark.parametrize("body", [{"state": "sleeping", "reason": "x"}, {"state": "frozen"}, {"reason": "x"}])
def test_a_state_is_one_of_four_with_a_reason(shared: Ring, body: dict[str, str]) -> None:
    assert shared["gp"].put(shared.path("/state"), **body).status == 422


@pytest.mark.parametrize(("state", "writers"), [("frozen", {"coordinator"}), ("closed", set()), ("deceased", set())])
def test_who_writes_in_which_state(ring: Ring, state: str, writers: set[str]) -> None:
    posts = {role: ring[role].wrote(ring.id, urgency="urgent")["id"] for role in ("coordinator", "nurse", "relative")}
    ring.turn(state)
    for role, post in posts.items():
        expected = {True: {200, 201}, False: {403}}[role in writers]
        assert ring[role].write(ring.id).status in expected, role
        assert ring[role].post(f"posts/{post}/corrections", text="x", reason="x").status in expected, role
        assert ring[role].post(f"posts/{post}/retraction", reason="x").status in expected, role


@pytest.mark.parametrize("state", ["frozen", "closed", "deceased"])
def test_what_goes_on_in_every_state(ring: Ring, state: str) -> None:
    post = ring["nurse"].wrote(ring.id, "encore là", urgency="urgent")["id"]
    ring.turn(state)
    assert ring["gp"].post(f"posts/{post}/acknowledgement").status == 403
    assert ring["gp"].put(ring.path("/read"), seq=1).status == 200
    assert ring["gp"].post(ring.path("/search"), q="encore").body["items"]
    assert admit(ring, "nurse", "relative").status == 403
    assert ring["relative"].delete(ring.path(f"/members/{ring.seats['relative']}")).status == 204
    assert ring["coordinator"].put(ring.path("/state"), state="active", reason="x").status == 200


def test_a_change_of_state_is_told_once(ring: Ring) -> None:
    head = ring.head("relative")
    for _ in range(2):
        ring.turn("frozen")
    items = ring["relative"].changes(ring.id, head)["items"]
    assert [(item["kind"], item["state"]) for item in items] == [("circle.state_changed", "frozen")]

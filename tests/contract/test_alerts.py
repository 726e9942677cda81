"""Urgent and to-do posts: exactly one owner, who can hand it back and close it."""

import pytest

from tests.contract.cast import READS, ROLES, STANDING, TAKERS
from tests.contract.client import Answer, together
from tests.contract.world import Ring


def urgent(ring: Ring, audience: str = "circle", urgency: str = "urgent") -> str:
    """An urgent post of the nurse's."""
    return str(ring["nurse"].wrote(ring.id, "Chute", audience, urgency=urgency)["id"])


def take(ring: Ring, who: str, post: str) -> Answer:
    """Somebody says: I have this."""
    return ring[who].post(f"posts/{post}/acknowledgement")


def steps(ring: Ring, post: str) -> list[str]:
    """What has happened to it."""
    return [step["step"] for step in ring["gp"].get(f"posts/{post}").body["alert"]["steps"]]


@pytest.mark.parametrize("role", ROLES)
def test_who_may_take_what_everybody_reads(shared: Ring, role: str) -> None:
    assert take(shared, role, urgent(shared)).status == (200 if role in TAKERS else 403)


@pytest.mark.parametrize("role", ["social_worker", "home_help", "secretary", "patient", "relative"])
@pytest.mark.parametrize("audience", ["care_team", "wider_team", "patient", "relatives"])
def test_nobody_takes_what_they_do_not_read(shared: Ring, role: str, audience: str) -> None:
    reads = audience in READS[STANDING[role]]
    assert take(shared, role, urgent(shared, audience)).status == ((200 if role in TAKERS else 403) if reads else 404)


def test_of_many_takers_one_owns_it_and_the_others_hear_who(ring: Ring) -> None:
    post, takers = urgent(ring), ("gp", "pharmacist", "coordinator", "specialist", "home_help")
    answers = dict(zip(takers, together(*[lambda who=who: take(ring, who, post) for who in takers]), strict=True))
    owner = next(who for who, answer in answers.items() if answer.status == 200)
    for who in set(takers) - {owner}:
        assert answers[who].said == (409, "journal.taken")
        assert answers[who].body["owner"] == {
            "member": ring.seats[owner],
            "name": ring["gp"].get(f"posts/{post}").body["alert"]["owner"]["name"],
        }


def test_the_owner_may_say_it_again(ring: Ring) -> None:
    post = urgent(ring, urgency="todo")
    first, head = take(ring, "gp", post), ring.head("gp")
    again = take(ring, "gp", post)
    assert (first.status, again.status, ring.head("gp")) == (200, 200, head)
    assert again.body["alert"]["owner"]["member"] == ring.seats["gp"]


def test_a_note_has_no_owner_to_give(shared: Ring) -> None:
    assert take(shared, "gp", shared["nurse"].wrote(shared.id)["id"]).status == 409


def test_a_closed_one_is_taken_by_nobody_else(ring: Ring) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    ring["gp"].post(f"posts/{post}/completion")
    assert take(ring, "pharmacist", post).status == 409
    assert take(ring, "gp", post).status == 200


@pytest.mark.parametrize(("who", "status"), [("gp", 200), ("coordinator", 200), ("pharmacist", 403), ("home_help", 403), ("relative", 403)])
def test_the_owner_or_a_coordinator_hands_it_back(ring: Ring, who: str, status: int) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    answer = ring[who].call("DELETE", f"posts/{post}/acknowledgement", json={"reason": "en visite"})
    assert answer.status == status
    if status == 200:
        assert (answer.body["alert"]["state"], answer.body["alert"]["owner"]) == ("open", None)


def test_handing_back_needs_no_reason(ring: Ring) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    assert ring["gp"].delete(f"posts/{post}/acknowledgement").status == 200
    assert [step for step in steps(ring, post) if step in {"taken", "reopened"}] == ["taken", "reopened"]  # and it climbs again by itself


def test_what_nobody_has_is_not_handed_back(ring: Ring) -> None:
    assert ring["coordinator"].delete(f"posts/{urgent(ring)}/acknowledgement").status == 409


@pytest.mark.parametrize(("who", "status"), [("gp", 200), ("coordinator", 403), ("pharmacist", 403), ("secretary", 403), ("patient", 403)])
def test_the_owner_closes_it(ring: Ring, who: str, status: int) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    answer = ring[who].post(f"posts/{post}/completion")
    assert answer.status == status
    assert ring["nurse"].get(f"posts/{post}").body["alert"]["state"] == ("done" if status == 200 else "taken")


def test_each_step_is_a_change_that_bears_the_post_as_it_is_now(ring: Ring) -> None:
    post, head = urgent(ring), ring.head("relative")
    take(ring, "gp", post)
    ring["gp"].delete(f"posts/{post}/acknowledgement")
    take(ring, "nurse", post)
    ring["nurse"].post(f"posts/{post}/completion")
    items = ring["relative"].changes(ring.id, head)["items"]
    assert [item["kind"] for item in items] == ["alert.taken", "alert.reopened", "alert.taken", "alert.done"]
    assert {item["post"]["alert"]["state"] for item in items} == {"done"}


def test_a_member_s_end_opens_again_what_they_have(ring: Ring) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    ring.end("gp")
    alert = ring["nurse"].get(f"posts/{post}").body["alert"]
    assert (alert["state"], alert["owner"], alert["steps"][-1]["step"]) == ("open", None, "reopened")


def test_the_end_of_a_membership_tells_the_reopening_first(ring: Ring) -> None:
    post = urgent(ring)
    take(ring, "gp", post)
    head = ring.head("nurse")
    ring.end("gp")
    assert [item["kind"] for item in ring["nurse"].changes(ring.id, head)["items"]] == ["alert.reopened", "member.left"]


def test_taking_and_ending_at_once_leave_no_owner_who_is_gone(ring: Ring) -> None:
    posts = [urgent(ring) for _ in range(5)]
    together(lambda: ring.end("gp"), *[lambda post=post: take(ring, "gp", post) for post in posts])
    states = {ring["nurse"].get(f"posts/{post}").body["alert"]["state"] for post in posts}
    assert states == {"open"}


def test_open_alerts_counts_the_urgent_ones_that_wait(ring: Ring) -> None:
    taken, _open, _hidden, _todo = urgent(ring), urgent(ring), urgent(ring, "care_team"), urgent(ring, urgency="todo")
    take(ring, "gp", taken)
    counts = {
        role: next(circle for circle in ring[role].get("circles", limit=500).body["items"] if circle["id"] == ring.id)["open_alerts"]
        for role in ("nurse", "relative")
    }
    assert counts == {"nurse": 2, "relative": 1}

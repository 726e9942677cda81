"""Read marks: never back, translated for every standing, counted, and told."""

import pytest

from tests.contract.world import Ring


def read(ring: Ring, role: str, seq: int | None = None) -> dict[str, int]:
    """A member has read up to a number, or everything."""
    answer = ring[role].put(ring.path("/read"), seq=ring.head(role) if seq is None else seq)
    assert answer.status == 200, answer.raw
    told: dict[str, int] = answer.body
    return told


def mark_of(ring: Ring, role: str, told_to: str) -> int:
    """A member's mark, in the numbers of another."""
    members = ring[told_to].get(ring.path()).body["members"]
    return int(next(member["read"] for member in members if member["role"] == role))


def listed(ring: Ring, role: str) -> dict[str, int]:
    """The circle in the member's list."""
    found: dict[str, int] = next(circle for circle in ring[role].get("circles", limit=500).body["items"] if circle["id"] == ring.id)
    return found


def test_a_mark_never_moves_back(ring: Ring) -> None:
    posts = [ring["nurse"].wrote(ring.id)["seq"] for _ in range(3)]
    assert read(ring, "gp", posts[1]) == {"read": posts[1], "unread": 1}
    assert read(ring, "gp", posts[0]) == {"read": posts[1], "unread": 1}
    assert read(ring, "gp", posts[2]) == {"read": posts[2], "unread": 0}


def test_nobody_has_read_what_is_not_there(ring: Ring) -> None:
    assert ring["gp"].put(ring.path("/read"), seq=ring.head("gp") + 1).status == 422


@pytest.mark.parametrize("seq", [-1, 1.5, None, "x", 2**53, True, [], {}])
def test_a_mark_is_a_whole_number(shared: Ring, seq: object) -> None:
    assert shared["gp"].put(shared.path("/read"), seq=seq).said == (422, "feed.bad_cursor")


def test_posting_moves_no_mark(ring: Ring) -> None:
    ring["gp"].wrote(ring.id)
    assert listed(ring, "gp")["read"] == 0


def test_unread_are_the_posts_of_others_that_one_sees(ring: Ring) -> None:
    ring["gp"].wrote(ring.id)
    for audience in ("circle", "care_team", "relatives"):
        ring["nurse"].wrote(ring.id, audience=audience)
    gone = ring["nurse"].wrote(ring.id)
    ring["nurse"].post(f"posts/{gone['id']}/retraction", reason="x")
    assert {role: listed(ring, role)["unread"] for role in ("gp", "nurse", "relative", "patient")} == {
        "gp": 3,
        "nurse": 1,
        "relative": 3,
        "patient": 2,
    }


def test_a_mark_is_told_in_the_reader_s_own_numbers(ring: Ring) -> None:
    ring["nurse"].wrote(ring.id, audience="care_team")
    shared_post = ring["nurse"].wrote(ring.id)
    for role in ("gp", "relative"):
        read(ring, role)
    relative_seq = ring["relative"].get(f"posts/{shared_post['id']}").body["seq"]
    assert mark_of(ring, "gp", "relative") == relative_seq
    assert mark_of(ring, "relative", "gp") == shared_post["seq"]


def test_a_mark_on_what_others_do_not_see_is_not_told_them(ring: Ring) -> None:
    ring["nurse"].wrote(ring.id)
    read(ring, "gp")
    before = mark_of(ring, "gp", "relative")
    ring["nurse"].wrote(ring.id, audience="care_team")
    read(ring, "gp")
    assert mark_of(ring, "gp", "relative") == before


def test_marks_go_to_those_who_watch(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id)
    with ring["gp"].wire(ring.id) as wire:
        read(ring, "relative")
        told = wire.event("receipts", circle=ring.id)["receipts"]
    assert [(one["member"], one["seq"]) for one in told] == [(ring.seats["relative"], post["seq"])]


def test_marks_on_hidden_lines_are_told_to_nobody_below(ring: Ring) -> None:
    ring["nurse"].wrote(ring.id)
    read(ring, "gp")
    with ring["relative"].wire(ring.id) as family, ring["nurse"].wire(ring.id) as care:
        ring["nurse"].wrote(ring.id, audience="care_team")
        read(ring, "gp")
        care.event("receipts", circle=ring.id)
        family.settle()
        assert family.events("receipts") == []


def test_the_time_of_a_receipt_is_when_the_shared_line_was_passed(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id)
    read(ring, "gp")
    first = ring["relative"].get(f"posts/{post['id']}").body["receipts"]
    ring["nurse"].wrote(ring.id, audience="care_team")
    read(ring, "gp")
    assert ring["relative"].get(f"posts/{post['id']}").body["receipts"] == first != []


def test_receipts_name_only_those_whose_standing_reads_it(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, audience="relatives")
    for role in ("gp", "relative", "patient", "home_help"):
        ring["nurse"].wrote(ring.id)
        read(ring, role)
    named = {one["member"] for one in ring["nurse"].get(f"posts/{post['id']}").body["receipts"]}
    assert named == {ring.seats["gp"], ring.seats["relative"]}


def test_who_came_later_has_not_read_what_was_before(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id)
    ring.admit("newcomer_0", "nurse", history="from_now")
    ring["nurse"].wrote(ring.id)
    newcomer = ring.world.person("newcomer_0")
    newcomer.put(ring.path("/read"), seq=newcomer.get(ring.path()).body["head"])
    assert ring["nurse"].get(f"posts/{post['id']}").body["receipts"] == []


def test_marks_are_moved_in_a_closed_circle_too(ring: Ring) -> None:
    ring["nurse"].wrote(ring.id)
    ring.turn("closed")
    assert read(ring, "gp")["unread"] == 0

"""Corrections keep every version; a retraction takes the words out of every answer."""

import json
import uuid

import pytest

from tests.contract.world import Ring

WORDS = "hortensia bleu du perron"


def everything(ring: Ring, role: str, post: str) -> str:
    """All that a member can ask about a circle's posts."""
    asked = [
        ring[role].get(f"posts/{post}"),
        ring[role].get(ring.path("/posts"), limit=500),
        ring[role].get(ring.path("/changes"), after=0, limit=500),
        ring[role].post(ring.path("/search"), q="hortensia"),
        ring[role].post(ring.path("/search"), q=""),
    ]
    return json.dumps([answer.body for answer in asked], ensure_ascii=False)


def test_a_correction_shows_and_keeps_what_stood_before(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "Tension 14/8")
    corrected = ring["nurse"].post(f"posts/{post['id']}/corrections", text="Tension 15/8", reason="relue")
    assert (corrected.status, corrected.body["text"], corrected.body["corrected_at"] is None) == (200, "Tension 15/8", False)
    versions = ring["relative"].get(f"posts/{post['id']}").body["versions"]
    assert [version["text"] for version in versions] == ["Tension 14/8", "Tension 15/8"]


def test_every_correction_is_kept(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "1")
    for text in "234":
        ring["nurse"].post(f"posts/{post['id']}/corrections", text=text, reason="encore")
    assert [version["text"] for version in ring["gp"].get(f"posts/{post['id']}").body["versions"]] == ["1", "2", "3", "4"]


def test_a_correction_is_a_change_of_its_audience_only(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, audience="patient")
    heads = {role: ring.head(role) for role in ("gp", "patient", "relative", "home_help")}
    ring["nurse"].post(f"posts/{post['id']}/corrections", text="autre", reason="x")
    moved = {role for role, head in heads.items() if ring.head(role) == head + 1}
    assert moved == {"gp", "patient"}
    assert ring["patient"].changes(ring.id, heads["patient"])["items"][0]["kind"] == "post.corrected"


@pytest.mark.parametrize(
    ("body", "code"), [({"text": " "}, "journal.empty_post"), ({"text": "a" * 16_001}, "journal.too_long"), ({}, "http.invalid")]
)
def test_a_correction_is_a_text_with_a_reason(shared: Ring, body: dict[str, str], code: str) -> None:
    post = shared["nurse"].wrote(shared.id)
    assert shared["nurse"].post(f"posts/{post['id']}/corrections", **{"reason": "x", **body}).said == (422, code)


@pytest.mark.parametrize("who", ["gp", "coordinator", "relative"])
def test_only_the_author_corrects(shared: Ring, who: str) -> None:
    post = shared["nurse"].wrote(shared.id)
    assert shared[who].post(f"posts/{post['id']}/corrections", text="autre", reason="x").status == 403


@pytest.mark.parametrize(("who", "status"), [("nurse", 200), ("coordinator", 200), ("gp", 403), ("patient", 403)])
def test_the_author_or_a_coordinator_retracts(shared: Ring, who: str, status: int) -> None:
    post = shared["nurse"].wrote(shared.id)
    assert shared[who].post(f"posts/{post['id']}/retraction", reason="erreur").status == status


def test_a_retraction_needs_its_reason(shared: Ring) -> None:
    post = shared["nurse"].wrote(shared.id)
    assert shared["nurse"].post(f"posts/{post['id']}/retraction").said == (422, "http.invalid")


def test_retracted_words_are_in_no_answer(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, f"Un {WORDS}")
    ring["nurse"].post(f"posts/{post['id']}/corrections", text=f"Deux {WORDS}", reason="x")
    ring["gp"].wrote(ring.id, "noté", reply_to=post["id"])
    answer = ring["nurse"].post(f"posts/{post['id']}/retraction", reason="mauvais dossier")
    assert (answer.status, answer.body["text"], answer.body["media"], answer.body["retracted_at"] is None) == (200, "", [], False)
    for role in ("nurse", "gp", "relative"):
        assert "hortensia" not in everything(ring, role, post["id"]), role


def test_a_retracted_post_stays_in_its_place(ring: Ring) -> None:
    first, second = ring["nurse"].wrote(ring.id, "un"), ring["nurse"].wrote(ring.id, "deux")
    ring["nurse"].post(f"posts/{first['id']}/retraction", reason="x")
    assert [post["id"] for post in ring["gp"].seen(ring.id)] == [first["id"], second["id"]]
    full = ring["gp"].get(f"posts/{first['id']}").body
    assert (full["versions"], full["seq"]) == ([], first["seq"])


def test_the_quote_of_a_retracted_post_is_empty(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, WORDS)
    reply = ring["gp"].wrote(ring.id, "noté", reply_to=post["id"])
    ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x")
    quoted = ring["gp"].get(f"posts/{reply['id']}").body["reply_to"]
    assert (quoted["id"], quoted["excerpt"]) == (post["id"], "")


def test_a_retraction_is_one_change_and_ends_the_alert(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "chute", urgency="urgent")
    ring["gp"].post(f"posts/{post['id']}/acknowledgement")
    head = ring.head("gp")
    done = ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x").body["alert"]
    assert (done["state"], done["steps"][-1]["step"]) == ("done", "withdrawn")
    assert [item["kind"] for item in ring["gp"].changes(ring.id, head)["items"]] == ["post.retracted"]


def test_an_urgent_post_withdrawn_is_no_longer_counted(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "chute", urgency="urgent")
    ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x")
    mine = next(circle for circle in ring["gp"].get("circles", limit=500).body["items"] if circle["id"] == ring.id)
    assert (mine["open_alerts"], mine["unread"]) == (0, 0)


def test_retracting_twice_changes_nothing_more(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id)
    heads = [ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x").status and ring.head("nurse") for _ in range(2)]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("act", ["corrections", "acknowledgement"])
def test_nothing_is_done_to_a_retracted_post(ring: Ring, act: str) -> None:
    post = ring["nurse"].wrote(ring.id, urgency="urgent")
    ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x")
    answer = ring["nurse"].post(f"posts/{post['id']}/{act}", text="autre", reason="x")
    assert answer.status == 409
    assert act == "acknowledgement" or answer.said[1] == "journal.retracted"


def test_the_key_of_a_retracted_post_gives_no_words(ring: Ring) -> None:
    key = str(uuid.uuid4())
    post = ring["nurse"].wrote(ring.id, WORDS, key=key)
    ring["nurse"].post(f"posts/{post['id']}/retraction", reason="x")
    again = ring["nurse"].write(ring.id, WORDS, key=key)
    assert (again.status, again.body["text"]) == (200, "")

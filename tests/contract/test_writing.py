"""Posts: what one holds, for whom, answered once however often it is sent."""

import datetime as dt
import uuid

import pytest

from tests.contract.cast import AUDIENCES, READS, ROLES, STANDING
from tests.contract.client import together
from tests.contract.world import Ring


def ago(**span: float) -> str:
    """A moment before now, as the contract writes times."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(**span)).isoformat()


def test_a_post_is_answered_whole(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "Vu ce matin.", "care_team")
    assert post.keys() >= {
        "id",
        "seq",
        "circle",
        "author",
        "kind",
        "text",
        "media",
        "audience",
        "urgency",
        "to",
        "reply_to",
        "written_at",
        "received_at",
        "corrected_at",
        "retracted_at",
    }
    assert (post["circle"], post["kind"], post["text"], post["author"]["member"]) == (ring.id, "note", "Vu ce matin.", ring.seats["nurse"])


def test_a_note_has_no_alert_and_an_urgent_one_an_open_one(shared: Ring) -> None:
    assert "alert" not in shared["nurse"].wrote(shared.id)
    for urgency in ("todo", "urgent"):
        alert = shared["nurse"].wrote(shared.id, urgency=urgency)["alert"]
        assert (alert["state"], alert["owner"]) == ("open", None)


@pytest.mark.parametrize("role", ROLES)
def test_one_writes_for_those_whom_one_reads(shared: Ring, role: str) -> None:
    answers = {audience: shared[role].write(shared.id, audience=audience).status for audience in AUDIENCES}
    assert answers == {audience: 201 if audience in READS[STANDING[role]] else 403 for audience in AUDIENCES}


def test_each_role_reads_its_audiences_and_no_other(ring: Ring) -> None:
    for audience in AUDIENCES:
        ring["gp"].wrote(ring.id, audience=audience)
    for role in ROLES:
        assert [post["audience"] for post in ring[role].seen(ring.id)] == [one for one in AUDIENCES if one in READS[STANDING[role]]], role


def test_numbers_have_no_gap_in_any_standing(ring: Ring) -> None:
    for audience in AUDIENCES * 2:
        ring["gp"].wrote(ring.id, audience=audience)
    for role in ("nurse", "home_help", "patient", "relative"):
        changes = ring[role].changes(ring.id)
        assert [item["seq"] for item in changes["items"]] == list(range(1, changes["head"] + 1)), role


def test_a_post_keeps_its_number_of_writing(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id)
    ring["nurse"].post(f"posts/{post['id']}/corrections", text="Vu ce soir.", reason="heure")
    assert ring["nurse"].get(f"posts/{post['id']}").body["seq"] == post["seq"] == ring.head("nurse") - 1


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": ""}, "journal.empty_post"),
        ({"text": " \n"}, "journal.empty_post"),
        ({"text": "a" * 16_001}, "journal.too_long"),
        ({"media": [str(uuid.uuid4())]}, "journal.unknown_media"),
        ({"reply_to": str(uuid.uuid4())}, "journal.unknown_reply"),
        ({"to": ["nobody"]}, "journal.bad_addressee"),
        ({"to": ["relative"], "audience": "care_team"}, "journal.bad_addressee"),
        ({"audience": "everyone"}, "http.invalid"),
        ({"urgency": "now"}, "http.invalid"),
        ({"text": 7}, "http.invalid"),
        ({"media": [str(uuid.uuid4())] * 21}, "http.invalid"),
        ({"reply_to": "7"}, "http.invalid"),
        ({"written_at": "yesterday"}, "http.invalid"),
        ({"written_at": "2026-01-01T00:00:00"}, "http.invalid"),
    ],
)
def test_what_is_wrong_with_a_post_has_a_code(shared: Ring, body: dict[str, object], code: str) -> None:
    assert shared["nurse"].write(shared.id, **body).said == (422, code)  # type: ignore[arg-type]


def test_sixteen_thousand_characters_are_a_post(shared: Ring) -> None:
    assert len(shared["nurse"].wrote(shared.id, "é" * 16_000)["text"]) == 16_000


def test_fields_that_nobody_knows_are_ignored(ring: Ring) -> None:
    forged = {
        "id": str(uuid.uuid4()),
        "seq": 99,
        "author": "gp",
        "author_id": ring.seats["gp"],
        "received_at": ago(days=3),
        "kind": "hospital_event",
    }
    post = ring["nurse"].wrote(ring.id, **forged)  # type: ignore[arg-type]
    assert (post["seq"], post["author"]["member"], post["kind"]) == (ring.head("nurse"), ring.seats["nurse"], "note")


def test_optional_fields_may_be_null(shared: Ring) -> None:
    assert shared["nurse"].write(shared.id, to=None, reply_to=None, written_at=None).status == 201


def test_a_post_may_address_members_and_roles(ring: Ring) -> None:
    to = [ring.seats["pharmacist"], "gp"]
    assert ring["nurse"].wrote(ring.id, audience="care_team", to=to)["to"] == to


def test_the_time_of_writing_stands_beside_that_of_arrival(shared: Ring) -> None:
    post = shared["nurse"].wrote(shared.id, written_at=ago(days=6.9))
    assert post["written_at"] < post["received_at"]


@pytest.mark.parametrize("span", [{"days": 7.1}, {"minutes": -1}, {"days": -1}])
def test_written_too_long_ago_or_not_yet(shared: Ring, span: dict[str, float]) -> None:
    assert shared["nurse"].write(shared.id, written_at=ago(**span)).said == (422, "journal.bad_time")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_the_ends_of_time_are_refused(shared: Ring, moment: str) -> None:
    assert shared["nurse"].write(shared.id, written_at=moment).status == 422


# Replies ----------------------------------------------------------------------------------------------------------------------


def test_a_reply_quotes_what_it_answers(ring: Ring) -> None:
    post = ring["nurse"].wrote(ring.id, "Tension 14/8")
    reply = ring["gp"].wrote(ring.id, "Merci", reply_to=post["id"])["reply_to"]
    assert (reply["id"], reply["author"]["member"], reply["excerpt"]) == (post["id"], ring.seats["nurse"], "Tension 14/8")


@pytest.mark.parametrize(
    ("answered", "reply"),
    [("care_team", "circle"), ("relatives", "patient"), ("patient", "relatives"), ("wider_team", "relatives"), ("patient", "circle")],
)
def test_a_reply_has_no_reader_more(shared: Ring, answered: str, reply: str) -> None:
    post = shared["nurse"].wrote(shared.id, audience=answered)
    assert shared["gp"].write(shared.id, audience=reply, reply_to=post["id"]).said == (422, "journal.reply_too_wide")


@pytest.mark.parametrize("reply", AUDIENCES)
def test_a_narrower_reply_is_welcome(shared: Ring, reply: str) -> None:
    post = shared["nurse"].wrote(shared.id)
    assert shared["gp"].write(shared.id, audience=reply, reply_to=post["id"]).status == 201


def test_what_one_may_not_see_is_not_there_to_be_answered(shared: Ring) -> None:
    post = shared["nurse"].wrote(shared.id, audience="care_team")
    assert shared["relative"].write(shared.id, reply_to=post["id"]).said == (422, "journal.unknown_reply")


def test_a_post_of_another_circle_is_not_there_to_be_answered(shared: Ring) -> None:
    post = shared["nurse"].wrote(shared.world.fresh().id)
    assert shared["nurse"].write(shared.id, reply_to=post["id"]).said == (422, "journal.unknown_reply")


# The same key -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["", "7", "not-a-uuid"])
def test_without_a_key_nothing_is_written(shared: Ring, key: str) -> None:
    assert shared["nurse"].write(shared.id, key=key).said == (422, "journal.no_key") if key else True
    bare = shared["nurse"].post(shared.path("/posts"), text="x", audience="circle", urgency="info", media=[])
    assert bare.said == (422, "journal.no_key")


def test_sent_twice_it_is_one_post_as_it_is_now(ring: Ring) -> None:
    key = str(uuid.uuid4())
    first = ring["nurse"].write(ring.id, "Vu", key=key)
    ring["nurse"].post(f"posts/{first.body['id']}/corrections", text="Revu", reason="faute")
    again = ring["nurse"].write(ring.id, "Vu", key=key)
    assert (first.status, again.status, again.body["id"], again.body["text"]) == (201, 200, first.body["id"], "Revu")


def test_sent_at_once_many_times_it_is_one_post(ring: Ring) -> None:
    key = str(uuid.uuid4())
    answers = together(*[lambda: ring["nurse"].write(ring.id, "Vu", key=key)] * 12)
    assert sorted(answer.status for answer in answers) == [200] * 11 + [201]
    assert len({answer.body["id"] for answer in answers}) == len(ring["gp"].seen(ring.id)) == 1


def test_the_key_of_another_body_or_circle_is_refused(ring: Ring) -> None:
    key, other = str(uuid.uuid4()), ring.world.fresh()
    ring["nurse"].wrote(ring.id, "Vu", key=key)
    assert ring["nurse"].write(ring.id, "Pas vu", key=key).said == (422, "journal.key_reused")
    assert ring["nurse"].write(other.id, "Vu", key=key).said == (422, "journal.key_reused")


def test_the_key_of_another_person_is_another_key(ring: Ring) -> None:
    key = str(uuid.uuid4())
    statuses = [ring[role].write(ring.id, "Vu", key=key).status for role in ("nurse", "gp")]
    assert statuses == [201, 201]


def test_the_body_is_compared_as_it_is_understood(ring: Ring) -> None:
    key = str(uuid.uuid4())
    ring["nurse"].wrote(ring.id, "Vu", key=key)
    assert ring["nurse"].write(ring.id, "Vu", key=key, unknown=1, to=[]).status == 200


def test_only_what_was_written_is_remembered(ring: Ring) -> None:
    key = str(uuid.uuid4())
    refused = ring["relative"].write(ring.id, "Vu", "care_team", key=key)
    assert (refused.status, ring["relative"].write(ring.id, "Vu", "circle", key=key).status) == (403, 201)


def test_a_retry_of_an_answered_post_passes_in_a_frozen_circle(ring: Ring) -> None:
    key = str(uuid.uuid4())
    post = ring["nurse"].wrote(ring.id, "Vu", key=key)
    ring.turn("frozen")
    assert ring["nurse"].write(ring.id, "Vu", key=key).body["id"] == post["id"]
    assert ring["nurse"].write(ring.id, "Autre", key=key).said == (422, "journal.key_reused")
    assert ring["nurse"].write(ring.id, "Autre").status == 403


def test_the_door_is_asked_before_the_key(ring: Ring) -> None:
    key = str(uuid.uuid4())
    ring["nurse"].wrote(ring.id, "Vu", key=key)
    ring.end("nurse")
    assert ring["nurse"].write(ring.id, "Vu", key=key).status == 404


def test_who_comes_back_with_less_sight_does_not_get_the_old_words_again(ring: Ring) -> None:
    key = str(uuid.uuid4())
    ring["nurse"].wrote(ring.id, "entre nous", "care_team", key=key)
    ring.end("nurse")
    body = {"person": ring.world.ids["nurse"], "role": "relative", "history": "all"}
    assert ring["coordinator"].post(ring.path("/members"), **body).status == 201
    answer = ring["nurse"].write(ring.id, "entre nous", "care_team", key=key)
    assert answer.status in {403, 404}

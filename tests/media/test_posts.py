"""Posts that carry files: which, in what order, for whom, until when."""

import uuid
from typing import Any

import pytest

from media.enums import MediaKind
from media.models import Medium
from tests.circles.home import Home
from tests.house.test_protocol import NAMED, shape
from tests.media.shelf import settle, shelved, statements, write, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def carried(home: Home, who: str) -> list[list[str]]:
    """The names of each post's files, as somebody reads the thread, oldest first."""
    return [[medium["name"] for medium in post["media"]] for post in home.call(who, "GET", "/posts")[1]["items"][::-1]]


def test_files_come_in_the_order_in_which_they_were_named(home: Home) -> None:
    first, second = [shelved(home, "nurse", name=name) for name in ("b.jpg", "a.jpg")]
    post = wrote(home, "nurse", [first, second])
    assert [medium["id"] for medium in post["media"]] == [str(first.pk), str(second.pk)]
    assert carried(home, "relative") == [["b.jpg", "a.jpg"]]


def test_one_named_twice_is_carried_once(home: Home) -> None:
    one = shelved(home, "nurse")
    assert [medium["id"] for medium in wrote(home, "nurse", [one, one])["media"]] == [str(one.pk)]


def test_a_post_may_have_no_words_only_where_it_has_a_file(home: Home) -> None:
    assert write(home, "nurse", [], "  ")[1]["code"] == "journal.empty_post"
    post = wrote(home, "nurse", [shelved(home, "nurse")], "")
    corrected = home.client("nurse").post(
        f"/api/v1/posts/{post['id']}/corrections", {"text": "", "reason": "x"}, content_type="application/json"
    )
    assert (corrected.status_code, len(corrected.json()["media"])) == (200, 1)


def test_only_ones_own_files_of_this_circle_can_be_carried(home: Home) -> None:
    mine, others = shelved(home, "nurse"), shelved(home, "gp")
    for unknown in (others, str(uuid.uuid4())):
        status, answer = write(home, "nurse", [mine, unknown], "avec photo")
        assert (status, answer["code"]) == (422, "journal.unknown_media")
    assert home.call("nurse", "GET", "/posts")[1]["items"] == []


def test_more_than_twenty_are_too_many(home: Home) -> None:
    files = [str(uuid.uuid4()) for _ in range(21)]
    assert write(home, "nurse", files, "tout")[0] == 422


def test_refused_ones_and_those_of_another_post_may_be_carried(home: Home) -> None:
    refused, known = shelved(home, "nurse", state="refused", name="x.pdf"), shelved(home, "nurse")
    wrote(home, "nurse", [known])
    assert [medium["state"] for medium in wrote(home, "nurse", [refused, known], "la suite")["media"]] == ["refused", "ready"]


def test_the_end_of_the_processing_is_told_where_the_post_is_seen(home: Home) -> None:
    medium = shelved(home, "nurse", state="processing")
    post = wrote(home, "nurse", [medium], audience="care_team")
    wrote(home, "nurse", [medium], "à tous")
    settle(medium)
    told = [item for item in home.items("gp") if item["kind"] == "media.ready"]
    assert [item["media"]["state"] for item in told] == ["ready", "ready"]
    assert told[0]["post_id"] == post["id"]
    assert [item["kind"] for item in home.items("relative")][-2:] == ["post.written", "media.ready"]


def test_no_line_tells_of_a_file_that_no_post_carries(home: Home) -> None:
    medium, before = shelved(home, "nurse", state="processing"), len(home.items("gp"))
    settle(medium)
    assert len(home.items("gp")) == before


def test_news_of_what_was_there_before_are_void_for_who_came_later(home: Home) -> None:
    medium = shelved(home, "nurse", state="processing")
    wrote(home, "nurse", [medium])
    home.call("nurse", "POST", "/members", person=home.people["newcomer"], role="nurse", history="from_now")
    settle(medium)
    assert home.items("newcomer")[-1] == {**home.items("newcomer")[-1], "kind": "void"}
    assert "media" not in home.items("newcomer")[-1]


def retract(home: Home, who: str, post: dict[str, Any]) -> Any:
    """The answer to a retraction."""
    path = f"/api/v1/posts/{post['id']}/retraction"
    return home.client(who).post(path, {"reason": "erreur"}, content_type="application/json").json()


def test_a_retracted_post_has_no_files_and_its_news_are_void(home: Home) -> None:
    medium = shelved(home, "nurse", state="processing", name="plaie.jpg")
    post = wrote(home, "nurse", [medium], "voyez")
    again = wrote(home, "nurse", [medium], "encore", audience="care_team")
    settle(medium)
    assert retract(home, "nurse", post)["media"] == []
    assert carried(home, "gp") == [[], ["plaie.jpg"]]
    kinds = [item["kind"] for item in home.items("relative")]
    assert kinds[-2:] == ["void", "post.retracted"]
    told = [item["post_id"] for item in home.items("gp") if item["kind"] == "media.ready"]
    assert told == [again["id"]]


def test_what_a_quote_has_instead_of_words(home: Home) -> None:
    post = wrote(home, "nurse", [shelved(home, "nurse"), shelved(home, "nurse", MediaKind.VOICE)])
    reply = wrote(home, "gp", [], "vu", reply_to=post["id"])
    assert (reply["reply_to"]["excerpt"], reply["reply_to"]["media"]) == ("", ["photo", "voice"])
    retract(home, "nurse", post)
    assert home.call("gp", "GET", "/posts")[1]["items"][0]["reply_to"]["media"] == []


def test_a_page_costs_two_statements_more_for_its_files_however_many(home: Home) -> None:
    def asked() -> int:
        return statements(lambda: home.call("gp", "GET", "/posts"))

    wrote(home, "nurse", [], "sans")
    without = asked()
    wrote(home, "nurse", [shelved(home, "nurse", MediaKind.VOICE)])
    few = asked()
    for number in range(4):
        wrote(home, "nurse", [shelved(home, "nurse", MediaKind.VOICE, name=f"{number}-{each}") for each in range(5)])
    assert (few - without, asked() - without) == (2, 2)


def test_the_line_of_a_note_has_the_members_that_the_protocol_shows(home: Home) -> None:
    note = shelved(home, "nurse", MediaKind.VOICE, transcript="Plaie propre.", duration=42.3)
    Medium.objects.filter(pk=note.pk).update(transcribed_by=home.inside("nurse"))
    wrote(home, "nurse", [note])
    settle(note)
    assert shape(home.items("gp")[-1]) == shape(NAMED["media_ready"])


def hear(home: Home, who: str, note: Medium) -> None:
    """Somebody has listened."""
    assert home.client(who).post(f"/api/v1/media/{note.pk}/listening").status_code == 204


def counts(home: Home, who: str) -> list[int]:
    """By how many each note was heard, as somebody reads the thread, oldest first."""
    return [post["media"][0]["heard_by"] for post in home.call(who, "GET", "/posts")[1]["items"][::-1]]


def test_having_heard_a_note_in_one_post_tells_nothing_to_the_readers_of_another(home: Home) -> None:
    note = shelved(home, "gp", MediaKind.VOICE)
    wrote(home, "gp", [note], audience="care_team")
    hear(home, "nurse", note)
    wrote(home, "gp", [note], audience="relatives")
    wrote(home, "gp", [note], audience="patient")
    assert (counts(home, "gp"), counts(home, "relative"), counts(home, "patient")) == ([1, 0, 0], [0], [0])
    before = len(home.items("patient"))
    hear(home, "relative", note)
    assert (counts(home, "gp"), counts(home, "relative"), counts(home, "patient")) == ([1, 1, 0], [1], [0])
    assert len(home.items("patient")) == before
    hear(home, "nurse", note)
    hear(home, "nurse", note)
    assert (counts(home, "gp"), counts(home, "relative"), counts(home, "patient")) == ([1, 2, 1], [2], [1])
    assert [item["kind"] for item in home.items("relative")].count("media.heard") == 2
    alone = home.client("relative").get(f"/api/v1/circles/{home.circle}/media/{note.pk}").json()
    assert alone["heard_by"] == 2

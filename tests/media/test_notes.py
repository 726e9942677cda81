"""Voice notes in words and in ears: who writes one down, by whose leave, and whose listening is told to whom."""

import json
from typing import Any

import pytest

from media.enums import MediaKind
from media.models import Medium
from people.audit.models import TrailLine
from tests.circles.home import Home
from tests.media.shelf import shelved, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture
def desk(home: Home) -> Home:
    """The circle with a secretary."""
    made = home.call("coordinator", "POST", "/members", person=home.people["newcomer"], role="secretary", history="all")
    assert made[0] == 201, made
    return home


def call(home: Home, who: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
    """(status, JSON) of a call of the API."""
    client = home.client(who)
    answer: Any = client.generic(method, f"/api/v1/{path}", json.dumps(body) if body else "", content_type="application/json")
    return answer.status_code, answer.json() if answer.content else None


def noted(home: Home, audience: str = "care_team", who: str = "gp") -> Medium:
    """A voice note that a post carries."""
    note = shelved(home, who, MediaKind.VOICE, name="note.webm")
    wrote(home, who, [note], "", audience)
    return note


def test_the_author_writes_and_says_when_it_is_reviewed(desk: Home) -> None:
    note = noted(desk)
    status, medium = call(desk, "gp", "PUT", f"media/{note.pk}/transcript", text="Plaie propre.")
    assert (status, medium["transcript"]["text"], medium["transcript"]["reviewed"]) == (200, "Plaie propre.", False)
    assert call(desk, "gp", "PUT", f"media/{note.pk}/transcript", text="Plaie propre.", reviewed=True)[1]["transcript"]["reviewed"]
    assert desk.items("nurse")[-1]["media"]["transcript"] == {
        "text": "Plaie propre.", "reviewed": True, "by": {"member": desk.seat("gp"), "name": desk.inside("gp").person.name},
    }  # fmt: skip
    assert call(desk, "nurse", "PUT", f"media/{note.pk}/transcript", text="x")[0] == 403
    assert "transcript" not in call(desk, "gp", "PUT", f"media/{note.pk}/transcript", text="")[1]
    photo = shelved(desk, "gp")
    assert call(desk, "gp", "PUT", f"media/{photo.pk}/transcript", text="x")[1]["code"] == "media.not_a_note"


def test_a_secretary_who_was_asked_has_this_note_and_no_other(desk: Home) -> None:
    note, other = noted(desk), noted(desk)
    desk_seat = desk.seat("newcomer")
    assert call(desk, "newcomer", "GET", f"circles/{desk.circle}/media/{note.pk}")[0] == 404
    assert call(desk, "nurse", "POST", f"media/{note.pk}/transcribers", member=desk_seat)[0] == 403
    assert call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk.seat("nurse"))[1]["code"] == "media.not_a_secretary"
    assert [call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk_seat)[0] for _ in range(2)] == [201, 200]
    asked = desk.call("newcomer", "GET", "/transcriptions")[1]["items"]
    assert [(one["medium"]["id"], one["asked_by"]["member"]) for one in asked] == [(str(note.pk), desk.seat("gp"))]
    assert call(desk, "newcomer", "GET", f"circles/{desk.circle}/media/{other.pk}")[0] == 404
    assert call(desk, "newcomer", "PUT", f"media/{note.pk}/transcript", text="Plaie propre.", reviewed=True)[0] == 403
    assert call(desk, "newcomer", "PUT", f"media/{note.pk}/transcript", text="Plaie propre.")[1]["transcript"]["reviewed"] is False
    call(desk, "gp", "PUT", f"media/{note.pk}/transcript", text="Plaie propre et sèche.", reviewed=True)
    assert call(desk, "newcomer", "PUT", f"media/{note.pk}/transcript", text="Plaie sale.")[0] == 403  # what its author has reviewed stands
    assert TrailLine.objects.filter(what="transcript.written", about=note.pk).count() == 2
    assert [item["text"] for item in desk.items("newcomer") if "text" in item] == []
    assert TrailLine.objects.filter(what="transcription.asked", about=desk_seat).count() == 1


def test_what_was_asked_ends_by_the_author_and_with_the_membership(desk: Home) -> None:
    first, second = noted(desk), noted(desk)
    for note in (first, second):
        call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk.seat("newcomer"))
    assert [one["member"] for one in call(desk, "gp", "GET", f"media/{first.pk}/transcribers")[1]["items"]] == [desk.seat("newcomer")]
    assert call(desk, "gp", "DELETE", f"media/{first.pk}/transcribers/{desk.seat('newcomer')}")[0] == 204
    assert call(desk, "gp", "DELETE", f"media/{first.pk}/transcribers/{desk.seat('newcomer')}")[0] == 404
    assert call(desk, "newcomer", "PUT", f"media/{first.pk}/transcript", text="x")[0] == 404
    assert call(desk, "newcomer", "PUT", f"media/{second.pk}/transcript", text="x")[0] == 200
    assert desk.call("coordinator", "DELETE", f"/members/{desk.seat('newcomer')}")[0] == 204
    assert desk.call("coordinator", "POST", "/members", person=desk.people["newcomer"], role="secretary", history="all")[0] == 201
    assert call(desk, "newcomer", "PUT", f"media/{second.pk}/transcript", text="x")[0] == 404


def test_a_withdrawn_note_is_withdrawn_from_who_writes_it_down(desk: Home) -> None:
    note = shelved(desk, "gp", MediaKind.VOICE)
    call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk.seat("newcomer"))
    post = wrote(desk, "gp", [note], "", "care_team")
    assert call(desk, "newcomer", "PUT", f"media/{note.pk}/transcript", text="x")[0] == 200
    assert call(desk, "gp", "POST", f"posts/{post['id']}/retraction", reason="x")[0] == 200
    assert call(desk, "newcomer", "PUT", f"media/{note.pk}/transcript", text="x")[0] == 404
    assert desk.call("newcomer", "GET", "/transcriptions")[1]["items"] == []
    assert call(desk, "gp", "GET", f"circles/{desk.circle}/media/{note.pk}")[0] == 404


def test_in_a_frozen_circle_nothing_is_written_down_and_asking_can_end(desk: Home) -> None:
    note = noted(desk)
    call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk.seat("newcomer"))
    desk.call("coordinator", "PUT", "/state", state="frozen", reason="x")
    for who in ("gp", "newcomer"):
        assert call(desk, who, "PUT", f"media/{note.pk}/transcript", text="x")[0] == 403
    assert call(desk, "gp", "POST", f"media/{note.pk}/transcribers", member=desk.seat("newcomer"))[0] == 403
    assert call(desk, "gp", "DELETE", f"media/{note.pk}/transcribers/{desk.seat('newcomer')}")[0] == 204


def test_listening_is_told_once_to_those_who_read_the_same_post(desk: Home) -> None:
    note = noted(desk)
    assert [call(desk, "nurse", "POST", f"media/{note.pk}/listening")[0] for _ in range(2)] == [204, 204]
    assert call(desk, "gp", "POST", f"media/{note.pk}/listening")[0] == 204  # its author: no news
    assert [item["kind"] for item in desk.items("gp")].count("media.heard") == 1
    assert desk.items("gp")[-1]["media"]["heard_by"] == 1
    assert [one["member"] for one in call(desk, "gp", "GET", f"media/{note.pk}/listening")[1]["items"]] == [desk.seat("nurse")]
    wrote(desk, "gp", [note], "pour tous", "circle")
    assert call(desk, "relative", "GET", f"media/{note.pk}/listening")[1]["items"] == []  # that the nurse heard it is the care team's
    assert call(desk, "relative", "POST", f"media/{note.pk}/listening")[0] == 204
    assert [one["member"] for one in call(desk, "relative", "GET", f"media/{note.pk}/listening")[1]["items"]] == [desk.seat("relative")]

"""À transcrire: what somebody was asked to write down, and nothing else."""
import json

import pytest

from media.enums import MediaKind
from media.models import Medium
from tests.circles.home import Home
from tests.media.shelf import shelved, statements, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


@pytest.fixture(autouse=True)
def secretary(home: Home) -> None:
    """The stranger is a secretary of the circle."""
    assert home.call("nurse", "POST", "/members", person=home.people["stranger"], role="secretary", history="all")[0] == 201


def page(home: Home, who: str) -> str:
    """The page as text."""
    answer = home.client(who).get("/transcriptions", headers={"accept": "text/html"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def to_do(home: Home, who: str) -> int:
    """The count beside "To do"."""
    return int(json.loads(home.client(who).get("/portal/counts").content)["todo"])


def asked(home: Home, *, audience: str = "care_team") -> tuple[Medium, str]:
    """A note that the nurse has asked the secretary to write down, and the post that carries it."""
    note = shelved(home, "nurse", MediaKind.VOICE, duration=7.0)
    post = wrote(home, "nurse", [note], audience=audience)
    body = {"member": str(home.inside("stranger").pk)}
    answer = home.client("nurse").post(f"/api/v1/media/{note.pk}/transcribers", body, content_type="application/json")
    assert answer.status_code == 201
    return note, post["id"]


def test_who_was_asked_finds_the_note_and_nobody_else_does(home: Home) -> None:
    assert "Nothing to write down" in page(home, "stranger")
    note, _post = asked(home)
    assert str(note.pk) in page(home, "stranger")
    assert to_do(home, "stranger") == 1
    assert "/transcriptions" in home.client("stranger").get("/todo").content.decode()
    assert str(note.pk) not in page(home, "gp")


def test_it_stays_until_its_author_has_read_the_text_again(home: Home) -> None:
    note, _post = asked(home)
    for who, reviewed in (("stranger", False), ("nurse", True)):
        body = {"text": "vertiges", "reviewed": reviewed}
        answer = home.client(who).put(f"/api/v1/media/{note.pk}/transcript", body, content_type="application/json")
        assert answer.status_code == 200
        assert to_do(home, "stranger") == 0
        assert ("vertiges" in page(home, "stranger")) is not reviewed


def test_a_note_that_was_taken_back_is_not_there(home: Home) -> None:
    note, post = asked(home)
    home.client("nurse").post(f"/api/v1/posts/{post}/retraction", {"reason": "x"}, content_type="application/json")
    assert str(note.pk) not in page(home, "stranger")
    assert to_do(home, "stranger") == 0


def test_more_notes_cost_no_more_statements(home: Home) -> None:
    asked(home)
    one = statements(lambda: page(home, "stranger"))
    for _ in range(3):
        asked(home)
    assert statements(lambda: page(home, "stranger")) == one

"""Search reads the names, captions and transcripts of files as it reads texts."""

import pytest

from media.enums import MediaKind
from tests.circles.home import Home
from tests.media.shelf import shelved, statements, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def hits(home: Home, who: str, words: str) -> list[str]:
    """The texts of the posts that somebody finds, newest first."""
    return [post["text"] for post in home.call(who, "POST", "/search", q=words)[1]["items"]]


@pytest.fixture
def thread(home: Home) -> Home:
    """A photo, a note that was written down, and a document, for all; the same words among professionals."""
    wrote(home, "nurse", [shelved(home, "nurse", name="IMG_2041.jpg", caption="Escarre du talon")], "photo")
    note = shelved(home, "gp", MediaKind.VOICE, name="Note", transcript="Œdème des chevilles, réévaluer lundi")
    wrote(home, "gp", [note], "note")
    wrote(home, "nurse", [shelved(home, "nurse", MediaKind.DOCUMENT, name="Compte_rendu-été.pdf"), shelved(home, "nurse")], "document")
    wrote(home, "nurse", [shelved(home, "nurse", name="talon.jpg", transcript="oedeme")], "entre nous", "care_team")
    return home


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("img_2041", ["photo"]), ("2041", ["photo"]), ("041", []), ("escarre", ["photo"]), ("ŒDEME", ["entre nous", "note"]),
        ("lundi note", ["note"]), ("compte rendu ete", ["document"]), ("rendu talon", []), ("photo TALON", ["photo"]), ("_", []),
    ],
)  # fmt: skip
def test_words_of_files_are_found_like_words_of_texts(thread: Home, words: str, found: list[str]) -> None:
    assert hits(thread, "pharmacist", words) == found


def test_nobody_finds_what_they_do_not_see(thread: Home) -> None:
    assert (hits(thread, "relative", "oedeme"), hits(thread, "relative", "talon")) == (["note"], ["photo"])
    thread.call("nurse", "POST", "/members", person=thread.people["newcomer"], role="nurse", history="from_now")
    assert hits(thread, "newcomer", "talon") == []


def test_a_file_is_found_by_the_posts_that_still_carry_it(thread: Home) -> None:
    note = shelved(thread, "nurse", MediaKind.VOICE, transcript="vertiges")
    first = wrote(thread, "nurse", [note], "un")
    wrote(thread, "nurse", [note], "deux")
    path = f"/api/v1/posts/{first['id']}/retraction"
    thread.client("nurse").post(path, {"reason": "erreur"}, content_type="application/json")
    assert hits(thread, "gp", "vertiges") == ["deux"]


def test_the_number_of_statements_does_not_grow(thread: Home) -> None:
    before = statements(lambda: hits(thread, "gp", "ordonnance"))
    for number in range(10):
        wrote(thread, "nurse", [shelved(thread, "nurse", name=f"{number}.jpg")], "encore")
    assert statements(lambda: hits(thread, "gp", "ordonnance")) == before

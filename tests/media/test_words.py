"""Where a page shows the beginning of a text, a post without words says what it carries."""

import json
from typing import Any
from zipfile import ZipFile

import pytest
from django.utils import translation

from media.enums import MediaKind
from media.models import Medium
from media.words import files_words
from people.accounts.models import Person
from portal.queries.archive import archive_of
from tests.circles.home import Home
from tests.media.shelf import shelved, statements, wrote

pytestmark = pytest.mark.django_db(databases=["default", "keys"])


def page(home: Home, who: str, path: str) -> str:
    """A page as text, its spaces single."""
    answer = home.client(who).get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([("photo", {"name": "a.jpg"})], "Photo"),
        ([("photo", {"caption": "Heel"})], "Photo: Heel"),
        ([("photo", {}), ("photo", {})], "2 photos"),
        ([("voice", {"duration": 41.7})], "Voice note, 0:42"),
        ([("voice", {"duration": 125})], "Voice note, 2:05"),
        ([("voice", {})], "Voice note"),
        ([("document", {"name": "letter.pdf"})], "Document: letter.pdf"),
        ([("photo", {}), ("document", {"name": "x.pdf"}), ("photo", {})], "2 photos · Document: x.pdf"),
    ],
)
def test_files_in_a_few_words(files: list[tuple[str, Any]], words: str) -> None:
    with translation.override("en"):
        assert files_words(files) == words


def test_lists_say_what_a_post_without_words_carries(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse", MediaKind.VOICE, duration=42.0)], urgency="todo")
    for path in ("/", "/new", "/todo"):
        assert "Voice note, 0:42" in page(home, "gp", path), path
    wrote(home, "nurse", [shelved(home, "nurse")], "Regardez le talon", audience="circle")
    assert "Regardez le talon" in page(home, "gp", "/")


def test_a_retracted_file_is_the_news_of_no_list(home: Home) -> None:
    post = wrote(home, "nurse", [shelved(home, "nurse", MediaKind.DOCUMENT, name="secret.pdf")])
    home.client("nurse").post(f"/api/v1/posts/{post['id']}/retraction", {"reason": "x"}, content_type="application/json")
    assert "secret.pdf" not in page(home, "gp", "/")


def test_the_list_costs_one_statement_more_however_many_files(home: Home) -> None:
    wrote(home, "nurse", [], "sans")
    without = statements(lambda: page(home, "gp", "/"))
    wrote(home, "nurse", [shelved(home, "nurse") for _ in range(5)])
    assert statements(lambda: page(home, "gp", "/")) == without + 1


def test_the_patients_own_page_says_that_there_is_something_to_see(home: Home) -> None:
    wrote(home, "nurse", [shelved(home, "nurse", caption="talon")])
    shown = page(home, "patient", f"/circles/{home.circle}/own")
    assert "Photo: talon" in shown
    assert "See it" in shown
    assert "data-cercle-own-seq" not in shown  # what was not seen was not read


def test_the_patient_hears_a_note_on_their_own_page_and_has_read_it_then(home: Home) -> None:
    note = shelved(home, "nurse", MediaKind.VOICE, duration=7.0, transcript="vertiges")
    wrote(home, "nurse", [note])
    shown = page(home, "patient", f"/circles/{home.circle}/own")
    assert "<cercle-voice" in shown
    assert str(note.pk) in shown
    assert "vertiges" in shown
    assert "data-cercle-own-seq" not in shown
    home.client("patient").post(f"/api/v1/media/{note.pk}/listening")
    assert "data-cercle-own-seq" in page(home, "patient", f"/circles/{home.circle}/own")


def test_the_patient_is_told_why_her_note_was_refused(home: Home) -> None:
    note = shelved(home, "patient", MediaKind.VOICE, state="refused")
    Medium.objects.filter(pk=note.pk).update(code="media.no_sound")
    wrote(home, "patient", [note])
    shown = page(home, "patient", f"/circles/{home.circle}/own")
    assert "There is no sound in this file." in shown
    assert "Voice note" not in shown
    assert "<cercle-voice" not in shown


def test_the_archive_names_ones_own_files_and_what_they_say(home: Home) -> None:
    note = shelved(home, "nurse", MediaKind.VOICE, name="note.webm", transcript="vertiges", duration=4.5, placeholder="data:,")
    wrote(home, "nurse", [note], "voilà")
    wrote(home, "gp", [shelved(home, "gp", name="autre.jpg")])
    with archive_of(Person.objects.get(pk=home.people["nurse"])) as file, ZipFile(file) as archive:
        [post] = json.loads(archive.read("posts.json"))
        [told] = post["media"]
        assert (told["name"], told["kind"], told["duration"], told["transcript"]["text"]) == ("note.webm", "voice", 4.5, "vertiges")
        assert not {"heard_by", "placeholder"} & told.keys()
        assert all(b"autre.jpg" not in archive.read(name) for name in archive.namelist())

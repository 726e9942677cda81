"""Every word of the pages and of the Python code has its French: nothing is left out, whatever a merge did to the catalogue."""
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("care", "config", "foundation", "hospital", "journal", "media", "messaging", "notifications", "people", "portal")
KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None, "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip
Word = tuple[str, str]  # (context, msgid)


def words(path: Path) -> Iterator[Word]:
    """What a module or a template says, as gettext would gather it."""
    text = path.read_text()
    # What is no word of a template becomes rows of X, at whatever indentation.
    source = "\n".join(line.strip() for line in templatize(text).splitlines()) if path.suffix in {".html", ".txt"} else text
    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), KEYWORDS, (), {"encoding": "utf-8"}):
        msgid = message if isinstance(message, str) else message[0]
        if msgid:
            yield context or "", re.sub(r"\s+", " ", msgid)


@pytest.fixture(scope="module")
def known() -> set[Word]:
    """What the French catalogue translates."""
    with (ROOT / "locale/fr/LC_MESSAGES/django.po").open("rb") as file:
        translated = [message for message in read_po(file) if message.string]
    return {
        (message.context or "", re.sub(r"\s+", " ", message.id if isinstance(message.id, str) else message.id[0])) for message in translated
    }


@pytest.mark.parametrize("room", ROOMS)
def test_every_word_is_in_the_french_catalogue(room: str, known: set[Word]) -> None:
    files = [path for suffix in ("py", "html", "txt") for path in (ROOT / room).rglob(f"*.{suffix}") if "migrations" not in path.parts]
    said = {word: path.name for path in files for word in words(path)}
    assert {word: where for word, where in said.items() if word not in known} == {}


def test_words_are_found_in_code_and_in_templates() -> None:
    assert ("", "nurse") not in set(words(ROOT / "people/circles/enums.py"))
    assert ("of a person", "nurse") in set(words(ROOT / "people/circles/enums.py"))
    assert ("", "Let somebody in") in set(words(ROOT / "portal/templates/portal/pages/people.html"))

"""The French catalogue: whole, and with the same placeholders as the English (Babel compiles a lost one without a word)."""
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
CATALOGUES = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")


def messages(path: Path) -> list[Message]:
    """Every message of a catalogue but its head."""
    with path.open("rb") as file:
        return [message for message in read_po(file) if message.id]


def forms(text: object) -> list[str]:
    """A message's singular and plural, or its only form."""
    return [str(form) for form in text] if isinstance(text, list | tuple) else [str(text)]


def test_there_is_a_catalogue_for_pages_and_one_for_scripts() -> None:
    assert [path.relative_to(ROOT / "locale").as_posix() for path in CATALOGUES] == [
        "fr/LC_MESSAGES/django.po",
        "fr/LC_MESSAGES/djangojs.po",
    ]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_every_message_is_translated(path: Path) -> None:
    missing = [message.id for message in messages(path) if message.fuzzy or not all(forms(message.string)) or not message.string]
    assert missing == []


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.name)
def test_every_translation_has_the_placeholders_of_its_message(path: Path) -> None:
    for message in messages(path):
        wanted = set(PLACEHOLDER.findall(forms(message.id)[-1]))
        assert set(PLACEHOLDER.findall(forms(message.string)[-1])) == wanted, message.id
        assert all(set(PLACEHOLDER.findall(form)) <= wanted for form in forms(message.string)), message.id

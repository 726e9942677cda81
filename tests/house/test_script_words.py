"""The scripts of the pages: every word has its French, no module grows out of sight, and nothing needs what the policy forbids."""
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

from media.errors import SENTENCES

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted(path for room in ("portal", "journal", "people") for path in (ROOT / room).rglob("static/**/*.js"))
QUOTED = r'"((?:[^"\\]|\\.)*)"'
ONE = re.compile(rf"(?<![\w.])_\(\s*{QUOTED}")
SEVERAL = re.compile(rf"\bngettext\(\s*{QUOTED},\s*{QUOTED}")
IN_CONTEXT = re.compile(rf"\bpgettext\(\s*{QUOTED},\s*{QUOTED}")
LONGEST = 150
FORBIDDEN = re.compile(r"\binnerHTML\s*=\s*[`\"']|\.outerHTML\s*=|insertAdjacentHTML|\beval\(|new Function\(|localStorage|document\.write")


def french() -> set[tuple[str, str]]:
    """(context, msgid) of every message that the scripts' catalogue translates."""
    with (ROOT / "locale/fr/LC_MESSAGES/djangojs.po").open("rb") as file:
        translated = [message for message in read_po(file) if message.string]
    return {(message.context or "", message.id if isinstance(message.id, str) else message.id[0]) for message in translated}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parts[-5]}-{path.name}")
def test_every_word_of_a_script_is_in_the_french_catalogue(path: Path) -> None:
    text = path.read_text()
    plain = ONE.findall(text) + [one for one, _many in SEVERAL.findall(text)]
    used = {("", msgid) for msgid in plain} | set(IN_CONTEXT.findall(text))
    assert used - french() == set()


def test_a_refused_file_is_explained_by_the_scripts_as_by_the_server() -> None:
    text = (ROOT / "journal/static/journal/js/media-words.js").read_text()
    said = dict(re.findall(rf'"(media\.[a-z_]+)": \(\) => _\({QUOTED}\)', text))
    with translation.override("en"):
        assert said == {code: str(sentence) for code, sentence in SENTENCES.items()}


def test_the_scripts_are_found() -> None:
    assert {"thread.js", "socket.js", "outbox.js"} <= {path.name for path in SCRIPTS}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: f"{path.parts[-5]}-{path.name}")
def test_no_module_is_too_long_or_writes_markup_or_plain_storage(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= LONGEST
    assert FORBIDDEN.findall(text) == []

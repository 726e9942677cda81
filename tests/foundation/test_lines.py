"""The log by allow-list: whatever a record is given, a line holds a code and what fits its fields; and every call of ours has that form."""
import ast
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from foundation.lines import FIELDS, FORM, AllowedLines

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("care", "config", "foundation", "hospital", "journal", "media", "messaging", "notifications", "people", "portal")
WORD = "Canarizébulon"
LEVELS = {f"log.{level}" for level in ("debug", "info", "warning", "error", "critical", "exception")}


def line(template: Any, *args: Any, name: str = "cercle.test", error: Exception | None = None) -> str:
    """What is written of a record, without its time."""
    exc_info = (type(error), error, error.__traceback__) if error else None
    record = logging.LogRecord(name, logging.ERROR, "/srv/some/place.py", 12, template, args or None, exc_info)
    return AllowedLines().format(record).split(" ", 1)[1]


def test_codes_ids_and_numbers_come_through() -> None:
    blob = uuid4()
    assert line("media.lost blob=%s why=%s", blob, "OSError") == f"ERROR cercle.test media.lost blob={blob} why=OSError"
    assert line("alerts.unheard line=%d", 0) == "ERROR cercle.test alerts.unheard line=0"
    assert line("hospital.refused code=%s feed=%s", "AR/204", "-") == "ERROR cercle.test hospital.refused code=AR/204 feed=-"


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("word", [WORD, "Durand", "DURAND", "Jeanne Durand", f"{WORD} à Dax", "line\nbreak", "a=b c=d", "x" * 200])
def test_no_field_lets_a_word_through(field: str, word: str) -> None:
    assert line(f"media.lost {field}=%s", word) == f"ERROR cercle.test media.lost {field}=withheld"


def test_a_field_that_nobody_listed_is_withheld() -> None:
    assert line("media.lost patient=%s", 12) == "ERROR cercle.test media.lost patient=withheld"


@pytest.mark.parametrize("template", [f"media.lost {WORD}", f"{WORD} is lost", "media.lost blob=%s and %s", 12, f"media.lost blob={WORD}"])
def test_a_record_of_another_form_is_told_by_its_place(template: Any) -> None:
    assert line(template, *([1, 2] if "%s" in str(template) else [])) == "ERROR cercle.test log.withheld at=place.py:12"


def test_a_librarys_words_are_told_by_place_and_class() -> None:
    try:
        raise ValueError(f"Key (family_name)=({WORD}) already exists")
    except ValueError as error:
        told = line("Failed for %s", WORD, name="django.request", error=error)
    assert told.startswith("ERROR django.request log.withheld at=place.py:12 error=ValueError where=test_lines.py:")
    assert WORD not in told


def calls() -> Iterator[tuple[str, ast.Call]]:
    """(place, call) of every `log.LEVEL(…)` in the house."""
    for room in ROOMS:
        for file in (ROOT / room).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in LEVELS:
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", node


def templates(node: ast.expr) -> Iterator[object]:
    """The constants that a call's first argument may be."""
    if isinstance(node, ast.IfExp):
        yield from (*templates(node.body), *templates(node.orelse))
    else:
        yield node.value if isinstance(node, ast.Constant) else None


def test_every_call_names_an_event_and_fields_that_are_listed() -> None:
    wrong = []
    found = list(calls())
    for place, call in found:
        for template in templates(call.args[0]):
            form = FORM.fullmatch(template) if isinstance(template, str) else None
            fields = [field.partition("=")[0] for field in form["fields"].split()] if form else []
            if form is None or call.keywords or not set(fields) <= FIELDS.keys() or len(fields) != len(call.args) - 1:
                wrong.append(place)
    assert wrong == []
    assert len(found) > 40

"""What the documents point at is there, and what they say of commands and settings is true."""
import re
from pathlib import Path

import pytest

from config import checks

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
TARGET = re.compile(r"`make ([a-z-]+)")
VARIABLE = re.compile(r"`(CERCLE_[A-Z_]+)`")


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(path: Path) -> None:
    links = [link for link in LINK.findall(path.read_text()) if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in links if not (path.parent / link).exists()] == []


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_make_targets_that_are_named_exist(path: Path) -> None:
    targets = set(re.findall(r"(?m)^([a-z-]+):", (ROOT / "Makefile").read_text()))
    assert set(TARGET.findall(path.read_text())) <= targets


def test_settings_that_operators_are_told_of_are_read() -> None:
    told = set(VARIABLE.findall((ROOT / "docs" / "operating.md").read_text()))
    code = "".join(file.read_text() for folder in ("config", "people", "foundation") for file in (ROOT / folder).rglob("*.py"))
    assert {name for name in told if f'"{name}"' not in code} == set()


def test_every_refusal_is_told_to_operators() -> None:
    text = (ROOT / "docs" / "operating.md").read_text()
    names = set(re.findall(r'yield "([a-z_]+)"', Path(checks.__file__).read_text())) | {"debug", "demo", "no_limits", "clock", "push"}
    assert {name for name in names if f"`{name}`" not in text} == set()

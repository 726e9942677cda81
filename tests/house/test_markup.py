"""Templates keep the page's policy: no script and no style within, nothing that runs out of an attribute, no name in an address."""
import re
from pathlib import Path

import pytest

from tests.service import ROOT

TEMPLATES = sorted(path for room in ("journal", "people", "portal") for path in (ROOT / room).rglob("templates/**/*.html"))
DATA = 'type="application/json"'


def named(path: Path) -> str:
    """The template's path, for the report."""
    return path.relative_to(ROOT).as_posix()


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_template_holds_script_or_style_of_its_own(path: Path) -> None:
    text = path.read_text()
    scripts = re.findall(r"<script\b([^>]*)>(.*?)</script>", text, re.S)
    assert [attributes for attributes, body in scripts if DATA not in attributes and body.strip()] == []
    assert re.findall(r"<style\b|\sstyle=|\son[a-z]+=\"|javascript:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_no_address_is_made_of_a_name_or_a_text(path: Path) -> None:
    addresses = re.findall(r'(?:href|action|src)="([^"]*)"', path.read_text())
    assert [address for address in addresses if re.search(r"\{\{[^}]*(name|traits|text|birth|email)", address)] == []

"""What is written twice in the design system stays equal, and its colours keep the contrast that they promise."""
import re
from pathlib import Path

import pytest

from portal.templatetags.cercle import READERS
from portal.templatetags.sprite import sprite

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "portal" / "static" / "portal"
TOKENS = (STATIC / "css" / "tokens.css").read_text()


def colours(block: str) -> dict[str, str]:
    """Token → #RRGGBB in one block of the style sheet."""
    return dict(re.findall(r"--([a-z-]+): (#[0-9A-F]{6})", block))


LIGHT = colours(TOKENS.split("@media")[0])
DARK = colours(TOKENS.split("prefers-color-scheme: dark")[1].split("data-theme=\"dark\"")[0])
CHOSEN_DARK = colours(TOKENS.split("data-theme=\"dark\"")[1])


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, from 1 to 21."""
    bright, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def test_a_chosen_dark_theme_is_the_systems() -> None:
    assert CHOSEN_DARK == DARK
    assert DARK.keys() == LIGHT.keys()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("words", "ground"),
    [(words, ground) for words in ("ink", "soft", "accent", "urgent") for ground in ("page", "surface")]
    + [("on-accent", "accent"), ("on-urgent", "urgent"), ("ink", "urgent-soft"), ("accent", "accent-soft")],
)
def test_words_stand_out_seven_to_one(theme: dict[str, str], words: str, ground: str) -> None:
    assert contrast(theme[words], theme[ground]) >= 7


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_edges_of_controls_stand_out_three_to_one(theme: dict[str, str]) -> None:
    assert contrast(theme["edge"], theme["page"]) >= 3


def test_scripts_and_templates_draw_the_same_circle_sign() -> None:
    drawn = re.search(r"const READERS = \{(.*?)\};", (STATIC / "js" / "signs.js").read_text(), re.DOTALL)
    assert drawn
    parts = {name: tuple(re.findall(r'"(\w+)"', listed)) for name, listed in re.findall(r"(\w+): \[(.*?)\]", drawn.group(1))}
    assert parts == READERS


def test_every_icon_that_is_used_is_in_the_sprite() -> None:
    files = [file for room in ("portal", "journal", "people") for kind in ("html", "js") for file in (ROOT / room).rglob(f"*.{kind}")]
    used = {name for file in files for name in re.findall(r'(?:\{% icon |\bicon\()"([a-z-]+)"', file.read_text())}
    assert used
    assert {name for name in used if f'id="icon-{name}"' not in sprite()} == set()

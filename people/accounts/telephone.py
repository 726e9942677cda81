"""Telephone numbers: read as people write them, kept as figures, shown in groups."""
import re

from django.utils.translation import gettext as _

from foundation.errors import Invalid

_WRITTEN = re.compile(r"\+?[\d\s().\-/]{2,40}")
_KEPT = re.compile(r"\+?\d{2,15}")


def parsed_phone(text: str) -> str:
    """`06 12 34 56 78` → `0612345678`, `+33 (0)6 12…` → `+336 12…` in figures. Raises Invalid `accounts.bad_phone` with errors by field."""
    bare = text.replace("(0)", "").strip()
    figures = re.sub(r"[^\d+]", "", bare)
    if not _WRITTEN.fullmatch(bare) or not _KEPT.fullmatch(figures) or not figures.isascii():
        sentence = _("A telephone number in figures, for example 05 36 49 12 34.")
        raise Invalid("accounts.bad_phone", sentence, errors={"phone": sentence})
    return figures


def shown_phone(figures: str) -> str:
    """As one reads it: a French number in pairs, others as they are."""
    if re.fullmatch(r"0\d{9}", figures):
        return " ".join(figures[at : at + 2] for at in range(0, 10, 2))
    if re.fullmatch(r"\+33\d{9}", figures):
        return "+33 " + figures[3] + " " + " ".join(figures[at : at + 2] for at in range(4, 12, 2))
    return figures

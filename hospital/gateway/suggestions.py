"""What a discharge letter asks to be done, read from its sections: suggestions that a human takes up or leaves, no tasks.

LDL-SES (CI-SIS volet "Lettre de liaison à la sortie"): 18776-5 what is to follow, 30954-2 results still expected, 18610-6 treatments
that were stopped, 10183-2 treatments at discharge. Other types of document use the same codes for other things, so they suggest nothing.
"""
import re
from collections.abc import Iterator, Sequence

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from hospital.gateway.cda import Document, Section
from hospital.gateway.narrative import Block

DISCHARGE_LETTER = "11490-0"
_KINDS = {"18776-5": "follow_up", "30954-2": "expected_result", "18610-6": "treatment_stopped", "10183-2": "treatment_at_discharge"}
_MOST = 60
_LONGEST = 300
_MEDICINE = re.compile(r"m[ée]dicament|traitement|produit|dci", re.IGNORECASE)
_NOTHING = re.compile(r"(aucune?|n[ée]ant|sans objet|non|rien)\b.{0,60}", re.IGNORECASE | re.DOTALL)
_DATE = re.compile(r"\b(\d{2})/(\d{2})/(\d{4})\b")


def suggestions_of(document: Document) -> list[dict[str, str | int | None]]:
    """{"kind", "text", "on", "section"} for each line that asks something, in the document's order.

    `kind`: "follow_up", "expected_result", "treatment_stopped", "treatment_at_discharge"; `on`: the one date in a line of what is to
    follow (ISO), else null; `section`: the section's place, from 0.
    """
    if document.code != DISCHARGE_LETTER:
        return []
    found: list[dict[str, str | int | None]] = []
    for place, section in enumerate(document.sections):
        kind = _KINDS.get(section.code)
        for text in _lines(section) if kind else ():
            if kind and not _NOTHING.fullmatch(text):
                on = _date(text) if kind in {"follow_up", "expected_result"} else None
                found.append({"kind": kind, "text": _said(kind, text[:_LONGEST]), "on": on, "section": place})
    return found[:_MOST]


def _said(kind: str, text: str) -> str:
    """A medicine alone says nothing: whether it was stopped or goes on stands before it, in the site's language."""
    with override(settings.LANGUAGE_CODE):
        if kind == "treatment_stopped":
            return _("Treatment stopped: %(text)s") % {"text": text}
        if kind == "treatment_at_discharge":
            return _("Treatment at discharge: %(text)s") % {"text": text}
        return _("Result expected: %(text)s") % {"text": text} if kind == "expected_result" else text


def _lines(section: Section) -> Iterator[str]:
    for block in section.blocks:
        if block["kind"] == "paragraph":
            yield from block["text"].split("\n")
        elif block["kind"] == "list":
            yield from (item.replace("\n", " ") for item in block["items"])
        else:
            yield from _rows(block)


def _rows(table: Block) -> Iterator[str]:
    """A row as one line, the medicine first; what the table is headed by stands before it."""
    head: Sequence[str] = table["head"]
    first = next((place for place, name in enumerate(head) if _MEDICINE.search(name)), 0)
    for row in table["rows"]:
        cells = [*row[first : first + 1], *row[:first], *row[first + 1 :]]
        said = " · ".join(cell.replace("\n", " ") for cell in cells if cell)
        if said:
            yield f"{table['caption']} : {said}" if table["caption"] and len(table["caption"]) <= 40 else said


def _date(text: str) -> str | None:
    dates = _DATE.findall(text)
    if len(dates) != 1:
        return None
    day, month, year = dates[0]
    return f"{year}-{month}-{day}" if 1 <= int(month) <= 12 and 1 <= int(day) <= 31 else None

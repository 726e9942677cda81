"""Writes what the simple editor holds as a FHIR R4 Questionnaire; whoever reads it says what is wrong, by its place."""
import re
from dataclasses import dataclass
from typing import Any

from care.sheets import extensions as known

SCORE = "score"
NUMBERS = frozenset({"number", "scale"})
CHOICES = frozenset({"one", "several"})
_TYPES = {
    "yes_no": "boolean", "one": "choice", "several": "choice", "number": "decimal", "scale": "integer", "line": "string", "long": "text",
    "day": "date", "photo": "attachment", "words": "display", "heading": "group",
}  # fmt: skip
_BAND = re.compile(r"\s*(-?\d+(?:[.,]\d+)?)\s*(?:(?:-|–|à|to)\s*(-?\d+(?:[.,]\d+)?)|\+)\s*:\s*(.+?)(\s*!)?\s*")
_YES = frozenset({"1", "oui", "yes", "true", "o", "y"})
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
Json = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """A row of the editor: a question, a heading or a text. `options` one a line, "label | points"; `only_*` its condition."""

    link: str
    kind: str = "yes_no"
    text: str = ""
    options: str = ""
    unit: str = ""
    required: bool = False
    low: str = ""
    high: str = ""
    counts: bool = False
    only_if: str = ""
    only_how: str = "="
    only_what: str = ""


@dataclass(frozen=True)
class Follow:
    """What follows: where `about` compares so with `what`, an "alert" or a "task" with these words."""

    about: str = ""
    how: str = ">="
    what: str = ""
    act: str = "alert"
    words: str = ""


@dataclass(frozen=True)
class Draft:
    """A form in the editor. `score` is the score's name, "" without one; `bands` what it means, a line each."""

    title: str = ""
    description: str = ""
    language: str = "fr"
    filled_by: tuple[str, ...] = ()
    asked: tuple[Asked, ...] = ()
    score: str = ""
    bands: str = ""
    follows: tuple[Follow, ...] = ()


def written_draft(draft: Draft) -> tuple[Json, dict[str, str]]:
    """(the Questionnaire, which row stands at which place of it: "item[0].item[2]" → "q3")."""
    rows = {row.link: row for row in draft.asked}
    items: list[Json] = []
    places: dict[str, str] = {}
    within, at = items, ""
    for row in draft.asked:
        if row.kind == "heading":
            within, at = items, ""
        places[f"{at}item[{len(within)}]"] = row.link
        item = _item(row, rows)
        within.append(item)
        if row.kind == "heading":
            item["item"], at = [], f"item[{len(items) - 1}]."
            within = item["item"]
    for item in items:
        if item.get("item") == []:
            del item["item"]
    if draft.score:
        places[f"item[{len(items)}]"] = SCORE
        items.append(_score(draft))
    extension = [{"url": known.FILLED_BY, "valueCode": who} for who in draft.filled_by]
    rules = [(n, _rule(follow, rows)) for n, follow in enumerate(draft.follows) if follow.words]
    places |= {f"extension[{len(extension) + at}]": f"follow-{n}" for at, (n, _rule_) in enumerate(rules)}
    form: Json = {
        "resourceType": "Questionnaire", "language": draft.language, "extension": [*extension, *(rule for _n, rule in rules)],
        "title": draft.title, "status": "active", "description": draft.description, "item": items,
    }  # fmt: skip
    return {name: value for name, value in form.items() if value not in ("", [])}, places


def _item(row: Asked, rows: dict[str, Asked]) -> Json:
    item: Json = {"linkId": row.link, "extension": _bounds(row), "text": row.text, "type": _TYPES.get(row.kind, "string")}
    if row.only_if and row.only_if in rows:
        item["enableWhen"] = [_condition(row, rows[row.only_if])]
    if row.required and row.kind not in {"heading", "words"}:
        item["required"] = True
    if row.kind in {"several", "photo"}:
        item["repeats"] = True
    if row.kind in CHOICES:
        item["answerOption"] = [_option(line) for line in row.options.splitlines() if line.strip()]
    return {name: value for name, value in item.items() if value not in ("", [])}


def _bounds(row: Asked) -> list[Json]:
    """What is typed is written as it stands: whoever reads it says that it is no number."""
    if row.kind not in NUMBERS:
        return []
    name = "valueInteger" if row.kind == "scale" else "valueDecimal"
    low, high = (row.low or "0", row.high or "10") if row.kind == "scale" else (row.low, row.high)
    found: list[Json] = [{"url": url, name: number(text)} for url, text in ((known.MIN_VALUE, low), (known.MAX_VALUE, high)) if text]
    if row.unit and row.kind == "number":
        found.append({"url": known.UNIT, "valueCoding": {"system": known.UCUM, "code": row.unit, "display": row.unit}})
    return found


def number(text: str) -> int | float | str:
    """A number where it is one, with a comma or a point; else the text."""
    plain = text.strip().replace(",", ".")
    if not _NUMBER.fullmatch(plain):
        return text
    value = float(plain)
    return int(value) if value.is_integer() else value


def quoted(label: str) -> str:
    """A label as formulas may name it."""
    return label.strip().replace("'", "’")


def _option(line: str) -> Json:
    label, _bar, points = line.partition("|")
    option: Json = {"valueString": quoted(label)}
    return {"extension": [{"url": known.ORDINAL, "valueDecimal": number(points)}], **option} if points.strip() else option


def _condition(row: Asked, about: Asked) -> Json:
    condition: Json = {"question": about.link, "operator": row.only_how}
    if row.only_how == "exists":
        return {**condition, "answerBoolean": True}
    if about.kind == "yes_no":
        return {**condition, "answerBoolean": row.only_what.strip().casefold() in _YES}
    if about.kind in NUMBERS:
        return {**condition, "answerInteger" if about.kind == "scale" else "answerDecimal": number(row.only_what)}
    return {**condition, "answerDate" if about.kind == "day" else "answerString": quoted(row.only_what)}


def _score(draft: Draft) -> Json:
    counted = ", ".join(f"{{{row.link}}}" for row in draft.asked if row.counts)
    bands = [_band(line) for line in draft.bands.splitlines() if line.strip()]
    extension: list[Json] = [{"url": known.CALCULATED, "valueString": f"sum({counted})"}, *bands]
    return {"linkId": SCORE, "extension": extension, "text": draft.score, "type": "decimal", "readOnly": True}


def _band(line: str) -> Json:
    """ "0–7: words", "8+: words !" where it is worrying; what is not so has no edges, and is refused by its reader."""
    found = _BAND.fullmatch(line)
    parts: list[Json] = []
    if found:
        edges = [("from", found[1]), *([("to", found[2])] if found[2] else [])]
        parts = [{"url": url, "valueDecimal": number(edge)} for url, edge in edges]
        parts.append({"url": "label", "valueString": found[3]})
        parts.append({"url": "tone", "valueCode": "worry" if found[4] else "calm"})
    return {"url": known.BAND, "extension": parts}


def _rule(follow: Follow, rows: dict[str, Asked]) -> Json:
    about = rows.get(follow.about)
    if about and about.kind in CHOICES:
        condition = f"is({{{follow.about}}}, '{quoted(follow.what)}')"
    elif about and about.kind == "yes_no":
        condition = f"{{{follow.about}}} = {1 if follow.what.strip().casefold() in _YES else 0}"
    else:
        condition = f"{{{follow.about}}} {follow.how} {number(follow.what)}"
    words = {"url": "task" if follow.act == "task" else "alert", "valueString": follow.words}
    return {"url": known.RULE, "extension": [{"url": "condition", "valueString": condition}, words]}

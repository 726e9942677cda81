"""A form as the simple editor knows it: rows of plain fields, which become a FHIR Questionnaire, and back where nothing is lost."""
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from care.sheets.enums import ItemType, Operator
from care.sheets.errors import Malformed
from care.sheets.questionnaire import Condition, Item, Option, Questionnaire, Rule
from care.sheets.reading import understood
from portal.queries.form_writing import NUMBERS, SCORE, Asked, Draft, Follow, written_draft

_KINDS = {
    ItemType.BOOLEAN: "yes_no", ItemType.DECIMAL: "number", ItemType.INTEGER: "scale", ItemType.STRING: "line", ItemType.TEXT: "long",
    ItemType.DATE: "day", ItemType.ATTACHMENT: "photo", ItemType.DISPLAY: "words", ItemType.GROUP: "heading",
}  # fmt: skip
_COMPARED = re.compile(r"\{([^{}]+)\} (>=|<=|=) (-?[0-9.]+)")
_CHOSEN = re.compile(r"is\(\{([^{}]+)\}, '([^']+)'\)")


def draft_of(form: Questionnaire) -> Draft | None:
    """The form for the editor; None where it says more than the editor could write again."""
    score = next((item for item in form.items if item.link_id == SCORE and item.formula), None)
    counted = score.formula.refers if score and score.formula else frozenset()
    draft = Draft(
        title=form.title.text, description=form.description.text, language=form.language, filled_by=form.filled_by,
        asked=tuple(_rows(form.items, counted)), score=score.text.text if score else "", bands=_bands(score),
        follows=tuple(_follow(form, rule) for rule in form.rules),
    )  # fmt: skip
    try:
        return draft if understood(written_draft(draft)[0]) == form else None
    except Malformed:
        return None


def _rows(items: Sequence[Item], counted: frozenset[str]) -> Iterator[Asked]:
    for item in items:
        if item.link_id == SCORE:
            continue
        condition = item.conditions[0] if item.conditions else None
        yield Asked(
            link=item.link_id, kind=_kind(item), text=item.text.text, options="\n".join(_option(option) for option in item.options),
            unit=item.unit[1] if item.unit else "", required=item.required, low=_plain(item.low), high=_plain(item.high),
            counts=item.link_id in counted, only_if=condition.question if condition else "",
            only_how=condition.operator.value if condition else "=", only_what=_answer(condition),
        )  # fmt: skip
        yield from _rows(item.items, counted)


def _kind(item: Item) -> str:
    if item.type is ItemType.CHOICE:
        return "several" if item.repeats else "one"
    return _KINDS.get(item.type, "line")


def _option(option: Option) -> str:
    return f"{option.label.text} | {_plain(option.score)}" if option.score is not None else option.label.text


def _plain(value: Decimal | str | None) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return value or ""


def _answer(condition: Condition | None) -> str:
    if condition is None or condition.operator is Operator.EXISTS:
        return ""
    if isinstance(condition.answer, bool):
        return _("Yes") if condition.answer else _("No")
    return _plain(condition.answer) if isinstance(condition.answer, Decimal) else str(condition.answer)


def _bands(score: Item | None) -> str:
    lines = []
    for band in score.bands if score else ():
        edges = f"{_plain(band.low)}–{_plain(band.high)}" if band.high is not None else f"{_plain(band.low)}+"
        lines.append(f"{edges}: {band.label.text}{' !' if band.tone.value == 'worry' else ''}")
    return "\n".join(lines)


def _follow(form: Questionnaire, rule: Rule) -> Follow:
    written = rule.condition.written
    if chosen := _CHOSEN.fullmatch(written):
        return Follow(chosen[1], "=", chosen[2], rule.act.value, rule.words.text)
    if compared := _COMPARED.fullmatch(written):
        about = form.by_id.get(compared[1])
        flag = about is not None and about.type is ItemType.BOOLEAN
        what = (_("Yes") if compared[3] == "1" else _("No")) if flag else compared[3]
        return Follow(compared[1], compared[2], what, rule.act.value, rule.words.text)
    return Follow("", "", written, rule.act.value, rule.words.text)


def fresh_link(asked: Sequence[Asked]) -> str:
    """A linkId that no row has had yet: q1, q2 …"""
    taken = [int(row.link[1:]) for row in asked if re.fullmatch(r"q[0-9]{1,6}", row.link)]
    return f"q{max(taken, default=0) + 1}"


__all__ = ["NUMBERS", "Asked", "Draft", "Follow", "draft_of", "fresh_link", "written_draft"]

"""A form with its answers worked out: what is asked, what the formulas give, which rules apply."""
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, DecimalException
from typing import Any

from care.sheets.answers import Filled, check_item, is_asked, unknown
from care.sheets.enums import ItemType
from care.sheets.evaluating import evaluate, holds
from care.sheets.questionnaire import Band, Item, Plain, Questionnaire, Rule

Earlier = Callable[[str, Decimal | None, str], Sequence[Decimal]]
ABOUT = "@"  # in the numbers of a sheet: to which series it belongs


def nothing_before(link_id: str, hours: Decimal | None, about: str) -> Sequence[Decimal]:
    """Where nothing was answered earlier."""
    return ()


@dataclass(frozen=True)
class Score:
    """What a formula gave, and what it means."""

    item: Item
    value: Decimal
    band: Band | None


@dataclass
class Outcome:
    """What comes of some answers. Nothing of it is kept yet."""

    filled: Filled
    scores: list[Score] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)

    @property
    def errors(self) -> dict[str, str]:
        """What is wrong, by linkId."""
        return self.filled.errors


class _Sheet:
    """What formulas ask of a sheet (`evaluating.Answers`)."""

    def __init__(self, filled: Filled, earlier: Earlier) -> None:
        self._filled, self._earlier = filled, earlier

    def numbers(self, link_id: str) -> list[Decimal]:
        item = self._filled.form.by_id[link_id]
        values = (number_of(item, value) for value in self._filled.values.get(link_id, []))
        return [value for value in values if value is not None]

    def codes(self, link_id: str) -> frozenset[str]:
        return frozenset(str(value) for value in self._filled.values.get(link_id, []))

    def is_answered(self, link_id: str) -> bool:
        return link_id in self._filled.values

    def earlier(self, link_id: str, hours: Decimal | None) -> Sequence[Decimal]:
        return self._earlier(link_id, hours, series_of_sheet(self._filled))


def series_of_sheet(filled: Filled) -> str:
    """The answer by which a sheet belongs to others of its form; "" where the form tells none apart."""
    values = filled.values.get(filled.form.series_by, [])
    return str(values[0]) if values else ""


def number_of(item: Item, value: Plain) -> Decimal | None:
    """An answer as a number: the option's score, 1 or 0 for yes and no, the day's number; None for what has none."""
    if item.type.chooses:
        option = item.option(str(value))
        return option.score if option else None
    if isinstance(value, bool):
        return Decimal(int(value))
    if isinstance(value, Decimal):
        return value
    return Decimal(dt.date.fromisoformat(str(value)).toordinal()) if item.type is ItemType.DATE else None


def work_out(form: Questionnaire, given: Mapping[str, Any], earlier: Earlier = nothing_before) -> Outcome:
    """Checks the answers in an order in which each item comes after what it rests on, with the formulas in between.

    What is answered to an item that is not asked, or that is worked out, is not taken.
    """
    filled = Filled(form, errors=unknown(form, given))
    sheet = _Sheet(filled, earlier)
    outcome = Outcome(filled)
    scores: dict[str, Score] = {}
    for link_id in form.order:
        item = form.by_id[link_id]
        if not is_asked(filled, item):
            continue
        filled.asked.add(link_id)
        if item.formula:
            raw = evaluate(item.formula, sheet)
            value = _fitting(item, raw)
            if raw is not None and value is not None:
                filled.values[link_id] = [value]
                scores[link_id] = Score(item, value, item.band_of(raw))
        elif item.type.asks:
            check_item(filled, item, given.get(link_id))
    outcome.scores = [scores[item.link_id] for item in form.scores if item.link_id in scores and not item.hidden]
    outcome.rules = [rule for rule in form.rules if holds(rule.condition, sheet)]
    return outcome


def _fitting(item: Item, value: Decimal | None) -> Decimal | None:
    """A score as its item is written: whole, or with the figures that it asks for; None where it is too great to be written."""
    places = 0 if item.type is ItemType.INTEGER else 6 if item.places is None else item.places
    try:
        return None if value is None else value.quantize(Decimal(1).scaleb(-places))
    except DecimalException:
        return None


def points_of(outcome: Outcome) -> dict[str, float | int | str]:
    """Every number of a sheet by linkId, for plots and for comparing later; of several answers their sum. `ABOUT`: its series."""
    sheet = _Sheet(outcome.filled, nothing_before)
    about = series_of_sheet(outcome.filled)
    found: dict[str, float | int | str] = {ABOUT: about} if about else {}
    for link_id in outcome.filled.values:
        if outcome.filled.form.by_id[link_id].hidden:
            continue
        numbers = sheet.numbers(link_id)
        if numbers:
            total = sum(numbers, Decimal(0))
            found[link_id] = int(total) if total == total.to_integral_value() else float(total)
    return found

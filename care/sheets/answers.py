"""What was answered, checked against the form: types, bounds, what is required and what was not even asked."""
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from care.sheets.enums import ItemType, Operator
from care.sheets.questionnaire import Condition, Item, Plain, Questionnaire
from foundation import ids

MOST_VALUES = 100
_LARGEST = Decimal(10) ** 12
_LONGEST = {ItemType.STRING: 500, ItemType.TEXT: 8000, ItemType.OPEN_CHOICE: 500}
OTHER = "\x1f"  # before the words of an open choice that are none of its options


class Wrong(ValueError):
    """A value that an item does not take; says why."""


@dataclass
class Filled:
    """A form with its answers: canonical values by linkId, sentences by linkId for what is wrong, the items that were asked."""

    form: Questionnaire
    values: dict[str, list[Plain]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @property
    def media(self) -> list[UUID]:
        """The photos that were answered."""
        kinds = self.form.by_id
        return [UUID(str(value)) for link, values in self.values.items() if kinds[link].type is ItemType.ATTACHMENT for value in values]


def is_asked(filled: Filled, item: Item) -> bool:
    """Whether an item is enabled: its parent is, and its conditions hold (enableWhen, enableBehavior)."""
    parent = filled.form.parents[item.link_id]
    if parent and parent not in filled.asked:
        return False
    if not item.conditions:
        return True
    held = (_holds(filled, condition) for condition in item.conditions)
    return any(held) if item.any_condition else all(held)


def _holds(filled: Filled, condition: Condition) -> bool:
    """After FHIR R4: `exists` compares with yes or no, the others hold where any answer compares so; without an answer none does."""
    values = filled.values.get(condition.question, [])
    if condition.operator is Operator.EXISTS:
        return bool(values) is bool(condition.answer)
    return any(_compared(value, condition) for value in values)


def _compared(value: Plain, condition: Condition) -> bool:
    left: Any = value
    right: Any = condition.answer
    if condition.kind == "DateTime":
        left, right = dt.datetime.fromisoformat(str(left)), dt.datetime.fromisoformat(str(right))
    elif condition.kind in {"Coding", "String", "Date"} or isinstance(left, str):
        left, right = str(left), str(right)
    return _COMPARED[condition.operator](left, right)


_COMPARED: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQUAL: lambda a, b: a == b, Operator.UNLIKE: lambda a, b: a != b, Operator.ABOVE: lambda a, b: a > b,
    Operator.BELOW: lambda a, b: a < b, Operator.AT_LEAST: lambda a, b: a >= b, Operator.AT_MOST: lambda a, b: a <= b,
}  # fmt: skip


def check_item(filled: Filled, item: Item, given: Any) -> None:
    """Takes what was given for an item that is asked: a value or a list. What is wrong becomes its error."""
    rows = given if isinstance(given, list) else [] if given is None or given == "" else [given]
    try:
        if len(rows) > (item.most or (MOST_VALUES if item.repeats else 1)):
            raise Wrong(_("Fewer answers, please."))
        values = [_TAKEN[item.type](item, row) for row in rows]
        if len(set(values)) < len(values) and item.type.chooses:
            raise Wrong(_("One answer is there twice."))
        if len(values) < max(item.least, 1 if item.required else 0):
            raise Wrong(_("This needs an answer.") if not values else _("More answers are needed."))
    except Wrong as wrong:
        filled.errors[item.link_id] = str(wrong)
        return
    if values:
        filled.values[item.link_id] = values


def unknown(form: Questionnaire, given: Mapping[str, Any]) -> dict[str, str]:
    """Errors of answers to what the form does not ask at all."""
    return {str(link)[:100]: _("The form does not ask this.") for link in given if link not in form.by_id or not form.by_id[link].type.asks}


def _flag(item: Item, given: Any) -> Plain:
    if not isinstance(given, bool):
        raise Wrong(_("Yes or no, please."))
    return given


def _number(item: Item, given: Any) -> Plain:
    unit = None
    if item.type is ItemType.QUANTITY and isinstance(given, dict):
        given, unit = given.get("value"), given.get("unit") or given.get("code")
        if unit is not None and item.unit and unit not in item.unit:
            raise Wrong(_("The unit is %(unit)s.") % {"unit": item.unit[1]})
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not -_LARGEST <= given <= _LARGEST:
        raise Wrong(_("A number, please."))
    value = Decimal(str(given))
    if item.type is ItemType.INTEGER and value != value.to_integral_value():
        raise Wrong(_("A whole number, please."))
    if item.places is not None and value != round(value, item.places):
        raise Wrong(_("At most %(count)s figures behind the comma.") % {"count": item.places})
    return _within(item, value)


def _within(item: Item, value: Any) -> Plain:
    if item.low is not None and value < item.low:
        raise Wrong(_("At least %(bound)s.") % {"bound": item.low})
    if item.high is not None and value > item.high:
        raise Wrong(_("At most %(bound)s.") % {"bound": item.high})
    kept: Plain = value
    return kept


def _day(item: Item, given: Any) -> Plain:
    try:
        day = dt.date.fromisoformat(given) if isinstance(given, str) and len(given) == 10 else None
    except ValueError:
        day = None
    if day is None:
        raise Wrong(_("A date, please."))
    return _within(item, day.isoformat())


def _moment(item: Item, given: Any) -> Plain:
    try:
        moment = dt.datetime.fromisoformat(given) if isinstance(given, str) and len(given) <= 40 else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1800 < moment.year < 3000:
        raise Wrong(_("A date with a time, please."))
    return moment.astimezone(dt.UTC).isoformat()


def _text(item: Item, given: Any) -> Plain:
    longest = min(item.longest or 10**6, _LONGEST[item.type])
    if not isinstance(given, str) or not given.strip() or "\x1f" in given:
        raise Wrong(_("A text, please."))
    if len(given) > longest:
        raise Wrong(_("At most %(count)s signs.") % {"count": longest})
    return given.strip()


def _choice(item: Item, given: Any) -> Plain:
    code = str(given) if isinstance(given, (str, int)) and not isinstance(given, bool) else None
    if code is None or item.option(code) is None:
        raise Wrong(_("Choose one of the answers."))
    return code


def _open_choice(item: Item, given: Any) -> Plain:
    if isinstance(given, dict) and set(given) == {"text"}:
        return OTHER + str(_text(item, given["text"]))
    return _choice(item, given)


def _medium(item: Item, given: Any) -> Plain:
    medium = ids.parse(given)
    if medium is None:
        raise Wrong(_("One of the files is not there. Attach it again."))
    return str(medium)


_TAKEN: dict[ItemType, Callable[[Item, Any], Plain]] = {
    ItemType.BOOLEAN: _flag, ItemType.INTEGER: _number, ItemType.DECIMAL: _number, ItemType.QUANTITY: _number, ItemType.DATE: _day,
    ItemType.DATE_TIME: _moment, ItemType.STRING: _text, ItemType.TEXT: _text, ItemType.CHOICE: _choice, ItemType.OPEN_CHOICE: _open_choice,
    ItemType.ATTACHMENT: _medium,
}  # fmt: skip


def plain(values: Sequence[Plain]) -> list[Any]:
    """Values as JSON keeps and tells them."""
    return [_json(value) for value in values]


def _json(value: Plain) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, str) and value.startswith(OTHER):
        return {"text": value[len(OTHER) :]}
    return value

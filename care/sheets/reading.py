"""A FHIR R4 Questionnaire as JSON, read strictly: bounded in every direction, and refused with the place of what is wrong."""
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from care.sheets.checking import arranged
from care.sheets.enums import ItemType, Operator
from care.sheets.errors import Malformed
from care.sheets.extending import Extended, read_form_extensions, read_item_extensions, read_option_score
from care.sheets.questionnaire import Condition, Item, Option, Plain, Questionnaire, Said
from care.sheets.strict import Node, document

DEEPEST, MOST_ITEMS, MOST_OPTIONS = 16, 500, 200
_FORM_WORDS = {"resourceType", "status", "date", "publisher", "version", "subjectType", "meta", "id"}  # said by Cercle itself when exported


def read_questionnaire(raw: bytes | str) -> Questionnaire:
    """A form from its text. Raises Malformed."""
    return understood(document(raw))


def understood(value: Any) -> Questionnaire:
    """A form from parsed JSON. Raises Malformed with the place of what is wrong ("item[3].item[0].enableWhen[1].question")."""
    ignored: list[str] = []
    node = Node.of(value, "", ignored)
    if node.value.get("resourceType") != "Questionnaire":
        raise node.wrong("resourceType", _("This is not a Questionnaire."))
    node.known |= _FORM_WORDS
    title = node.said("title", 200)
    if not title:
        raise node.wrong("title", _("A form needs a title."))
    extended = read_form_extensions(node)
    items = _Items(ignored).within(node, 1)
    if not items:
        raise node.wrong("item", _("A form needs at least one item."))
    form = Questionnaire(
        title, items, language=node.text("language", 20), name=node.text("name", 100), url=node.text("url", 300),
        description=node.said("description", 4000), purpose=node.said("purpose", 4000), copyright=node.said("copyright", 4000),
        filled_by=extended.filled_by, rules=extended.rules, series_by=extended.series_by, ignored=tuple(ignored),
    )  # fmt: skip
    node.close()
    return arranged(form, ignored)


class _Items:
    """Reads the items of a form and counts them."""

    def __init__(self, ignored: list[str]) -> None:
        self._ignored, self._count = ignored, 0

    def within(self, node: Node, depth: int) -> tuple[Item, ...]:
        """The items below a form or an item."""
        rows = node.rows("item", MOST_ITEMS)
        if rows and depth > DEEPEST:
            raise node.wrong("item", _("Items are nested more than %(count)s deep.") % {"count": DEEPEST})
        self._count += len(rows)
        if self._count > MOST_ITEMS:
            raise node.wrong("item", _("There are more than %(count)s entries here.") % {"count": MOST_ITEMS})
        return tuple(self._one(child, depth) for child in node.nodes("item", MOST_ITEMS))

    def _one(self, node: Node, depth: int) -> Item:
        link_id, kind = _link_id(node), _type(node)
        extended = read_item_extensions(node, kind)
        options = _options(node, kind)
        item = Item(
            link_id, kind, node.said("text", 2000), node.text("prefix", 20), node.flag("required"), _repeats(node, kind),
            node.flag("readOnly"), extended.least or 0, extended.most, node.whole("maxLength", 1, 16_000), extended.low, extended.high,
            extended.places, extended.unit, options, _conditions(node), _any(node), _initial(node, kind, options),
            extended.formula, extended.bands, extended.measure,
            self.within(node, depth + 1), extended.formula_at, extended.hidden,
        )  # fmt: skip
        _fits(node, item, extended)
        node.close()
        return item


def _link_id(node: Node) -> str:
    link_id = node.text("linkId", 100)
    if not link_id or link_id != link_id.strip() or any(sign in link_id for sign in "{}\n\t"):
        raise node.wrong("linkId", _("An item needs a linkId: up to 100 signs, no braces."))
    return link_id


def _type(node: Node) -> ItemType:
    kind = node.text("type", 30)
    if kind not in set(ItemType):
        raise node.wrong("type", _("This type of item is not known here."))
    return ItemType(kind)


def _repeats(node: Node, kind: ItemType) -> bool:
    repeats = node.flag("repeats")
    if repeats and not kind.asks:
        raise node.wrong("repeats", _("A group can't repeat here."))
    return repeats


def _any(node: Node) -> bool:
    behaviour = node.text("enableBehavior", 10)
    if behaviour not in {"", "all", "any"}:
        raise node.wrong("enableBehavior", _("all or any is expected here."))
    return behaviour == "any"


def _fits(node: Node, item: Item, extended: Extended) -> None:
    """What only makes sense for some types."""
    kind = item.type
    if not kind.asks and (item.required or item.initial or item.read_only or item.formula):
        raise Malformed(node.place, _("A group or a text that is only shown can't be answered."))
    if kind is ItemType.DISPLAY and item.items:
        raise node.wrong("item", _("A text that is only shown holds no items."))
    if item.hidden and not item.formula and kind.asks:
        raise Malformed(node.place, _("What is not shown can't be answered."))
    if not kind.counts and (item.formula or item.bands):
        raise Malformed(extended.formula_at or node.place, _("Only a number can be worked out."))
    if item.formula and item.repeats:
        raise node.wrong("repeats", _("What is worked out does not repeat."))
    if kind.chooses and not item.options:
        raise node.wrong("answerOption", _("A choice needs options."))
    if kind.chooses and item.longest:
        raise node.wrong("maxLength", _("This is for texts only."))
    if item.most is not None and item.most < max(1, item.least):
        raise Malformed(node.place, _("The highest number of answers is below the lowest."))


def _options(node: Node, kind: ItemType) -> tuple[Option, ...]:
    rows = node.nodes("answerOption", MOST_OPTIONS)
    if rows and not kind.chooses:
        raise node.wrong("answerOption", _("Only a choice has options."))
    options: list[Option] = []
    for row in rows:
        option = _option(row)
        if option.code in {other.code for other in options}:
            raise Malformed(row.place, _("This option is there twice."))
        options.append(option)
    return tuple(options)


def _option(row: Node) -> Option:
    score, initial = read_option_score(row), row.flag("initialSelected")
    coding, text, number = row.node("valueCoding"), row.text("valueString", 300), row.whole("valueInteger", -(10**9), 10**9)
    if sum(value not in {None, ""} if not isinstance(value, Node) else True for value in (coding, text, number)) != 1:
        raise Malformed(row.place, _("An option has a valueCoding, a valueString or a valueInteger."))
    if coding is not None:
        code = coding.text("code", 100)
        if not code:
            raise coding.wrong("code", _("A text is expected here."))
        of_coding = read_option_score(coding)
        option = Option(code, coding.said("display", 500) or Said(code), score if score is not None else of_coding, initial,
                        "Coding", coding.text("system", 300))  # fmt: skip
        coding.close()
    elif text:
        option = Option(text, row.said("valueString", 300), score, initial, "String")
    else:
        option = Option(str(number), Said(str(number)), Decimal(number or 0) if score is None else score, initial, "Integer")
    row.close()
    return option


def _conditions(node: Node) -> tuple[Condition, ...]:
    found = []
    for row in node.nodes("enableWhen", 20):
        question, operator = row.text("question", 100), row.text("operator", 10)
        if not question:
            raise row.wrong("question", _("A condition names an item."))
        if operator not in set(Operator):
            raise row.wrong("operator", _("This comparison is not known."))
        kind, answer = _value(row, "answer")
        if operator == Operator.EXISTS and kind != "Boolean":
            raise row.wrong("answerBoolean", _("true or false is expected here."))
        found.append(Condition(question, Operator(operator), answer, kind))
        row.close()
    return tuple(found)


def _initial(node: Node, kind: ItemType, options: tuple[Option, ...]) -> tuple[Plain, ...]:
    """What an item begins with: of its own type, an option where one chooses."""
    found: list[Plain] = []
    for row in node.nodes("initial", 20):
        written, value = _value(row, "value")
        if written not in _WRITTEN_AS.get(kind, set()):
            raise Malformed(row.place, _("This is not a value of the item's type."))
        if kind is ItemType.CHOICE and value not in {option.code for option in options}:
            raise Malformed(row.place, _("This is none of the options."))
        found.append(value)
        row.close()
    return tuple(found)


_WRITTEN_AS: dict[ItemType, set[str]] = {
    ItemType.BOOLEAN: {"Boolean"}, ItemType.INTEGER: {"Integer"}, ItemType.DECIMAL: {"Decimal", "Integer"}, ItemType.QUANTITY: {"Quantity"},
    ItemType.DATE: {"Date"}, ItemType.DATE_TIME: {"DateTime"}, ItemType.STRING: {"String"}, ItemType.TEXT: {"String"},
    ItemType.CHOICE: {"Coding", "String", "Integer"}, ItemType.OPEN_CHOICE: {"Coding", "String", "Integer"},
}  # fmt: skip


def _value(row: Node, prefix: str) -> tuple[str, Plain]:
    """(type, value) of `answer[x]` or `value[x]`; of a coding its code, of a quantity its number."""
    given = [name for name in row.value if name.startswith(prefix) and name.removeprefix(prefix) in _VALUES]
    if len(given) != 1:
        raise Malformed(row.place, _("Exactly one value is expected here."))
    kind = given[0].removeprefix(prefix)
    return kind, _VALUES[kind](row, given[0])


def _flag(row: Node, name: str) -> Plain:
    return row.flag(name)


def _number(row: Node, name: str) -> Plain:
    number = row.number(name)
    assert number is not None
    return number


def _whole(row: Node, name: str) -> Plain:
    number = row.whole(name, -(10**9), 10**9)
    assert number is not None
    return Decimal(number)


def _text(row: Node, name: str) -> Plain:
    return row.text(name, 1000)


def _day(row: Node, name: str) -> Plain:
    written = row.text(name, 10)
    try:
        return dt.date.fromisoformat(written).isoformat()
    except ValueError:
        raise row.wrong(name, _("A date is expected here: 2026-11-30.")) from None


def _moment(row: Node, name: str) -> Plain:
    written = row.text(name, 40)
    try:
        moment = dt.datetime.fromisoformat(written)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise row.wrong(name, _("A time with its offset is expected here: 2026-11-30T10:00:00+01:00."))
    return written


def _code(row: Node, name: str) -> Plain:
    coding = row.node(name)
    assert coding is not None
    code = coding.text("code", 100)
    if not code:
        raise coding.wrong("code", _("A text is expected here."))
    coding.known |= {"system", "display"}
    coding.close()
    return code


def _quantity(row: Node, name: str) -> Plain:
    quantity = row.node(name)
    assert quantity is not None
    value = quantity.number("value")
    if value is None:
        raise quantity.wrong("value", _("A number is expected here."))
    quantity.known |= {"unit", "system", "code"}
    quantity.close()
    return value


_VALUES: dict[str, Callable[[Node, str], Plain]] = {
    "Boolean": _flag, "Decimal": _number, "Integer": _whole, "Date": _day, "DateTime": _moment, "String": _text, "Coding": _code,
    "Quantity": _quantity,
}  # fmt: skip

"""What only the whole form can tell: linkIds that are there once, references that lead somewhere, nothing that rests on itself."""
from collections import defaultdict
from dataclasses import replace

from django.utils.translation import gettext as _

from care.sheets.enums import ItemType, Operator
from care.sheets.errors import Malformed
from care.sheets.formulas import Answer, Call, Text, Tree
from care.sheets.questionnaire import Condition, Item, Questionnaire, walk

_ORDERED = {Operator.ABOVE, Operator.BELOW, Operator.AT_LEAST, Operator.AT_MOST}
_ANSWERED_BY: dict[ItemType, set[str]] = {
    ItemType.BOOLEAN: {"Boolean"}, ItemType.INTEGER: {"Integer", "Decimal"}, ItemType.DECIMAL: {"Integer", "Decimal"},
    ItemType.QUANTITY: {"Quantity", "Decimal", "Integer"}, ItemType.DATE: {"Date"}, ItemType.DATE_TIME: {"DateTime"},
    ItemType.STRING: {"String"}, ItemType.TEXT: {"String"}, ItemType.CHOICE: {"Coding", "String", "Integer"},
    ItemType.OPEN_CHOICE: {"Coding", "String", "Integer"}, ItemType.ATTACHMENT: set(),
}  # fmt: skip


def arranged(form: Questionnaire, ignored: list[str]) -> Questionnaire:
    """The form with its items by linkId and in an order in which each comes after what it rests on. Raises Malformed."""
    by_id: dict[str, Item] = {}
    parents: dict[str, str] = {}
    places: dict[str, str] = {}
    for item, parent, place in walk(form.items):
        if item.link_id in by_id:
            raise Malformed(f"{place}.linkId", _("This linkId is there twice."))
        by_id[item.link_id], parents[item.link_id], places[item.link_id] = item, parent, place
    for link_id, item in by_id.items():
        _check_item(by_id, item, places[link_id])
    for rule in form.rules:
        _check_tree(by_id, rule.condition.tree, rule.place)
    _check_series(by_id, form.series_by)
    order = _ordered(by_id, parents, places)
    return replace(form, by_id=by_id, parents=parents, order=order, ignored=tuple(ignored))


def _check_item(by_id: dict[str, Item], item: Item, place: str) -> None:
    for at, condition in enumerate(item.conditions):
        _check_condition(by_id, condition, f"{place}.enableWhen[{at}]")
    if item.formula:
        _check_tree(by_id, item.formula.tree, item.formula_at)


def _check_series(by_id: dict[str, Item], link_id: str) -> None:
    """Sheets belong together by a choice that is answered once."""
    item = by_id.get(link_id)
    if link_id and (item is None or item.type is not ItemType.CHOICE or item.repeats):
        raise Malformed("extension", _("Sheets are told apart by a choice of this form that has one answer."))


def _check_condition(by_id: dict[str, Item], condition: Condition, place: str) -> None:
    asked = by_id.get(condition.question)
    if asked is None or not asked.type.asks:
        raise Malformed(f"{place}.question", _("There is no such question in this form."))
    if condition.operator is Operator.EXISTS:
        return
    if condition.kind not in _ANSWERED_BY[asked.type]:
        raise Malformed(f"{place}.answer{condition.kind}", _("The question is of another type."))
    if condition.operator in _ORDERED and condition.kind in {"Boolean", "Coding", "String"}:
        raise Malformed(f"{place}.operator", _("This can't be compared by size."))
    if asked.type is ItemType.CHOICE and str(condition.answer) not in {option.code for option in asked.options}:
        raise Malformed(f"{place}.answer{condition.kind}", _("This is none of the options."))


def _check_tree(by_id: dict[str, Item], tree: Tree, place: str) -> None:
    """Formulas name questions whose answers have a number; `is` an option that is there."""
    if isinstance(tree, Answer):
        item = by_id.get(tree.link_id)
        if item is None or not item.type.asks:
            raise Malformed(place, _("The formula names {%(link)s}, which is no question of this form.") % {"link": tree.link_id})
    elif isinstance(tree, Call):
        for operand in tree.operands:
            _check_tree(by_id, operand, place)
        if tree.name == "is":
            _check_code(by_id, tree, place)


def _check_code(by_id: dict[str, Item], call: Call, place: str) -> None:
    asked, code = call.operands
    assert isinstance(asked, Answer)
    assert isinstance(code, Text)
    if by_id[asked.link_id].option(code.value) is None:
        raise Malformed(place, _("The formula names the option “%(code)s”, which is not there.") % {"code": code.value})


def _ordered(by_id: dict[str, Item], parents: dict[str, str], places: dict[str, str]) -> tuple[str, ...]:
    """Kahn's algorithm over: an item rests on its parent, on what its conditions ask and on what its formula names."""
    rests: dict[str, set[str]] = {}
    bears: dict[str, list[str]] = defaultdict(list)
    for link_id, item in by_id.items():
        on = {condition.question for condition in item.conditions} | (set(item.formula.refers) if item.formula else set())
        rests[link_id] = on | ({parents[link_id]} if parents[link_id] else set())
        for other in rests[link_id]:
            bears[other].append(link_id)
    waiting = {link_id: len(on) for link_id, on in rests.items()}
    ready = [link_id for link_id, count in waiting.items() if not count]
    order: list[str] = []
    while ready:
        done = ready.pop()
        order.append(done)
        for link_id in bears[done]:
            waiting[link_id] -= 1
            if not waiting[link_id]:
                ready.append(link_id)
    if len(order) < len(by_id):
        raise _loop(by_id, {link_id for link_id, count in waiting.items() if count}, rests, places)
    return tuple(order)


def _loop(by_id: dict[str, Item], stuck: set[str], rests: dict[str, set[str]], places: dict[str, str]) -> Malformed:
    """Follows the stuck items until one comes again: that one rests on itself."""
    seen: list[str] = []
    at = min(stuck)
    while at not in seen:
        seen.append(at)
        at = min(rests[at] & stuck)
    circle = seen[seen.index(at) :]
    guilty = next((link_id for link_id in circle if by_id[link_id].formula), at)
    place = by_id[guilty].formula_at or f"{places[guilty]}.enableWhen"
    return Malformed(place, _("This rests on itself: %(loop)s.") % {"loop": " → ".join([*circle, at])})

"""Working a formula out. What is not known makes what rests on it unknown; a comparison with the unknown is not so."""
import decimal
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Protocol

from care.sheets.formulas import Answer, Call, Formula, Number, Text, Tree

Value = Decimal | None
YES, NO = Decimal(1), Decimal(0)
_CONTEXT = decimal.Context(prec=28, rounding=decimal.ROUND_HALF_UP, Emax=999, Emin=-999, traps=[decimal.InvalidOperation, decimal.Overflow,
                                                                                         decimal.DivisionByZero])  # fmt: skip


class Answers(Protocol):
    """What formulas ask: the answers of this sheet and those before it."""

    def numbers(self, link_id: str) -> Sequence[Decimal]:
        """What was answered, as numbers."""

    def codes(self, link_id: str) -> frozenset[str]:
        """The codes of the options chosen."""

    def is_answered(self, link_id: str) -> bool:
        """Whether anything was answered."""

    def earlier(self, link_id: str, hours: Decimal | None) -> Sequence[Decimal]:
        """What was answered before, the oldest first; of the last hours only where they are given."""


def evaluate(formula: Formula, answers: Answers) -> Value:
    """Its value; None where something that it needs is not known, or no number comes of it (a division by nothing)."""
    try:
        with decimal.localcontext(_CONTEXT):
            return _value(formula.tree, answers)
    except decimal.DecimalException:
        return None


def holds(formula: Formula, answers: Answers) -> bool:
    """Whether a condition is so; what is not known is not so."""
    value = evaluate(formula, answers)
    return value is not None and value != 0


def _value(tree: Tree, answers: Answers) -> Value:
    if isinstance(tree, Number):
        return tree.value
    if isinstance(tree, Answer):
        numbers = answers.numbers(tree.link_id)
        return sum(numbers, Decimal(0)) if numbers else None
    assert isinstance(tree, Call)
    if tree.name in _ABOUT:
        return _ABOUT[tree.name](tree, answers)
    if tree.name == "if":  # only the branch that counts is worked out
        return _value(tree.operands[1 if _true(_value(tree.operands[0], answers)) else 2], answers)
    if tree.name in _OF_MANY:
        values = _many(tree.operands, answers)
        return _OF_MANY[tree.name](values)
    operands = [_value(operand, answers) for operand in tree.operands]
    if tree.name in _LOGIC:
        return _LOGIC[tree.name](operands)
    if any(operand is None for operand in operands):
        return NO if tree.name in _COMPARISONS else None
    known = [operand for operand in operands if operand is not None]
    if tree.name in _COMPARISONS:
        return YES if _COMPARISONS[tree.name](known[0], known[1]) else NO
    return _ARITHMETIC[tree.name](known)


def _many(operands: Sequence[Tree], answers: Answers) -> list[Decimal]:
    """Every known value among some operands; an item that was answered several times brings each."""
    values: list[Decimal] = []
    for operand in operands:
        if isinstance(operand, Answer):
            values += answers.numbers(operand.link_id)
        elif (value := _value(operand, answers)) is not None:
            values.append(value)
    return values


def _is(tree: Call, answers: Answers) -> Value:
    item, code = tree.operands
    assert isinstance(item, Answer)
    assert isinstance(code, Text)
    return YES if code.value in answers.codes(item.link_id) else NO


def _answered(tree: Call, answers: Answers) -> Value:
    return YES if answers.is_answered(tree.operands[0].link_id) else NO  # type: ignore[union-attr]


def _before(pick: Callable[[Sequence[Decimal]], Decimal]) -> Callable[[Call, Answers], Value]:
    def ask(tree: Call, answers: Answers) -> Value:
        hours = tree.operands[1].value if len(tree.operands) > 1 else None  # type: ignore[union-attr]
        values = answers.earlier(tree.operands[0].link_id, hours)  # type: ignore[union-attr, arg-type]
        return pick(values) if values else None

    return ask


def _rounded(values: list[Decimal]) -> Value:
    places = int(values[1]) if len(values) > 1 else 0
    return values[0].quantize(Decimal(1).scaleb(-max(0, min(places, 6))))


def _true(value: Value) -> bool:
    return value is not None and value != 0


_ABOUT: dict[str, Callable[[Call, Answers], Value]] = {
    "is": _is, "answered": _answered, "lowest": _before(min), "highest": _before(max), "last": _before(lambda values: values[-1]),
}  # fmt: skip
_OF_MANY: dict[str, Callable[[list[Decimal]], Value]] = {
    "min": lambda values: min(values, default=None), "max": lambda values: max(values, default=None),
    "sum": lambda values: sum(values, Decimal(0)) if values else None, "count": lambda values: Decimal(len(values)),
}  # fmt: skip
_LOGIC: dict[str, Callable[[list[Value]], Value]] = {
    "and": lambda values: YES if _true(values[0]) and _true(values[1]) else NO,
    "or": lambda values: YES if _true(values[0]) or _true(values[1]) else NO,
    "not": lambda values: NO if _true(values[0]) else YES,
}
_COMPARISONS: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "=": lambda a, b: a == b, "!=": lambda a, b: a != b, "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}  # fmt: skip
_ARITHMETIC: dict[str, Callable[[list[Decimal]], Value]] = {
    "+": lambda values: values[0] + values[1], "-": lambda values: values[0] - values[1], "*": lambda values: values[0] * values[1],
    "/": lambda values: values[0] / values[1], "neg": lambda values: -values[0], "round": _rounded,
}  # fmt: skip

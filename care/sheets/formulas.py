"""The small language of scores and rules: read into a tree, never run as anything else.

    {a} + 2 * {b}      sum({a}, {b}, {c})     if({age} >= 75, 3, 0)     is({pain}, 'strong') or {score} >= 2
    {weight} - lowest({weight}, 72) >= 2      round({weight} / ({height} * {height}), 1)

`{linkId}` is what was answered to an item: a number, the score of the chosen option, 1 or 0 for yes and no, the day for a date. A formula
has at most 1,000 signs, 200 parts, and brackets at most 20 deep, so reading and working it out take a moment whatever somebody wrote.
"""
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

LONGEST, DEEPEST, MOST_PARTS = 1000, 20, 200
_TOKEN = re.compile(r"\s*(?:(\d{1,12}(?:\.\d{1,6})?)|\{([^{}]{1,100})\}|'([^']{1,100})'|([a-z_]+)|(<=|>=|!=|[-+*/(),=<>]))")
_COMPARED = ("=", "!=", "<", "<=", ">", ">=")
# name → how many arguments it takes at least and at most
FUNCTIONS = {
    "min": (1, 50), "max": (1, 50), "sum": (1, 50), "count": (1, 50), "round": (1, 2), "if": (3, 3),
    "is": (2, 2), "answered": (1, 1), "lowest": (1, 2), "highest": (1, 2), "last": (1, 1),
}  # fmt: skip
_ABOUT_AN_ITEM = {"is", "answered", "lowest", "highest", "last"}  # their first argument is a reference
BEFORE = {"lowest", "highest", "last"}  # they ask what was answered earlier


class BadFormula(ValueError):
    """A formula that can't be read; says why."""


@dataclass(frozen=True)
class Number:
    """A constant."""

    value: Decimal


@dataclass(frozen=True)
class Text:
    """The code of an option, only ever beside `is`."""

    value: str


@dataclass(frozen=True)
class Answer:
    """What was answered to an item."""

    link_id: str


@dataclass(frozen=True)
class Call:
    """An operator or function with its operands: "+", "and", "not", "neg", "sum" …"""

    name: str
    operands: tuple["Tree", ...]


Tree = Number | Text | Answer | Call


@dataclass(frozen=True)
class Formula:
    """What was written, and its tree."""

    written: str
    tree: Tree = field(repr=False)

    @property
    def refers(self) -> frozenset[str]:
        """The items whose present answer it needs."""
        return frozenset(_refers(self.tree))


def _refers(tree: Tree) -> Iterator[str]:
    if isinstance(tree, Answer):
        yield tree.link_id
    elif isinstance(tree, Call):
        for operand in tree.operands:
            yield from _refers(operand)


def named(formula: Formula) -> frozenset[str]:
    """Every item that it names, whenever it was answered."""
    return formula.refers


def parsed(written: str) -> Formula:
    """The formula. Raises BadFormula."""
    if len(written) > LONGEST:
        raise BadFormula(_("This formula is too long."))
    return Formula(written, _Parser(_tokens(written)).whole())


@dataclass(frozen=True)
class _Token:
    kind: str  # number, answer, text, word, sign
    value: str


def _tokens(written: str) -> list[_Token]:
    tokens, at = [], 0
    rest = written.rstrip()
    while at < len(rest):
        match = _TOKEN.match(rest, at)
        if match is None:
            raise BadFormula(_("“%(sign)s” is not understood in a formula.") % {"sign": rest[at : at + 10].strip()})
        kind = ("number", "answer", "text", "word", "sign")[(match.lastindex or 1) - 1]
        tokens.append(_Token(kind, match[match.lastindex or 1]))
        at = match.end()
    if not 0 < len(tokens) <= MOST_PARTS:
        raise BadFormula(_("This formula is empty.") if not tokens else _("This formula is too long."))
    return tokens


class _Parser:
    """Recursive descent, the loosest binding first: or, and, not, comparison, sum, product, sign."""

    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def whole(self) -> Tree:
        tree = self._either()
        if self._at < len(self._tokens):
            raise self._unexpected()
        return tree

    def _peek(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self, *values: str, kinds: tuple[str, ...] = ("sign", "word")) -> str | None:
        token = self._peek()
        if token is None or token.kind not in kinds or token.value not in values:
            return None
        self._at += 1
        return token.value

    def _expect(self, value: str) -> None:
        if self._take(value) is None:
            raise self._unexpected()

    def _unexpected(self) -> BadFormula:
        token = self._peek()
        if token is None:
            return BadFormula(_("This formula ends too early."))
        return BadFormula(_("“%(sign)s” does not belong there.") % {"sign": token.value})

    def _either(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise BadFormula(_("The brackets of this formula are too deep."))
        tree = self._both()
        while self._take("or"):
            tree = Call("or", (tree, self._both()))
        self._depth -= 1
        return tree

    def _both(self) -> Tree:
        tree = self._negated()
        while self._take("and"):
            tree = Call("and", (tree, self._negated()))
        return tree

    def _negated(self) -> Tree:
        times = 0
        while self._take("not"):
            times += 1
        tree = self._compared()
        return Call("not", (tree,)) if times % 2 else Call("not", (Call("not", (tree,)),)) if times else tree

    def _compared(self) -> Tree:
        tree = self._summed()
        sign = self._take(*_COMPARED)
        return Call(sign, (tree, self._summed())) if sign else tree

    def _summed(self) -> Tree:
        tree = self._multiplied()
        while sign := self._take("+", "-"):
            tree = Call(sign, (tree, self._multiplied()))
        return tree

    def _multiplied(self) -> Tree:
        tree = self._signed()
        while sign := self._take("*", "/"):
            tree = Call(sign, (tree, self._signed()))
        return tree

    def _signed(self) -> Tree:
        negative = False
        while self._take("-"):
            negative = not negative
        tree = self._atom()
        return Call("neg", (tree,)) if negative else tree

    def _atom(self) -> Tree:
        token = self._peek()
        if token is None:
            raise self._unexpected()
        if token.kind == "number":
            self._at += 1
            return Number(Decimal(token.value))
        if token.kind == "answer":
            self._at += 1
            return Answer(token.value.strip())
        if token.kind == "word" and token.value in FUNCTIONS:
            self._at += 1
            return self._call(token.value)
        if self._take("("):
            tree = self._either()
            self._expect(")")
            return tree
        raise self._unexpected()

    def _call(self, name: str) -> Call:
        self._expect("(")
        operands: list[Tree] = [self._operand(name, 0)]
        while self._take(","):
            operands.append(self._operand(name, len(operands)))
        self._expect(")")
        least, most = FUNCTIONS[name]
        if not least <= len(operands) <= most:
            raise BadFormula(_("%(name)s takes another number of values.") % {"name": name})
        return Call(name, tuple(operands))

    def _operand(self, name: str, place: int) -> Tree:
        """The first of some functions names an item; the second of `is` an option, that of `lowest` a number of hours."""
        token = self._peek()
        if name == "is" and place == 1:
            if token is None or token.kind != "text":
                raise BadFormula(_("is takes an item and the code of an option: is({pain}, 'strong')."))
            self._at += 1
            return Text(token.value)
        tree = self._either()
        if name in _ABOUT_AN_ITEM and place == 0 and not isinstance(tree, Answer):
            raise BadFormula(_("%(name)s takes an item first: {linkId}.") % {"name": name})
        if name in BEFORE and place == 1 and not isinstance(tree, Number):
            raise BadFormula(_("%(name)s takes a number of hours.") % {"name": name})
        return tree

"""Every small untruth that the policy module could hold: a condition turned round, one word too many or too few in a set."""
import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from types import ModuleType
from typing import Any

from people.circles import policy

_OTHERS: dict[type[ast.cmpop], list[type[ast.cmpop]]] = {
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot], ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In],
    ast.LtE: [ast.Lt, ast.GtE], ast.GtE: [ast.Gt, ast.LtE], ast.Lt: [ast.LtE, ast.Gt], ast.Gt: [ast.GtE, ast.Lt],
}  # fmt: skip
Change = Callable[[ast.expr], ast.expr]


@dataclass(frozen=True)
class Mutant:
    """The policy with one thing changed. `name` says where and what: the line, and the words that stand there now."""

    name: str
    tree: ast.Module

    def lived(self) -> ModuleType:
        """The module, executed."""
        module = ModuleType(policy.__name__)
        exec(compile(self.tree, f"<{self.name}>", "exec"), module.__dict__)
        return module


def mutants() -> Iterator[Mutant]:
    """All of them."""
    source = Path(str(policy.__file__)).read_text()
    tree = ast.parse(source)
    sets = {id(node) for node in _sets(tree)}
    for place, node in enumerate(ast.walk(tree)):
        words = _words(node) if id(node) in sets else frozenset[Enum]()
        for change in [*_turned_round(node), *_one_word_more_or_less(words)]:
            yield _changed(source, place, change)


def _changed(source: str, place: int, change: Change) -> Mutant:
    tree = ast.parse(source)  # far quicker than a copy of the tree
    old = list(ast.walk(tree))[place]
    assert isinstance(old, ast.expr)
    new = ast.fix_missing_locations(ast.copy_location(change(old), old))
    _Swap(old, new).visit(tree)
    return Mutant(f"line {old.lineno}: {ast.unparse(new)}", tree)


class _Swap(ast.NodeTransformer):
    def __init__(self, old: ast.expr, new: ast.expr) -> None:
        self._old, self._new = old, new

    def visit(self, node: ast.AST) -> Any:
        return self._new if node is self._old else self.generic_visit(node)


def _turned_round(node: ast.AST) -> Iterator[Change]:
    if isinstance(node, ast.Compare):
        yield from (_comparing(other) for other in _OTHERS[type(node.ops[0])])
    elif isinstance(node, ast.BoolOp):
        yield _other_junction
        yield from (_without(place) for place in range(len(node.values)))
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield lambda old: old.operand  # type: ignore[attr-defined]
    if isinstance(node, ast.Compare | ast.BoolOp) or (isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not)):
        yield lambda old: ast.Constant(True)
        yield lambda old: ast.Constant(False)


def _comparing(other: type[ast.cmpop]) -> Change:
    def change(old: ast.expr) -> ast.expr:
        assert isinstance(old, ast.Compare)
        assert len(old.ops) == 1, "one comparison at a time is mutated"
        return ast.Compare(old.left, [other()], old.comparators)

    return change


def _other_junction(old: ast.expr) -> ast.expr:
    assert isinstance(old, ast.BoolOp)
    return ast.BoolOp(ast.Or() if isinstance(old.op, ast.And) else ast.And(), old.values)


def _without(place: int) -> Change:
    def change(old: ast.expr) -> ast.expr:
        assert isinstance(old, ast.BoolOp)
        left = [value for number, value in enumerate(old.values) if number != place]
        return ast.BoolOp(old.op, left) if len(left) > 1 else left[0]

    return change


def _one_word_more_or_less(words: frozenset[Enum]) -> Iterator[Change]:
    """Each word of the same kind is put in where it is not, and taken out where it is."""
    yield from (_toggling(word) for kind in {type(word) for word in words} for word in kind)


def _sets(tree: ast.Module) -> list[ast.AST]:
    """The module's named sets, those of its tables, and those that stand within a condition."""
    found: list[ast.AST] = []
    for statement in tree.body:
        if isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
            value = statement.value
            found += value.values if isinstance(value, ast.Dict) else [value]
    within = {id(inner) for node in tree.body if isinstance(node, ast.Assign | ast.AnnAssign) for inner in ast.walk(node)}
    conditions = [inner for node in ast.walk(tree) if isinstance(node, ast.comprehension) for inner in ast.walk(node)]
    inside = {id(inner) for inner in conditions}
    found += [node for node in ast.walk(tree) if isinstance(node, ast.Set) and (id(node) not in within or id(node) in inside)]
    return found


def _words(node: ast.AST) -> frozenset[Enum]:
    """What the set holds in the module as it is; empty for anything else."""
    assert isinstance(node, ast.expr)
    value = eval(compile(ast.Expression(node), "<set>", "eval"), dict(policy.__dict__))
    holds = isinstance(value, set | frozenset) and all(isinstance(word, Enum) for word in value)
    return frozenset(value) if holds else frozenset()


def _toggling(word: Enum) -> Change:
    def change(old: ast.expr) -> ast.expr:
        name = ast.Attribute(ast.Name(type(word).__name__, ast.Load()), word.name, ast.Load())
        return ast.BinOp(old, ast.BitXor(), ast.Set([name]))

    return change

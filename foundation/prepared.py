"""Statements of the hot path, compiled once.

Building and compiling a wide join costs Django several times what running it costs, and what every post and every reading
of the feed asks never changes but for its values. The objects are those that the queryset itself would give; a test compares.
"""
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from django.db.models.signals import post_init, pre_init

from foundation.statements import database, rows_of

M = TypeVar("M", bound=models.Model)
Values = dict[str, Any]
Make = Callable[[list[Any]], Any]


@dataclass(frozen=True)
class _Plan:
    """A compiled queryset: its SQL, where each value goes, and how rows become objects."""

    sql: str
    places: list[tuple[str | None, Any]]  # the value's name, else None and a constant
    make: Make
    columns: slice
    converters: list[tuple[int, list[Any], Any]]  # column, its converters, its expression
    related: list["_Related"]


class _Related:
    """An object of `select_related`, as Django's own populator makes it."""

    def __init__(self, populator: Any) -> None:
        self._columns, self._reorder, self._key = None, populator.reorder_for_init, populator.pk_idx
        if self._reorder is None:
            self._columns = slice(populator.cols_start, populator.cols_end)
        self._make = _maker(populator.model_cls, populator.init_list)
        self._related = [_Related(inner) for inner in populator.related_populators]
        self._set_here, self._set_there = populator.local_setter, populator.remote_setter

    def populate(self, columns: list[Any], owner: Any) -> None:
        """Gives `owner` its object, or None where there is none."""
        values = columns[self._columns] if self._columns else self._reorder(columns)
        if values[self._key] is None:
            self._set_here(owner, None)
            return
        made = self._make(values)
        for related in self._related:
            related.populate(columns, made)
        self._set_here(owner, made)
        self._set_there(made, owner)


def _maker(model: type[models.Model], attributes: list[str]) -> Make:
    """What makes an object of a row's values; a model that hears of its making, or loads in a way of its own, makes it itself."""
    plain = model.__init__ is models.Model.__init__ and model.from_db.__func__ is models.Model.from_db.__func__  # type: ignore[attr-defined]
    whole = attributes == [field.attname for field in model._meta.concrete_fields]
    if not plain or not whole or pre_init.has_listeners(model) or post_init.has_listeners(model):
        return lambda values: model.from_db(DEFAULT_DB_ALIAS, attributes, values)

    def make(values: list[Any]) -> Any:
        made = model.__new__(model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        made.__dict__ = {"_state": state, **dict(zip(attributes, values, strict=True))}
        return made

    return make


class Prepared(Generic[M]):
    """`build` makes a queryset of whole objects (with `select_related`, no annotations) from values of the named types.

    A value goes into the statement as it is: no lists, no None, nothing that decides on the statement's shape.
    """

    def __init__(self, build: Callable[..., models.QuerySet[M]], **types: type) -> None:
        self._build, self._types = build, types
        self._plan: _Plan | None = None

    def all(self, **values: Any) -> list[M]:
        """The objects, in the queryset's order."""
        return list(self._objects(values))

    def first(self, **values: Any) -> M | None:
        """The first object or None."""
        return next(self._objects(values), None)

    def _objects(self, values: Values) -> Iterator[M]:
        plan, db = self._plan, database()
        if plan is None:
            self._plan = plan = self._compile()
        given = {name: _adapted(value, db) for name, value in values.items()}
        for row in rows_of(db, plan.sql, [given[name] if name else constant for name, constant in plan.places]):
            columns = _converted(row, plan, db)
            made: Any = plan.make(columns[plan.columns])
            for related in plan.related:
                related.populate(columns, made)
            yield made

    def _compile(self) -> _Plan:
        """Compiled with marks for values, which are then looked for among the parameters."""
        marks = {name: _mark(kind, place) for place, (name, kind) in enumerate(self._types.items())}
        compiler: Any = self._build(**marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        names = {_adapted(mark, database()): name for name, mark in marks.items()}
        places = [(names.get(_bare(param)), param) for param in params]
        if {name for name, _ in places if name} != set(marks):
            raise TypeError("a prepared value is not in the statement")
        own = compiler.klass_info["select_fields"]
        columns = slice(own[0], own[-1] + 1)
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Plan(
            sql,
            places,
            _maker(compiler.klass_info["model"], [column[0].target.attname for column in compiler.select[columns]]),
            columns,
            [(place, convert, expression) for place, (convert, expression) in converters.items()],
            [_Related(one) for one in get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS)],  # type: ignore[call-arg]  # the stubs are a version ahead
        )


def _converted(row: tuple[Any, ...], plan: _Plan, db: BaseDatabaseWrapper) -> list[Any]:
    columns = list(row)
    for place, converters, expression in plan.converters:
        for convert in converters:
            columns[place] = convert(columns[place], expression, db)
    return columns


def _mark(kind: type, place: int) -> Any:
    """A value that nothing else in a statement has."""
    if kind is uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_URL, f"prepared:{place}")
    if kind is dt.datetime:
        return dt.datetime(1801, 2, 3, 4, 5, place, tzinfo=dt.UTC)
    if kind is int:
        return -987_654_321_000 - place
    if kind is str:
        return f"prepared:{place}"
    if kind is bytes:
        return f"prepared:{place}".encode()
    raise TypeError(f"no prepared values of type {kind.__name__}")


def _bare(param: Any) -> Any:
    """A parameter as it can be looked up: bytes without the driver's wrapping."""
    inner = getattr(param, "obj", param)
    return bytes(inner) if isinstance(inner, bytes | memoryview) else param


def _adapted(value: Any, db: BaseDatabaseWrapper) -> Any:
    """A value as the connection's driver takes it."""
    if isinstance(value, uuid.UUID):
        return value if db.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return db.ops.adapt_datetimefield_value(value)
    return value

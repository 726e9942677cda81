"""Statements of the hot path, compiled once.

Building and compiling a wide join costs Django several times what running it costs, and what every post and every reading
of the feed asks never changes but for its values. The objects are those that the queryset itself would give; a test compares.
"""
import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection, models
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=models.Model)
Values = dict[str, Any]


@dataclass(frozen=True)
class _Plan:
    """A compiled queryset: its SQL, where each value goes, and how rows become objects."""

    sql: str
    places: list[tuple[str | None, Any]]  # the value's name, else None and a constant
    model: type[models.Model]
    columns: slice
    attributes: list[str]
    converters: list[tuple[int, list[Any], Any]]  # column, its converters, its expression
    populators: list[Any]


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
        plan = self._plan
        if plan is None:
            self._plan = plan = self._compile()
        given = {name: _adapted(value) for name, value in values.items()}
        with connection.cursor() as cursor:
            cursor.execute(plan.sql, [given[name] if name else constant for name, constant in plan.places])
            rows = cursor.fetchall()
        for row in rows:
            columns = _converted(row, plan)
            made: Any = plan.model.from_db(DEFAULT_DB_ALIAS, plan.attributes, columns[plan.columns])
            for populator in plan.populators:
                populator.populate(columns, made)
            yield made

    def _compile(self) -> _Plan:
        """Compiled with marks for values, which are then looked for among the parameters."""
        marks = {name: _mark(kind, place) for place, (name, kind) in enumerate(self._types.items())}
        compiler: Any = self._build(**marks).query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        names = {_adapted(mark): name for name, mark in marks.items()}
        places = [(names.get(param), param) for param in params]
        if {name for name, _ in places if name} != set(marks):
            raise TypeError("a prepared value is not in the statement")
        own = compiler.klass_info["select_fields"]
        columns = slice(own[0], own[-1] + 1)
        converters = compiler.get_converters([column[0] for column in compiler.select])
        return _Plan(
            sql,
            places,
            compiler.klass_info["model"],
            columns,
            [column[0].target.attname for column in compiler.select[columns]],
            [(place, convert, expression) for place, (convert, expression) in converters.items()],
            get_related_populators(compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS),  # type: ignore[call-arg]  # the stubs are a version ahead
        )


def _converted(row: tuple[Any, ...], plan: _Plan) -> list[Any]:
    columns = list(row)
    for place, converters, expression in plan.converters:
        for convert in converters:
            columns[place] = convert(columns[place], expression, connection)
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
    raise TypeError(f"no prepared values of type {kind.__name__}")


def _adapted(value: Any) -> Any:
    """A value as the connection's driver takes it."""
    if isinstance(value, uuid.UUID):
        return value if connection.features.has_native_uuid_field else value.hex
    if isinstance(value, dt.datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value

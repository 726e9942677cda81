"""Rows of the hot path, written by statements that were made once: an insert of a whole object, an update of some of its fields."""
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.signals import post_save, pre_save

from foundation.statements import database, rows_of

M = TypeVar("M", bound=models.Model)
Adapt = Callable[[Any, Any], Any]


class PreparedInsert(Generic[M]):
    """Inserts whole objects of one model, as `save(force_insert=True)` would: no parents, no signals, no values of the database's own
    but the key.
    """

    def __init__(self, model: type[M]) -> None:
        self._model = model
        self._made: dict[str, tuple[str, list[tuple[str, Adapt]]]] = {}  # by the database's kind

    def save(self, made: M) -> M:
        """Inserts it and gives it its key. Raises IntegrityError and what else a statement may raise."""
        db = database()
        sql, fields = self._made.get(db.vendor) or self._compile(db)
        found = rows_of(db, sql, [adapt(getattr(made, name), db) for name, adapt in fields])
        if found:
            made.pk = found[0][0]
        made._state.adding, made._state.db = False, DEFAULT_DB_ALIAS
        return made

    def _compile(self, db: BaseDatabaseWrapper) -> tuple[str, list[tuple[str, Adapt]]]:
        meta, quote = self._model._meta, db.ops.quote_name
        _refuse_hearers(self._model)
        key = meta.auto_field
        fields = [field for field in meta.concrete_fields if field is not key]
        columns, marks = ", ".join(quote(str(field.column)) for field in fields), ", ".join("%s" for _ in fields)
        sql = f"INSERT INTO {quote(meta.db_table)} ({columns}) VALUES ({marks})"  # noqa: S608  -- names of the model's
        if key is not None:
            sql += f" RETURNING {quote(str(key.column))}"
        compiled = self._made[db.vendor] = sql, [(field.attname, _adapting(field)) for field in fields]
        return compiled


class PreparedUpdate(Generic[M]):
    """Updates the named fields of one object by its key, as `save(update_fields=…)` would."""

    def __init__(self, model: type[M], names: list[str]) -> None:
        self._model, self._names = model, names
        self._made: dict[str, tuple[str, list[tuple[str, Adapt]]]] = {}

    def save(self, changed: M) -> None:
        """Writes the fields. The caller holds the row's lock, so it is there."""
        db = database()
        sql, fields = self._made.get(db.vendor) or self._compile(db)
        rows_of(db, sql, [adapt(getattr(changed, name), db) for name, adapt in fields])

    def _compile(self, db: BaseDatabaseWrapper) -> tuple[str, list[tuple[str, Adapt]]]:
        meta, quote = self._model._meta, db.ops.quote_name
        _refuse_hearers(self._model)
        fields: list[Any] = [meta.get_field(name) for name in self._names]
        sets = ", ".join(f"{quote(field.column)} = %s" for field in fields)
        sql = f"UPDATE {quote(meta.db_table)} SET {sets} WHERE {quote(str(meta.pk.column))} = %s"  # noqa: S608  -- names of the model's
        compiled = self._made[db.vendor] = sql, [(field.attname, _adapting(field)) for field in (*fields, meta.pk)]
        return compiled


def _refuse_hearers(model: type[models.Model]) -> None:
    if pre_save.has_listeners(model) or post_save.has_listeners(model):
        raise TypeError(f"{model.__name__} has hearers of its saving, which a prepared statement would pass by")


def _adapting(field: Any) -> Adapt:
    """How a field's value becomes the driver's."""
    column = field.target_field if field.is_relation else field
    if isinstance(column, models.UUIDField):
        return _uuid
    if type(column) is models.DateTimeField:
        return _moment
    if isinstance(column, models.CharField):
        return _text
    if isinstance(column, models.BigIntegerField | models.BooleanField | models.BinaryField | models.SmallIntegerField):
        return _as_it_is
    return lambda value, db: field.get_db_prep_save(value, connection=db)


def _uuid(value: uuid.UUID | None, db: BaseDatabaseWrapper) -> Any:
    return value if value is None or db.features.has_native_uuid_field else value.hex


def _moment(value: dt.datetime | None, db: BaseDatabaseWrapper) -> Any:
    return None if value is None else db.ops.adapt_datetimefield_value(value)


def _text(value: str | None, db: BaseDatabaseWrapper) -> str | None:
    return value if value is None or type(value) is str else str(value)


def _as_it_is(value: Any, db: BaseDatabaseWrapper) -> Any:
    return value

"""How measures are written for the API and the socket."""
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from care.measures.models import Measure
from care.measures.queries import Series
from care.measures.units import UNITS, Part, Unit
from care.records.items import Written, record_item, tell, who
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader


def measure_item(measure: Measure, reader: Reader) -> Item:
    """A measure as it is now. Withdrawn it has no values and no note; `withdrawn` says when, by whom and why."""
    words, gone = measure.words(), measure.withdrawn_at is not None
    end = {"at": rfc3339(measure.withdrawn_at), "by": who(measure.withdrawn_by), "reason": words.get("reason", "")}
    return {
        **record_item(measure, reader), "kind": measure.kind, "unit": measure.unit.ucum, "taken_at": rfc3339(measure.taken_at),
        "values": {} if gone else {name: _number(Decimal(text)) for name, text in words["values"].items()},
        "note": "" if gone else words["note"],
        "withdrawn": end if gone else None,
    }  # fmt: skip


def series_item(series: Series, reader: Reader) -> Item:
    """A kind with its newest measure, its points, and what is usual."""
    return {
        "kind": series.kind, "unit": UNITS[series.kind].ucum, "newest": measure_item(series.newest, reader),
        "points": [
            {"measure": str(point.measure), "at": rfc3339(point.at), "by": who(point.by),
             "values": {name: _number(value) for name, value in point.values.items()}}
            for point in series.points
        ],
        "usual": {name: {"low": _number(band.low), "high": _number(band.high)} for name, band in series.usual.items()} or None,
        "compared": series.compared or None,
        "change": {"amount": _number(series.change.amount), "since": rfc3339(series.change.since)} if series.change else None,
    }  # fmt: skip


def kind_items() -> list[Item]:
    """Every kind with its UCUM unit, and for each of its numbers the bounds."""
    return [_kind(kind, unit) for kind, unit in UNITS.items()]


def _kind(kind: str, unit: Unit) -> Item:
    return {"kind": kind, "unit": unit.ucum, "loinc": unit.loinc, "values": [_part(part) for part in unit.parts]}


def _part(part: Part) -> Item:
    return {
        "name": part.name, "loinc": part.loinc, "decimals": part.decimals,
        "possible": [_number(bound) for bound in part.possible], "likely": [_number(bound) for bound in part.likely],
    }  # fmt: skip


def _number(value: Decimal) -> int | float:
    """As JSON writes it: whole where it is whole, never more than two places."""
    rounded = round(value, 2)
    return int(rounded) if rounded == int(rounded) else float(rounded)


def _rendered(measures: Sequence[Any]) -> Written:
    return measure_item


def tell_measures() -> None:
    """Says how lines of the family `measure` are told."""
    tell("measure", Measure, _rendered)

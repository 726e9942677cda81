"""Units and bounds of each kind. Units are UCUM codes, codes are LOINC's; bounds say what cannot be and what is asked about again.

"Possible" bounds are wide: what lies outside is a slip of the finger or another unit. "Likely" ones are those in which somebody at home
is found without alarm or with an ordinary one; what lies between is asked about once and then kept.
"""
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from care.measures.enums import MeasureKind

Values = Mapping[str, Decimal]
Bounds = tuple[Decimal, Decimal]


@dataclass(frozen=True)
class Part:
    """One number of a measure. `possible` and `likely` are closed intervals in the kind's unit; `decimals` how finely it is read."""

    name: str
    loinc: str
    possible: Bounds
    likely: Bounds
    decimals: int = 0


@dataclass(frozen=True)
class Unit:
    """A kind's UCUM code, its LOINC code, and its numbers. `notable` is the least difference from the usual that is worth a word."""

    ucum: str
    loinc: str
    parts: tuple[Part, ...]
    notable: Decimal = Decimal(0)

def _part(name: str, loinc: str, possible: str, likely: str, decimals: int = 0) -> Part:
    low, high = (Decimal(text) for text in possible.split(".."))
    least, most = (Decimal(text) for text in likely.split(".."))
    return Part(name, loinc, (low, high), (least, most), decimals)


def _unit(ucum: str, loinc: str, possible: str, likely: str, *, decimals: int = 0, notable: str = "0") -> Unit:
    return Unit(ucum, loinc, (_part("value", loinc, possible, likely, decimals),), Decimal(notable))


UNITS: dict[MeasureKind, Unit] = {
    MeasureKind.WEIGHT: _unit("kg", "29463-7", "0.3..500", "30..200", decimals=1, notable="1"),
    MeasureKind.BLOOD_PRESSURE: Unit("mm[Hg]", "85354-9", (
        _part("systolic", "8480-6", "40..300", "80..200"), _part("diastolic", "8462-4", "20..200", "40..120"),
    ), Decimal(10)),
    MeasureKind.SATURATION: _unit("%", "59408-5", "30..100", "85..100", notable="1"),
    MeasureKind.PAIN: _unit("{score}", "72514-3", "0..10", "0..10", notable="1"),
    MeasureKind.GLUCOSE: _unit("g/L", "2339-0", "0.1..15", "0.6..3", decimals=2, notable="0.2"),
    MeasureKind.PULSE: _unit("/min", "8867-4", "20..300", "45..130", notable="10"),
    MeasureKind.TEMPERATURE: _unit("Cel", "8310-5", "24..45", "35..40", decimals=1, notable="0.5"),
    MeasureKind.BREATHING: _unit("/min", "9279-1", "2..90", "10..30", notable="3"),
    MeasureKind.DIURESIS: _unit("mL/d", "9192-6", "0..15000", "300..4000", notable="300"),
    MeasureKind.HEIGHT: _unit("cm", "8302-2", "30..250", "130..205", notable="2"),
}  # fmt: skip


def impossible_values(kind: MeasureKind, values: Values) -> dict[str, Bounds]:
    """Names of the values that cannot be, each with the bounds that it leaves."""
    return {part.name: part.possible for part in UNITS[kind].parts if not _within(values[part.name], part.possible)}


def unlikely_values(kind: MeasureKind, values: Values) -> list[str]:
    """Names of the values that are asked about."""
    return [part.name for part in UNITS[kind].parts if not _within(values[part.name], part.likely)]


def _within(value: Decimal, bounds: Bounds) -> bool:
    return bounds[0] <= value <= bounds[1]

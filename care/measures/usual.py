"""What is usual for one person: the band between the 10th and the 90th percentile of the 90 days before, and what to say beside it."""
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

DAYS = 90
FEWEST = 5  # values from which on something can be called usual
_LOW, _HIGH = Decimal("0.1"), Decimal("0.9")


@dataclass(frozen=True)
class Band:
    """From where to where a value usually lies, in the kind's unit."""

    low: Decimal
    high: Decimal


def usual_band(values: Sequence[Decimal]) -> Band | None:
    """The band of some values, in any order; None where there are too few."""
    if len(values) < FEWEST:
        return None
    ordered = sorted(values)
    return Band(_percentile(ordered, _LOW), _percentile(ordered, _HIGH))


def _percentile(ordered: Sequence[Decimal], share: Decimal) -> Decimal:
    """Linear between the two nearest ranks."""
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def compared(value: Decimal, band: Band | None, notable: Decimal) -> str:
    """`lower`, `higher`, or "" where it is usual or so little off that no word is due."""
    if band is None:
        return ""
    if value < band.low and band.low - value >= notable:
        return "lower"
    return "higher" if value > band.high and value - band.high >= notable else ""

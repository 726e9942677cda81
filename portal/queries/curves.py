"""A plot over time as plain coordinates, so that a template draws it without a script or a style."""
import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from portal.queries.sheet_words import figure
from portal.templatetags.times import local

WIDTH, HEIGHT = 480, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 14, 34
_MOST_DOTS = 60
_DAY_S = 86400


@dataclass(frozen=True)
class Point:
    """A value at a time."""

    at: dt.datetime
    value: float


@dataclass(frozen=True)
class Tick:
    """A word beside an axis. Whole numbers: a template would write 12.5 as 12,5 in French."""

    x: int
    y: int
    words: str


@dataclass(frozen=True)
class Threshold:
    """A line across the plot, where a score begins to mean something else."""

    y: int
    words: str


@dataclass(frozen=True)
class Curve:
    """A plot: the points of its line ("x,y x,y"), single dots, words at both axes, thresholds."""

    line: str
    dots: list[Tick]
    last: Tick
    values: list[Tick]
    days: list[Tick]
    thresholds: list[Threshold] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def curve_of(
    points: Sequence[Point], zone: str, thresholds: Sequence[tuple[float, str]] = (), bounds: tuple[float, float] | None = None
) -> Curve | None:
    """A plot of points, oldest first; None where there is none. `bounds` are the lowest and highest possible values, where there are."""
    if not points:
        return None
    low, high = _span([point.value for point in points], bounds)
    first, last = points[0].at, points[-1].at
    length = (last - first).total_seconds()

    def x(at: dt.datetime) -> int:
        share = (at - first).total_seconds() / length if length else 1.0
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT))

    def y(value: float) -> int:
        return round(_TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM))

    placed = [(x(point.at), y(point.value)) for point in points]
    marks = [Tick(place[0], place[1], figure(point.value)) for place, point in zip(placed, points, strict=True)]
    return Curve(
        line=" ".join(f"{across},{down}" for across, down in placed), dots=marks if len(marks) <= _MOST_DOTS else [], last=marks[-1],
        values=[Tick(_LEFT - 8, y(value), figure(round(value, 2))) for value in _steps(low, high)],
        days=_days(first, last, zone, x), thresholds=[Threshold(y(at), words) for at, words in thresholds if low < at < high],
    )  # fmt: skip


def _span(values: Sequence[float], bounds: tuple[float, float] | None) -> tuple[float, float]:
    """What the plot reaches from and to: the possible values where these are few, else a little around the real ones."""
    if bounds and bounds[0] <= min(values) and bounds[1] >= max(values) and bounds[1] - bounds[0] <= 100:
        return bounds if bounds[0] < bounds[1] else (bounds[0] - 1, bounds[1] + 1)
    low, high = min(values), max(values)
    room = (high - low) * 0.1 or max(1.0, abs(high) * 0.05)
    return low - room, high + room


def _steps(low: float, high: float) -> list[float]:
    """Some round values between."""
    wide = (high - low) / 4
    size = 10.0 ** len(str(int(wide))) / 10 if wide >= 1 else 0.1
    step = next((size * n for n in (1, 2, 5, 10) if size * n >= wide), size * 10)
    first = -(-low // step) * step
    return [round(first + n * step, 4) for n in range(int((high - first) / step) + 1)]


def _days(first: dt.datetime, last: dt.datetime, zone: str, place: Callable[[dt.datetime], int]) -> list[Tick]:
    """The day of the first and of the last point, and one between where there is room."""
    moments = [last] if last - first < dt.timedelta(days=1) else [first, last]
    if (last - first).total_seconds() > 4 * _DAY_S:
        moments.insert(1, first + (last - first) / 2)
    return [Tick(place(at), HEIGHT - 10, local(at, zone).strftime("%d/%m/%y")) for at in moments]

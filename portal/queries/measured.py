"""Measures as the summary shows them: figure, unit, a word when unusual, and a plot of 128 × 48 that the server draws."""
import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils import dateformat
from django.utils.formats import number_format
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from care.measures.enums import MeasureKind
from care.measures.queries import Point, Series, latest
from care.measures.units import UNITS, Values
from foundation import clock
from people.circles.enums import CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act, decide
from people.circles.words import short_name
from portal.templatetags.times import local, moment, short_day

WIDTH, HEIGHT = 128, 48
_LEFT, _RIGHT, _TOP, _BOTTOM = 6, 116, 8, 40


@dataclass(frozen=True)
class Plot:
    """Places on the drawing, in its units. `line` as SVG writes points; `band` (upper edge, height) or None."""

    line: str
    dots: list[tuple[float, float]]
    last: tuple[float, float]
    band: tuple[float, float] | None


@dataclass(frozen=True)
class Row:
    """One value in the table behind a plot; `mine`: the reader may withdraw it."""

    measure: UUID
    at: str
    figure: str
    by: str
    mine: bool


@dataclass(frozen=True)
class Measured:
    """A kind as the summary shows it. `word`: lower, higher in the reader's language, or ""; `change` and `since`: + 2,2 kg, Saturday."""

    kind: str
    label: str
    figure: str
    unit: str
    word: str
    change: str
    since: str
    by: str
    usual: str
    plot: Plot
    rows: list[Row]


def measured_by(reader: Membership, days: int) -> list[Measured]:
    """Every kind that was ever measured, as the reader may see it. Three statements."""
    return [_measured(reader, series, days) for series in latest(reader, days).values()]


def unit_words(kind: str) -> str:
    """The unit as people say it; blood pressure in centimetres in French, as it is spoken of there."""
    return {
        MeasureKind.WEIGHT: "kg", MeasureKind.BLOOD_PRESSURE: "cmHg" if _centimetres() else "mmHg", MeasureKind.SATURATION: "%",
        MeasureKind.PAIN: _("out of 10"), MeasureKind.GLUCOSE: "g/L", MeasureKind.PULSE: "/min", MeasureKind.TEMPERATURE: "°C",
        MeasureKind.BREATHING: "/min", MeasureKind.DIURESIS: "mL", MeasureKind.HEIGHT: "cm",
    }[MeasureKind(kind)]  # fmt: skip


def figure(kind: str, values: Values) -> str:
    """64,2 · 14 / 8: the numbers as a page writes them."""
    tenth = Decimal(10) if kind == MeasureKind.BLOOD_PRESSURE and _centimetres() else Decimal(1)
    return " / ".join(_number(values[part.name] / tenth) for part in UNITS[MeasureKind(kind)].parts)


def _centimetres() -> bool:
    return (get_language() or "").startswith("fr")


def _number(value: Decimal) -> str:
    rounded = round(value, 2).normalize()
    return str(number_format(f"{rounded:f}"))


def _by(point_by: Membership | None) -> str:
    return short_name(point_by.person, point_by.role) if point_by else _("Cercle")


def _measured(reader: Membership, series: Series, days: int) -> Measured:
    zone, kind, newest = reader.circle.zone, series.kind, series.newest
    words = {"lower": pgettext("than usual", "lower"), "higher": pgettext("than usual", "higher")}
    change, since = "", ""
    if series.change is not None:
        sign = "+ " if series.change.amount > 0 else "− "
        change = f"{sign}{_number(abs(series.change.amount))} {unit_words(kind)}"
        since = dateformat.format(local(series.change.since, zone), "l")
    bands = [series.usual.get(part.name) for part in UNITS[kind].parts]
    lows = {part.name: round(band.low, part.decimals) for part, band in zip(UNITS[kind].parts, bands, strict=True) if band}
    highs = {part.name: round(band.high, part.decimals) for part, band in zip(UNITS[kind].parts, bands, strict=True) if band}
    usual = _("usually from %(low)s to %(high)s") % {"low": figure(kind, lows), "high": figure(kind, highs)} if all(bands) else ""
    return Measured(
        kind=kind, label=str(MeasureKind(kind).label), figure=figure(kind, newest.values()), unit=unit_words(kind),
        word="" if change else words.get(series.compared, ""), change=change, since=since,
        by=f"{_by(newest.author)}, {moment(newest.taken_at, zone)}", usual=usual, plot=_plot(series, days),
        rows=[_row(reader, kind, point) for point in reversed(series.points)],
    )  # fmt: skip


def _row(reader: Membership, kind: str, point: Point) -> Row:
    own = point.by is not None and point.by.person_id == reader.person_id
    may = decide(Role(reader.role), Act.WITHDRAW_ENTRY, CircleState(reader.circle.state), own=own)
    at, now = local(point.at, reader.circle.zone), local(clock.now(), reader.circle.zone)
    return Row(point.measure, f"{short_day(at, now)}, {at.hour}:{at.minute:02}", figure(kind, point.values), _by(point.by), bool(may))


def _plot(series: Series, days: int) -> Plot:
    """The first part's values over the days shown; a kind's lower number stands in the table."""
    name = UNITS[series.kind].parts[0].name
    values = [float(point.values[name]) for point in series.points]
    band = series.usual.get(name)
    reach = values + ([float(band.low), float(band.high)] if band else [])
    low, high = min(reach), max(reach)

    def y(value: float) -> float:
        return round((_TOP + _BOTTOM) / 2 if high == low else _BOTTOM - (value - low) / (high - low) * (_BOTTOM - _TOP), 1)

    now, span = clock.now(), dt.timedelta(days=days)

    def x(at: dt.datetime) -> float:
        return round(_LEFT + max(0.0, 1 - (now - at) / span) * (_RIGHT - _LEFT), 1)

    dots = [(x(point.at), y(value)) for point, value in zip(series.points, values, strict=True)]
    edges = (y(float(band.high)), max(3.0, round(y(float(band.low)) - y(float(band.high)), 1))) if band else None
    return Plot(" ".join(f"{across},{down}" for across, down in dots), dots[:-1], dots[-1], edges)

"""How a form's numbers went over time: a plot each, what a score's values mean, and the same as a table."""
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from care.sheets.models import FormVersion
from care.sheets.queries import forms_for, sheets_of
from care.sheets.questionnaire import Band, Item
from care.sheets.series import Line, series_of
from care.sheets.understood import questionnaire_of
from people.circles.models import Membership
from portal.queries.curves import Curve, Point, curve_of
from portal.queries.sheet_words import figure, language, moment_words, score_words

_BOTH, _FROM, _UP_TO = "%(low)s – %(high)s: %(label)s", "%(low)s +: %(label)s", "≤ %(high)s: %(label)s"


@dataclass(frozen=True)
class Plot:
    """A number over time; `summary` says it to who does not see the plot."""

    name: str
    unit: str
    last: str
    meaning: str
    summary: str
    curve: Curve | None
    bands: list[str]


@dataclass(frozen=True)
class Row:
    """A sheet's numbers, in the order of the plots."""

    id: UUID
    when: str
    values: list[str]


@dataclass(frozen=True)
class Plots:
    """A form's plots, scores first, and the rows of their table, the newest first."""

    id: UUID
    title: str
    plots: list[Plot]
    lines: list[Row]


def plots_of(member: Membership, form: UUID) -> Plots | None:
    """None where the form is neither offered to the member nor was anything filled in that they see."""
    version = FormVersion.objects.filter(form=form).order_by("-number").first()
    if version is None or not (forms_for(member).filter(pk=form).exists() or sheets_of(member, form=form).exists()):
        return None
    series = [line for line in series_of(member, form) if line.item.type.counts]
    series.sort(key=lambda line: line.item.formula is None)
    title = questionnaire_of(version).title.told(language())
    zone = member.circle.zone
    return Plots(form, title, [_plot(line, zone) for line in series], _rows(series, zone))


def _plot(line: Line, zone: str) -> Plot:
    item, points = line.item, [Point(point.at, point.value) for point in line.points]
    value, meaning, _tone = score_words(item, points[-1].value)
    thresholds = [(float(band.low), band.label.told(language())) for band in item.bands if band.low is not None]
    name = item.text.told(language()) or item.link_id
    values = [point.value for point in points]
    said = {
        "name": name, "n": len(points), "low": figure(min(values)), "high": figure(max(values)),
        "last": value, "moment": moment_words(points[-1].at, zone),
    }  # fmt: skip
    summary = _("%(name)s: %(n)s values between %(low)s and %(high)s, the last one %(last)s (%(moment)s).") % said
    return Plot(
        name=name, unit=(item.unit[1] or item.unit[0]) if item.unit else "", last=value, meaning=meaning, summary=summary,
        curve=curve_of(points, zone, thresholds, _bounds(item)), bands=[_band(band) for band in item.bands],
    )  # fmt: skip


def _bounds(item: Item) -> tuple[float, float] | None:
    """The lowest and highest values that the item takes or its bands name."""
    if isinstance(item.low, Decimal) and isinstance(item.high, Decimal):
        return float(item.low), float(item.high)
    edges = [float(edge) for band in item.bands for edge in (band.low, band.high) if edge is not None]
    return (min(edges), max(edges)) if edges else None


def _band(band: Band) -> str:
    """0 – 7: undernourished."""
    label = band.label.told(language())
    if band.low is None:
        return _UP_TO % {"high": figure(band.high), "label": label} if band.high is not None else label
    return (_BOTH if band.high is not None else _FROM) % {"low": figure(band.low), "high": figure(band.high or 0), "label": label}


def _rows(series: Sequence[Line], zone: str) -> list[Row]:
    """Of each sheet its numbers; "–" where it has none."""
    moments: dict[UUID, dt.datetime] = {}
    columns: list[dict[UUID, str]] = []
    for line in series:
        moments |= {point.sheet: point.at for point in line.points}
        columns.append({point.sheet: figure(point.value) for point in line.points})
    newest = sorted(moments, key=lambda sheet: moments[sheet], reverse=True)
    return [Row(sheet, moment_words(moments[sheet], zone), [column.get(sheet, "–") for column in columns]) for sheet in newest]

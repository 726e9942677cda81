"""Questions about measures, each in a fixed number of statements whatever there is."""
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from care.measures.enums import MeasureKind
from care.measures.errors import bad_place
from care.measures.models import Measure, MeasureRows
from care.measures.units import UNITS
from care.measures.usual import DAYS, Band, compared, usual_band
from care.records.models import opened_words
from foundation import clock
from people.circles.access import reader_of
from people.circles.models import Membership

_MOST_POINTS = 60  # more are drawn as the last one of each day
_SWIFT = {MeasureKind.WEIGHT: (3, Decimal(2))}  # HAS, heart failure: two to three kilograms within a few days


@dataclass(frozen=True)
class Point:
    """One measure of a series: when, its numbers by part, and whose it is (a membership with its person, None: a rule of the house)."""

    measure: UUID
    at: dt.datetime
    values: Mapping[str, Decimal]
    by: Membership | None


@dataclass(frozen=True)
class Change:
    """How much the newest value differs from the one before `since`, where so much in so few days means something."""

    amount: Decimal
    since: dt.datetime


@dataclass(frozen=True)
class Series:
    """A kind with its newest measure, the points of the days asked for (oldest first, the newest always among them), the usual band of each
    part, and what to say: `compared` is "lower", "higher" or "".
    """

    kind: MeasureKind
    newest: Measure
    points: list[Point]
    usual: dict[str, Band] = field(default_factory=dict)
    compared: str = ""
    change: Change | None = None


def latest(member: Membership, days: int = 7) -> dict[MeasureKind, Series]:
    """Each kind that was ever measured, as far as the member may see it, in the order of the kinds. Three statements."""
    now, seen = clock.now(), _standing(member)
    newest = {MeasureKind(one.kind): one for one in _newest(member, seen)}
    drawn = seen.filter(taken_at__gt=now - dt.timedelta(days=DAYS)).order_by("taken_at", "made_at", "pk")
    rows = list(drawn.values_list("pk", "kind", "taken_at", "sealed_words", "author"))
    vault, since = member.circle.patient.vault, now - dt.timedelta(days=days)
    authors = Membership.objects.select_related("person").in_bulk({row[4] for row in rows if row[4] and row[2] > since})
    points: dict[str, list[Point]] = {}
    for pk, kind, at, sealed, author in rows:
        said = opened_words(vault, Measure.PLACE, pk, sealed)["values"]
        points.setdefault(kind, []).append(Point(pk, at, {name: Decimal(text) for name, text in said.items()}, authors.get(author)))
    return {kind: _series(kind, newest[kind], points.get(kind, []), since) for kind in MeasureKind if kind in newest}


def measures_of(member: Membership, kind: MeasureKind | None, before: str | None, limit: int) -> list[Measure]:
    """Measures that the member may see, newest first, withdrawn ones among them, from a place on. One statement. Raises Invalid."""
    rows = Measure.objects.visible_to(reader_of(member)).filter(circle=member.circle_id).whole()
    rows = rows.filter(kind=kind) if kind else rows
    if before:
        at, pk = _placed(before)
        rows = rows.filter(Q(taken_at__lt=at) | Q(taken_at=at, pk__lt=pk))
    return _with_circle(member, rows.order_by("-taken_at", "-pk")[:limit])


def place_of(measure: Measure) -> str:
    """Where a list goes on after a measure."""
    return f"{measure.taken_at.isoformat()}~{measure.pk}"


def _placed(place: str) -> tuple[dt.datetime, UUID]:
    at, _tilde, pk = place.partition("~")
    try:
        return dt.datetime.fromisoformat(at).astimezone(dt.UTC), UUID(pk)
    except (ValueError, OverflowError):
        raise bad_place() from None


def _standing(member: Membership) -> MeasureRows:
    return Measure.objects.visible_to(reader_of(member)).filter(circle=member.circle_id, withdrawn_at=None)


def _newest(member: Membership, seen: MeasureRows) -> list[Measure]:
    of_kind = seen.filter(kind=OuterRef("kind")).order_by("-taken_at", "-made_at", "-pk")
    return _with_circle(member, seen.filter(pk=Subquery(of_kind.values("pk")[:1])).whole())


def _with_circle(member: Membership, rows: object) -> list[Measure]:
    found = list(cast(MeasureRows, rows))
    for measure in found:
        measure.circle = member.circle  # the patient's key is known by it
    return cast(list[Measure], found)


def _series(kind: MeasureKind, newest: Measure, points: list[Point], since: dt.datetime) -> Series:
    unit, last = UNITS[kind], newest.values()
    before = [point for point in points if point.measure != newest.pk]
    usual = {part.name: band for part in unit.parts if (band := usual_band([point.values[part.name] for point in before]))}
    said = [compared(last[part.name], usual.get(part.name), unit.notable) for part in unit.parts]
    shown = [point for point in points if point.at > since] or [Point(newest.pk, newest.taken_at, last, newest.author)]
    return Series(kind, newest, _thinned(shown), usual, next(filter(None, said), ""), _change(kind, newest, points))


def _thinned(points: list[Point]) -> list[Point]:
    """No more than a small plot can show."""
    if len(points) <= _MOST_POINTS:
        return points
    return list({point.at.date(): point for point in points}.values())


def _change(kind: MeasureKind, newest: Measure, points: list[Point]) -> Change | None:
    """Against the last value that is at least so many days old, of the week before."""
    if kind not in _SWIFT:
        return None
    days, least = _SWIFT[kind]
    latest_then, first = newest.taken_at - dt.timedelta(days=days, hours=-12), newest.taken_at - dt.timedelta(days=7)
    then = next((point for point in reversed(points) if first <= point.at <= latest_then), None)
    if then is None:
        return None
    amount = newest.values()["value"] - then.values["value"]
    return Change(amount, then.at) if abs(amount) >= least else None

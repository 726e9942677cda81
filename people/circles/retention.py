"""How long a circle is kept after its last entry, by state: what is due to be erased. The years are settings, not law."""
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Max, Q

from foundation.vault.seal import SealBroken
from people.circles.enums import CircleState
from people.circles.guardians import anniversary, beginning
from people.circles.models import Circle

_YOUNG_UNTIL = 28  # years: the record of somebody young is kept at least until this birthday (R.1112-7 CSP)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Due:
    """A circle whose time of keeping is over: since when, and its last entry (or the death)."""

    circle: UUID
    vault: UUID
    state: str
    last: dt.datetime
    since: dt.datetime


def due_circles(now: dt.datetime) -> list[Due]:
    """Circles whose time is over, oldest first; of a patient with several, only when all of them are due."""
    waiting: set[UUID] = set()
    found = []
    for circle in _kept():
        due = _due(circle)
        if due is None or due.since > now:
            waiting.add(circle.patient.vault)
        else:
            found.append(due)
    return sorted((due for due in found if due.vault not in waiting), key=lambda due: due.since)


def _kept() -> Iterator[Circle]:
    declared = Max("state_changes__at", filter=Q(state_changes__state=CircleState.DECEASED))
    rows = Circle.objects.filter(synthetic=False).exclude(state=CircleState.ERASED).select_related("head", "patient")
    return rows.annotate(declared_at=declared).order_by("pk").iterator(chunk_size=500)


def _due(circle: Circle) -> Due | None:
    """When the time is over; None where the setting of the state says never."""
    years = settings.KEEP_YEARS[circle.state]
    if not years:
        return None
    last = circle.head.care_at or circle.opened_at
    if circle.state == CircleState.DECEASED:
        last = circle.__dict__["declared_at"] or last
    since = _after(last.astimezone(ZoneInfo(circle.zone)).date(), years, circle.zone)
    if circle.state != CircleState.DECEASED:
        since = max(since, _grown_up(circle) or since)
    return Due(circle.id, circle.patient.vault, circle.state, last, since)


def _after(day: dt.date, years: int, zone: str) -> dt.datetime:
    """The end of the anniversary, so that nothing is erased a few hours too early."""
    return beginning(anniversary(day, years) + _DAY, zone)


def _grown_up(circle: Circle) -> dt.datetime | None:
    try:
        born = dt.date.fromisoformat(circle.patient.traits.birth_date)
    except (SealBroken, ValueError):  # an erasure that was cut short has no key any more
        return None
    return beginning(anniversary(born, _YOUNG_UNTIL), circle.zone)

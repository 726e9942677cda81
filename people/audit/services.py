"""Writing the trail: inside the caller's transaction, under the trail's own lock, each line sealed to the one before it."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock
from foundation.prepared import Prepared
from people.audit.models import TrailHead, TrailLine


@dataclass(frozen=True)
class Access:
    """What one line says: who, in which role, what, by which right, in which session."""

    circle: UUID
    person: UUID | None
    role: str
    what: str
    right: str
    session: UUID | None = None


def record_access(access: Access, *, hour: str = "") -> TrailLine:
    """Appends a line to the circle's trail."""
    with transaction.atomic():
        head = _locked.first(circle=access.circle)
        if head is None:
            TrailHead.objects.get_or_create(circle=access.circle)
            head = TrailHead.objects.select_for_update().get(circle=access.circle)
        line = chained(head, access, clock.now(), hour)
        line.save(force_insert=True)
        head.save(force_update=True)
    return line


def record_opening(access: Access) -> None:
    """A line for the opening of a circle by a session, once an hour (security.md, J1 as amended)."""
    hour = clock.now().isoformat()[:13]
    key = (access.circle, access.person, access.session, hour)
    if key in _opened:
        return
    if not _has_opened(access, hour):
        record_access(access, hour=hour)
    if len(_opened) > _MOST_REMEMBERED:
        _opened.clear()
    transaction.on_commit(lambda: _opened.add(key))


def _has_opened(access: Access, hour: str) -> bool:
    if access.person is None or access.session is None:
        return TrailLine.objects.filter(circle=access.circle, session=access.session, hour=hour, person=access.person).exists()
    return _openings.first(circle=access.circle, person=access.person, session=access.session, hour=hour) is not None


def _opening(circle: UUID, person: UUID, session: UUID, hour: str) -> QuerySet[TrailLine]:
    return TrailLine.objects.filter(circle=circle, session=session, hour=hour, person=person)[:1]


# Sockets that come back ask these for each of their circles.
_openings = Prepared(_opening, circle=UUID, person=UUID, session=UUID, hour=str)
_locked = Prepared(lambda circle: TrailHead.objects.select_for_update().filter(circle=circle), circle=UUID)

_MOST_REMEMBERED = 100_000
_opened: set[tuple[UUID, UUID | None, UUID | None, str]] = set()


def chained(head: TrailHead, access: Access, at: dt.datetime, hour: str) -> TrailLine:
    """The next line of a trail, unsaved, with `head` moved on to it. For those who write lines in bulk."""
    line = TrailLine(
        circle=access.circle, number=head.count + 1, at=at, person=access.person, role=access.role, what=access.what, right=access.right,
        session=access.session, hour=hour,
    )
    line.digest = line.digest_after(bytes(head.digest))
    head.count, head.digest = line.number, line.digest
    return line

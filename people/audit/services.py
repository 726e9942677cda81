"""Writing the trail: inside the caller's transaction, under the trail's own lock, each line sealed to the one before it."""
import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from foundation import clock, device
from foundation.prepared import Prepared
from people.audit.models import VERSION, TrailHead, TrailLine


@dataclass(frozen=True)
class Access:
    """What one line says: who, in which role, what, by which right, in which session, for which structure, about whom.

    `circle` is the trail's id: a circle's, or that of the person or structure whose trail it is.
    """

    circle: UUID
    person: UUID | None
    role: str
    what: str
    right: str
    session: UUID | None = None
    structure: UUID | None = None
    about: UUID | None = None
    device: str | None = None  # None: that of the call that runs now


Complete = Callable[[Access], Access]
_Key = tuple[UUID, UUID | None, UUID | None, str, UUID | None, str]


def record_access(access: Access, *, hour: str = "") -> TrailLine:
    """Appends a line to a trail."""
    with transaction.atomic():
        return _appended(_locked_head(access.circle), access, hour)


def _locked_head(circle: UUID) -> TrailHead:
    head = _locked.first(circle=circle)
    if head is None:
        TrailHead.objects.get_or_create(circle=circle)
        head = TrailHead.objects.select_for_update().get(circle=circle)
    return head


def _appended(head: TrailHead, access: Access, hour: str) -> TrailLine:
    line = chained(head, access, clock.now(), hour)
    line.save(force_insert=True)
    head.save(force_update=True)
    return line


def record_accesses(accesses: Sequence[Access]) -> None:
    """A line in each of many trails, in a few statements for all: what one act did in hundreds of circles."""
    with transaction.atomic():
        _store(_every_head({access.circle for access in accesses}), accesses, "")


def _every_head(circles: Collection[UUID]) -> dict[UUID, TrailHead]:
    """The heads of some trails, locked in one order; new ones where a trail begins."""
    heads = _locked_heads(circles)
    if missing := set(circles) - heads.keys():
        new = [TrailHead(circle=circle) for circle in sorted(missing)]
        TrailHead.objects.bulk_create(new, ignore_conflicts=True, batch_size=_BATCH)
        heads |= _locked_heads(missing)
    return heads


def _store(heads: dict[UUID, TrailHead], accesses: Sequence[Access], hour: str) -> None:
    now = clock.now()
    lines = [chained(heads[access.circle], access, now, hour) for access in accesses]
    TrailLine.objects.bulk_create(lines, batch_size=_BATCH)
    moved = {access.circle for access in accesses}
    TrailHead.objects.bulk_create(
        [head for circle, head in heads.items() if circle in moved],
        batch_size=_BATCH, update_conflicts=True, update_fields=["count", "digest"], unique_fields=["circle"],
    )  # fmt: skip


def _locked_heads(circles: Collection[UUID]) -> dict[UUID, TrailHead]:
    heads = TrailHead.objects.select_for_update().filter(circle__in=circles).order_by("circle")
    return {head.circle: head for head in heads}


def record_administration(
    person: UUID | None, structure: UUID | None, what: str, about: UUID | None = None, *, right: str = "administrator"
) -> None:  # fmt: skip
    """An administrator's act, in the trail of their structure (the site's where None): `what` is "people.invited", `about` whom or what.

    Inside the transaction of the act, so that neither is there without the other.
    """
    record_access(Access(structure or SITE_TRAIL, person, "", what, right, structure=structure, about=about))


def record_opening(access: Access, *, complete: Complete = lambda access: access) -> None:
    """A line for the opening of a circle, of a list or of one thing in it by a session, once an hour (security.md, J1 as amended).

    `complete` fills in what costs a question; it is asked only where a line is written.
    """
    record_openings([(access, complete)])


def record_openings(openings: Sequence[tuple[Access, Complete]]) -> None:
    """The same for several, of any people and trails: the lines that are missing are written in one transaction."""
    hour = clock.now().isoformat()[:13]
    if len(_opened) > _MOST_REMEMBERED:
        _opened.clear()
    missing: dict[_Key, Access] = {}
    for access, complete in openings:
        key = _key(access, hour)
        if key in _opened or key in missing:
            continue
        if _has_opened(access, hour):
            _opened.add(key)
        else:
            missing[key] = complete(access)
    if missing:
        _write_openings(missing, hour)


def _write_openings(missing: dict[_Key, Access], hour: str) -> None:
    with transaction.atomic():
        if len(missing) == 1:
            (access,) = missing.values()
            head = _locked_head(access.circle)
            if not _has_opened(access, hour):  # asked again under the lock: of two at once, one leaves the line
                _appended(head, access, hour)
        else:
            heads = _every_head({access.circle for access in missing.values()})
            _store(heads, [access for access in missing.values() if not _has_opened(access, hour)], hour)
        transaction.on_commit(lambda: _opened.update(missing))


def _key(access: Access, hour: str) -> _Key:
    return access.circle, access.person, access.session, access.what, access.about, hour


def _has_opened(access: Access, hour: str) -> bool:
    if access.person is None or access.session is None or access.about is not None:
        alike = TrailLine.objects.filter(circle=access.circle, session=access.session, hour=hour, person=access.person)
        return alike.filter(what=access.what, about=access.about).exists()
    return _openings.first(circle=access.circle, person=access.person, session=access.session, hour=hour, what=access.what) is not None


def _opening(circle: UUID, person: UUID, session: UUID, hour: str, what: str) -> QuerySet[TrailLine]:
    return TrailLine.objects.filter(circle=circle, session=session, hour=hour, person=person, what=what)[:1]


# Sockets that come back ask these for each of their circles.
_openings = Prepared(_opening, circle=UUID, person=UUID, session=UUID, hour=str, what=str)
_locked = Prepared(lambda circle: TrailHead.objects.select_for_update().filter(circle=circle), circle=UUID)

SITE_TRAIL = UUID(int=0)
_BATCH = 500
_MOST_REMEMBERED = 100_000
_opened: set[_Key] = set()


def chained(head: TrailHead, access: Access, at: dt.datetime, hour: str) -> TrailLine:
    """The next line of a trail, unsaved, with `head` moved on to it. For those who write lines in bulk."""
    used = device.present() if access.device is None else access.device
    line = TrailLine(
        circle=access.circle, number=head.count + 1, at=at, person=access.person, role=access.role, what=access.what, right=access.right,
        session=access.session, hour=hour, structure=access.structure, device=used[: device.LONGEST], about=access.about, version=VERSION,
    )
    line.digest = line.digest_after(bytes(head.digest))
    head.count, head.digest = line.number, line.digest
    return line

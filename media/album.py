"""The files of a circle in one list, as a member may see them: for an overview, and to find photos of one place of the body."""
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from foundation.http import whole_number
from media.carried import full_rows, heard
from media.enums import MediaKind, MediaState
from media.models import Carry, CarryRows
from people.circles.access import reader_of
from people.circles.models import Membership

_STEP = 200  # rows whose facts are unsealed at once while a place of the body is looked for


@dataclass(frozen=True)
class Place:
    """Below what a page begins: the number of a post in the reader's standing, and a file's position in it."""

    number: int
    position: int

    def __str__(self) -> str:
        return f"{self.number}-{self.position}"


@dataclass(frozen=True)
class Page:
    """Carries, the newest post first, with all that their files' items need; where the next page begins, None at the end."""

    carries: list[Carry]
    counts: Counter[UUID]
    next: Place | None


def place_of(cursor: str | None) -> Place | None:
    """A cursor that was given out before. Raises Invalid `http.bad_cursor`."""
    if not cursor:
        return None
    number, _, position = cursor.partition("-")
    return Place(whole_number(number, "before") or 0, whole_number(position, "before") or 0)


def album(member: Membership, *, kind: MediaKind | None, site: str, before: Place | None, limit: int) -> Page:
    """At most `limit` ready files that posts show to a member; each once, with the newest post of those that the member sees.

    `site` leaves those whose author named that place of the body: what was said of a file is sealed, so each has to be opened.
    """
    found: list[Carry] = []
    place, more = before, True
    while more and len(found) <= limit:
        rows = _rows(member, kind, place)[: _STEP if site else limit + 1]
        carries = list(rows)
        found += [carry for carry in carries if not site or carry.medium.facts().get("site") == site]
        more = bool(site) and len(carries) == _STEP
        place = _place(member, carries[-1]) if carries else None
    shown = found[:limit]
    return Page(shown, heard(shown), _place(member, shown[-1]) if len(found) > limit else None)


def _place(member: Membership, carry: Carry) -> Place:
    return Place(carry.line.number(reader_of(member).standing), carry.position)


def _rows(member: Membership, kind: MediaKind | None, before: Place | None) -> CarryRows:
    """Every file once, below a place, by descending number of its post."""
    reader = reader_of(member)
    number = f"line__{reader.standing.column}"
    later = Carry.objects.visible_to(reader).filter(medium=OuterRef("medium"), **{f"{number}__gt": OuterRef(number)})
    rows = full_rows(Carry.objects.visible_to(reader)).filter(~Exists(later))
    rows = rows.filter(medium__circle=member.circle_id, medium__state=MediaState.READY)
    if kind is not None:
        rows = rows.filter(medium__kind=kind)
    if before is not None:
        rows = rows.filter(Q(**{f"{number}__lt": before.number}) | Q(**{number: before.number, "position__gt": before.position}))
    return rows.order_by(F(number).desc(), "position")

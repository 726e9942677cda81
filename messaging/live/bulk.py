"""Read marks of new circles: every move of one member, as `services.move_mark` would have left them. For the demo region."""

import datetime as dt
from collections.abc import Iterable, Sequence

from messaging.feed.enums import Standing
from messaging.feed.models import FeedLine
from messaging.live.models import ReadMark, ReadMove
from people.circles.models import Membership

_BATCH = 500
Marked = tuple[ReadMark, list[ReadMove]]


def new_mark(member: Membership, lines: Sequence[FeedLine], read_at: Iterable[dt.datetime]) -> Marked | None:
    """The mark and moves of somebody who at each of these ascending moments had read all that was there; None where never.

    `lines` are all lines of the circle by ascending time.
    """
    mark, moves, place = ReadMark(membership=member), [], 0
    for moment in read_at:
        newest = None
        while place < len(lines) and lines[place].at <= moment:
            line = lines[place]
            if line.visible(member.stands):
                newest = line
                _pass(mark, line, moment)
            place += 1
        if newest is not None:
            mark.position, mark.moved_at = newest.care, moment
            moves.append(ReadMove(membership=member, position=newest.care, at=moment))
    return (mark, moves) if moves else None


def _pass(mark: ReadMark, line: FeedLine, moment: dt.datetime) -> None:
    """The mark goes by a line: every standing that sees the line too may know."""
    for standing in Standing:
        if line.visible(standing):
            setattr(mark, standing.column, line.number(standing))
            setattr(mark, f"{standing.column}_at", moment)


def store_marks(marked: Sequence[Marked]) -> None:
    """All rows, inside the caller's transaction, after the memberships were stored."""
    ReadMark.objects.bulk_create([mark for mark, _ in marked], batch_size=_BATCH)
    ReadMove.objects.bulk_create([move for _, moves in marked for move in moves], batch_size=_BATCH)

"""Read marks of new circles: every move of one member, as `services.move_mark` would have left them. For the demo region."""

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from messaging.feed.enums import Standing
from messaging.feed.models import FeedLine
from messaging.live.models import ReadMark, ReadMove
from people.circles.models import Membership

_BATCH = 500
Marked = tuple[ReadMark, list[ReadMove]]


def new_mark(member: Membership, lines: Sequence[FeedLine], read_at: Sequence[dt.datetime]) -> Marked | None:
    """The mark and moves of somebody who at each of these ascending moments had read all that was there; None where never.

    `lines` are all lines of the circle by ascending time.
    """
    seen = [line for line in lines if line.visible(member.stands)]
    times = [line.at for line in seen]
    moves: list[ReadMove] = []
    for moment in read_at:
        place = bisect_right(times, moment)
        if place and (not moves or seen[place - 1].care > moves[-1].position):
            moves.append(ReadMove(membership=member, position=seen[place - 1].care, at=moment))
    if not moves:
        return None
    mark = ReadMark(membership=member, position=moves[-1].position, moved_at=moves[-1].at)
    passed = seen[: bisect_right([line.care for line in seen], mark.position)]
    for standing in Standing:
        _tell(mark, standing, passed, moves)
    return mark, moves


def _tell(mark: ReadMark, standing: Standing, passed: Sequence[FeedLine], moves: Sequence[ReadMove]) -> None:
    """What a standing may know: the newest line passed that it sees too, and when it was passed."""
    newest = next((line for line in reversed(passed) if line.visible(standing)), None)
    if newest is not None:
        by = moves[bisect_left([move.position for move in moves], newest.care)]
        setattr(mark, standing.column, newest.number(standing))
        setattr(mark, f"{standing.column}_at", by.at)


def store_marks(marked: Sequence[Marked]) -> None:
    """All rows, inside the caller's transaction, after the memberships were stored."""
    ReadMark.objects.bulk_create([mark for mark, _ in marked], batch_size=_BATCH)
    ReadMove.objects.bulk_create([move for _, moves in marked for move in moves], batch_size=_BATCH)

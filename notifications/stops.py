"""What stops an alert or begins it anew, inside the transaction that says so: a few conditional updates, total and without a question.

Whoever tells somebody afterwards reads the alert again under the same lock, so nothing that has stopped is told once more.
"""
import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from notifications.enums import News, Phase
from notifications.locks import drop_waiting
from notifications.models import Climb
from people.circles.enums import CircleState
from people.circles.models import Circle

AGAIN = dt.timedelta(minutes=60)  # after which an owner is reminded of what is not done
_OF_ALERTS = (News.URGENT, News.HOSPITAL_ALERT, News.REMINDER, News.SHIFT, News.UNREACHED)
Fields = dict[str, Any]


def begin_anew(at: dt.datetime) -> Fields:
    """A climb from its first rung on."""
    return {"phase": Phase.CLIMBING, "started_at": at, "told_s": -1, "next_at": at}


def take_over(at: dt.datetime) -> Fields:
    """Somebody has it since a moment: nobody else is told any more, they are reminded."""
    return {"phase": Phase.TAKEN, "started_at": at, "told_s": -1, "next_at": at + AGAIN}


def stop_for(lines: Sequence[FeedLine]) -> None:
    """What lines of the feed do to alerts, in their transaction. No statement for lines that do nothing to any."""
    for line in lines:
        do = _DO.get(line.kind)
        if do is not None:
            do(line)


def _taken(line: FeedLine) -> None:
    if _climbs(line).update(**take_over(line.at)):
        _drop(line.subject)


def _reopened(line: FeedLine) -> None:
    if _climbs(line).update(**begin_anew(line.at)):
        _drop(line.subject)


def _done(line: FeedLine) -> None:
    if _climbs(line).update(phase=Phase.OVER, next_at=None):
        _drop(line.subject)


def _withdrawn(line: FeedLine) -> None:
    _climbs(line).update(phase=Phase.OVER, next_at=None)
    drop_waiting(Q(notice__subject=line.subject))


def _circle_changed(line: FeedLine) -> None:
    """In a circle that is not active nothing more leaves; what still waited for somebody starts anew when it is active again."""
    circle, climbs = line.feed_id, Climb.objects.filter(circle=line.feed_id)
    if Circle.objects.filter(pk=circle, state=CircleState.ACTIVE).exists():
        climbs.filter(next_at=None, phase__in=[Phase.CLIMBING, Phase.ASLEEP]).update(**begin_anew(line.at))
        climbs.filter(next_at=None, phase=Phase.TAKEN).update(next_at=line.at)  # what is due towards the owner is worked out then
    else:
        climbs.filter(next_at__isnull=False).update(next_at=None)
        drop_waiting(Q(notice__circle=circle, notice__subject__isnull=False))


def _climbs(line: FeedLine) -> QuerySet[Climb]:
    return Climb.objects.filter(subject=line.subject)


def _drop(subject: UUID) -> None:
    drop_waiting(Q(notice__subject=subject, notice__news__in=_OF_ALERTS))


_DO: Mapping[str, Callable[[FeedLine], None]] = {
    Kind.ALERT_TAKEN: _taken,
    Kind.ALERT_REOPENED: _reopened,
    Kind.ALERT_DONE: _done,
    Kind.POST_RETRACTED: _withdrawn,
    Kind.CIRCLE_STATE_CHANGED: _circle_changed,
}

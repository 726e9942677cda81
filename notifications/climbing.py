"""Alerts climb their ladder until a person has taken them. What is due is read from the database, so killing anything loses nothing.

Every move is one transaction under the circle's head lock, in which the alert is read again: whoever takes it comes before a move or after
it, and of two workers the second finds nothing due. Times are those of the service's clock.
"""
import datetime as dt
import logging
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.http import log_unexpected
from foundation.retries import PASSING, Retries
from messaging.feed.calls import Call, calls_of
from messaging.feed.enums import Kind
from messaging.feed.models import FeedLine
from messaging.feed.services import OpenFeed, opened
from notifications.ascending import ascend
from notifications.enums import Phase
from notifications.ladders import circle_rests
from notifications.models import Climb
from notifications.moving import Moving
from notifications.owners import next_look, remind
from notifications.stops import begin_anew, take_over

log = logging.getLogger("cercle.alerts")
_MOST = 200  # climbs looked at in one round
_MOST_OF_HOSPITALS = 20  # the same of hospitals' events, after all others: an urgent message is never far behind them
_LONGEST_WAY = 20  # moves of one alert in one round: it wakes up, then tells somebody
_again: Retries[UUID] = Retries(longest_s=10.0)  # climbs that could not be moved a moment ago


def begin(line: FeedLine, call: Call) -> None:
    """An urgent post was written: it climbs from the moment of its line on. Once, however often it is heard."""
    fields = {"circle_id": call.circle, "hospital": call.of_hospital, **begin_anew(line.at)}
    Climb.objects.get_or_create(subject=call.subject, defaults=fields)


def follow(line: FeedLine, call: Call) -> None:
    """An alert was taken or opened again: what stops it stood in that transaction already (`stops`), here the rest is worked out."""
    climb = Climb.objects.filter(subject=call.subject).first()
    if climb is None:
        return
    if line.kind == Kind.ALERT_TAKEN and call.owner:
        since = Climb.objects.filter(pk=climb.pk, phase=Phase.TAKEN, started_at=line.at)
        since.update(next_at=next_look(call.owner, line.at, line.at))
    elif line.kind == Kind.ALERT_REOPENED:  # where it had been opened again before its climb began
        Climb.objects.filter(pk=climb.pk, started_at__lt=line.at).update(**begin_anew(line.at))


def reconsider(subject: UUID) -> None:
    """The last living device of those who were told has turned out to be gone: the alert is looked at at once."""
    Climb.objects.filter(subject=subject, phase=Phase.CLIMBING, next_at__isnull=False).update(next_at=clock.now())


def climb_due(now: dt.datetime | None = None) -> int:
    """Moves every alert for which something is due; how many moves were made. `now`: another moment than the service's clock's.

    One that can't be moved keeps its time, and is tried again a second later, then more and more rarely. Where the database fails the
    round ends. Raises DatabaseError. Called in one thread of a process.
    """
    due = Climb.objects.filter(next_at__lte=now or clock.now()).exclude(pk__in=_again.resting()).order_by("next_at")
    people, hospitals = due.filter(hospital=False), due.filter(hospital=True)
    rows = [*people.values_list("pk", "circle")[:_MOST], *hospitals.values_list("pk", "circle")[:_MOST_OF_HOSPITALS]]
    return sum(_climb(climb, circle, now) for climb, circle in rows)


def _climb(climb: UUID, circle: UUID, now: dt.datetime | None) -> int:
    for moves in range(_LONGEST_WAY):
        at = now or clock.now()
        try:
            with transaction.atomic(), opened(circle) as feed:
                moved = _move(feed, climb, at)
        except Exception as error:  # its message may hold what was bound to a statement: only the place is told
            _again.failed(climb)
            log.error("alerts.unmoved climb=%s", climb)
            if isinstance(error, PASSING):
                raise
            log_unexpected(error)
            return moves
        _again.done(climb)
        if not moved:
            return moves
    return _LONGEST_WAY


def _move(feed: OpenFeed, pk: UUID, now: dt.datetime) -> bool:
    """What is due for one alert. False where nothing was: another worker has done it, or it has stopped."""
    climb = Climb.objects.filter(pk=pk, next_at__lte=now).first()
    if climb is None:
        return False
    call = calls_of([climb.subject]).get(climb.subject)
    if call is None or call.withdrawn or call.state in {"", "done"}:
        Climb.objects.filter(pk=pk).update(phase=Phase.OVER, next_at=None)
        return False
    moving = Moving(feed, climb, call, now)
    if circle_rests(climb.circle_id):
        moving.wait(None)
    elif call.state == "taken":
        remind(moving) if climb.phase == Phase.TAKEN else _taken_unheard(moving)
    else:
        ascend(moving)
    return True


def _taken_unheard(moving: Moving) -> None:
    """It was taken before anybody here had heard of it: from now on there is an owner to look after."""
    owner, fields = moving.call.owner, take_over(moving.at)
    moving.wait(**({**fields, "next_at": next_look(owner, moving.at, moving.at)} if owner else fields))

"""Whoever has taken an alert is reminded until it is done, and asked when their shift ends; ten minutes later it is open again."""
import datetime as dt
from uuid import UUID

from messaging.feed.enums import Kind
from notifications.enums import News, Stride
from notifications.moving import Moving
from notifications.reach import AWAY, reach_of
from notifications.stops import AGAIN
from people.circles.models import Membership
from people.duty.queries import duty_of

ANSWER_WITHIN = dt.timedelta(minutes=10)  # of an owner whose shift has ended


def remind(moving: Moving) -> None:
    """What is due towards the owner: a reminder, the question at the end of a shift, or opening the alert again."""
    found = Membership.objects.filter(pk=moving.call.owner).select_related("person") if moving.call.owner else None
    owner = found.first() if found is not None else None
    if owner is None:
        return moving.wait(moving.at + AGAIN)
    steps = moving.climb.steps.filter(at__gte=moving.climb.started_at, what__in=[Stride.REMINDED, Stride.ASKED])
    said = steps.order_by("-at", "-pk").first()
    since = said.at if said else moving.climb.started_at
    back = _came_back(owner, since, moving.at) if said is not None and said.what == Stride.ASKED else None
    away = _away(owner, moving.at)
    if away and said is not None and said.what == Stride.ASKED and back is None:
        return _take_away(moving, since + ANSWER_WITHIN)
    if away and not _away(owner, back or since):  # who took it off duty did so knowingly
        moving.tell([owner], News.SHIFT, moving.step(Stride.ASKED, [owner]))
        return moving.wait(moving.at + ANSWER_WITHIN)
    if moving.at >= since + AGAIN:
        moving.tell([owner], News.REMINDER, moving.step(Stride.REMINDED, [owner]))
        since = moving.at
    return moving.wait(next_look(owner.pk, since, moving.at))


def _came_back(owner: Membership, since: dt.datetime, now: dt.datetime) -> dt.datetime | None:
    """When an owner who was asked at `since` was on duty again: at the end of that shift they are asked anew."""
    until = reach_of([owner], since)[owner.pk].until
    return until if until is not None and until <= now and not _away(owner, until) else None


def _take_away(moving: Moving, at: dt.datetime) -> None:
    """The owner was asked and has not answered: what follows from the line begins the climb anew."""
    if moving.at >= at:
        return moving.say(Kind.ALERT_REOPENED)
    return moving.wait(at)


def next_look(owner: UUID, since: dt.datetime, now: dt.datetime) -> dt.datetime:
    """When there is something to do about an owner who took an alert, or was told of it last, at `since`."""
    person, structure = Membership.objects.values_list("person", "via").get(pk=owner)
    changes = duty_of([(person, structure)], now)[person, structure].until
    due = since + AGAIN
    return min(due, changes) if changes and changes > now else due


def _away(owner: Membership, at: dt.datetime) -> bool:
    return reach_of([owner], at)[owner.pk].state in AWAY

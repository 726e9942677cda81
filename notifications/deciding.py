"""The second decision: whether somebody is still to be told, asked at the moment of sending. What has changed since stops it."""
from collections.abc import Callable, Mapping
from uuid import UUID

from django.utils import timezone

from foundation import clock
from messaging.feed.calls import Call, calls_of, reminders_of
from messaging.feed.enums import Standing
from notifications.enums import Channel, News
from notifications.models import Delivery, Device, Notice
from notifications.reach import AWAY, reach_of
from people.circles.enums import CircleState
from people.circles.models import Membership
from people.circles.queries import live_members

_TO_THE_OWNER = frozenset({News.REMINDER, News.SHIFT})  # who has something is asked for it, also when the shift is over
_IN_ANY_STATE = frozenset({News.GLASS})  # somebody came in by force: told in a frozen circle too
FAMILY = frozenset({Standing.PATIENT, Standing.RELATIVES})  # reminded of nothing once a hospital has announced the death
WITH_ALL = ("notice__person", "notice__circle", "device__session")  # what has to be selected with a delivery
# What each kind of news is told for, beside a right to read: what is no longer so is not told.
_STILL: Mapping[News, Callable[[Call, Membership], bool]] = {
    News.URGENT: lambda call, _: call.waits,
    News.HOSPITAL_ALERT: lambda call, _: call.waits,
    News.UNREACHED: lambda call, _: call.waits,
    News.TODO: lambda call, _: call.waits,
    News.REMINDER: lambda call, member: call.state == "taken" and call.owner == member.pk,
    News.SHIFT: lambda call, member: call.state == "taken" and call.owner == member.pk,
    News.HOSPITAL: lambda call, _: call.waits or not call.state,
    News.POST: lambda call, _: True,
}


def still_wanted(delivery: Delivery) -> bool:
    """Whether it is to leave now. Needs `WITH_ALL`; a fixed number of statements.

    The person is active, the device theirs and its session alive (idleness does not count: a phone in a pocket rings), the circle
    active, the person still inside, on duty, not replaced, and allowed to read what it is about, and that still waits for them.
    """
    notice = delivery.notice
    if not notice.person.is_active or (delivery.channel == Channel.PUSH and not _theirs(delivery.device, notice)):
        return False
    if delivery.unless_shown and notice.deliveries.filter(shown_at__isnull=False).exists():
        return False
    if notice.circle is None:
        return True
    if notice.circle.state != CircleState.ACTIVE and notice.news not in _IN_ANY_STATE:
        return False
    member = _inside(notice)
    if member is None or (notice.circle.family_silent_since and member.stands in FAMILY):
        return False
    return _still_asks(notice, member)


def _theirs(device: Device | None, notice: Notice) -> bool:
    if device is None or device.gone_at is not None or device.person_id != notice.person_id:
        return False
    session = device.session
    return session.person_id == notice.person_id and session.expire_date > timezone.now()


def _inside(notice: Notice) -> Membership | None:
    grant = live_members([notice.circle_id]).filter(membership__person=notice.person_id).first() if notice.circle_id else None
    return grant.membership if grant else None


def _still_asks(notice: Notice, member: Membership) -> bool:
    if notice.news == News.DUE:
        return notice.subject is None or _is_due(notice.subject, member)
    still = _STILL.get(News(notice.news))
    if still is None or notice.subject is None:
        return True
    call = calls_of([notice.subject]).get(notice.subject)
    if call is None or not reads(member, call) or not still(call, member):
        return False
    return notice.news in _TO_THE_OWNER or _is_there(member)


def _is_due(subject: UUID, member: Membership) -> bool:
    """Whether its time still concerns this member: it is not done meanwhile, nor another's."""
    reminder = reminders_of([subject]).get(subject)
    return reminder is not None and member.pk in reminder.concerned and _is_there(member)


def _is_there(member: Membership) -> bool:
    return reach_of([member], clock.now())[member.pk].state not in AWAY


def reads(member: Membership, call: Call) -> bool:
    """Whether a member may read what an alert is about: the standing does, from the first number on that this member sees."""
    number = call.numbers.get(member.stands)
    return number is not None and number >= member.first and not call.withdrawn

"""Telling people of something: rows, in the transaction of whatever it is. The process of alerts sends them afterwards."""
import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from notifications.devices import live_devices
from notifications.enums import Channel, Lane, News
from notifications.models import ClimbStep, Delivery, Device, Notice
from notifications.preferences import Leg, Ways, ways_of

# Only what follows from an alert: nothing else is to stand in its way, however much of it there is (security.md, P8).
OF_ALERTS = frozenset({News.URGENT, News.REMINDER, News.SHIFT, News.UNREACHED})


OF_HOSPITALS = frozenset({News.HOSPITAL_ALERT, News.GLASS})  # asked at once, and behind nothing but alerts


def lane_of(news: News) -> Lane:
    """The lane in which news leave."""
    return Lane.URGENT if news in OF_ALERTS else Lane.HOSPITAL if news in OF_HOSPITALS else Lane.ORDINARY


def notify(
    people: Collection[UUID], *, news: News, circle: UUID | None = None, subject: UUID | None = None, step: ClimbStep | None = None
) -> list[Notice]:
    """Tells each of these people of something, by the ways that each wishes; in the caller's transaction, in six statements at most.

    `subject` is the post that it is about, `step` the step of an alert that it belongs to. Returns the notices; whoever wishes to hear
    nothing of ordinary news has none, of urgent ones everybody has one, even where no way leads to them.
    """
    told = list(dict.fromkeys(people))
    if not told:
        return []
    ways, devices, moment, lane = ways_of(told, news, circle=circle), live_devices(told), timezone.now(), lane_of(news)
    notices, deliveries = [], []
    for person in told:
        notice = Notice(person_id=person, news=news, lane=lane, circle_id=circle, subject=subject, step=step, at=moment)
        theirs = list(_deliveries(notice, _legs(ways[person], devices[person]), devices[person]))
        if theirs or lane is not Lane.ORDINARY:
            notices.append(notice)
            deliveries += theirs
    Notice.objects.bulk_create(notices)
    Delivery.objects.bulk_create(deliveries)
    return notices


def _legs(ways: Ways, devices: Collection[Device]) -> list[Leg]:
    return ways.legs(connected=bool(devices), failing=all(device.failing_since is not None for device in devices))


def _deliveries(notice: Notice, legs: Iterable[Leg], devices: Iterable[Device]) -> Iterable[Delivery]:
    for leg in legs:
        if leg.channel is Channel.PUSH:
            yield from (_delivery(notice, leg, device) for device in devices)
        else:
            yield _delivery(notice, leg, None)


def _delivery(notice: Notice, leg: Leg, device: Device | None) -> Delivery:
    due: dt.datetime = notice.at + leg.after
    return Delivery(
        notice=notice, channel=leg.channel, device=device, lane=notice.lane, due_at=due, unless_shown=leg.unless_shown,
    )  # fmt: skip

"""Telling people of something: rows, in the transaction of whatever it is. The process of alerts sends them afterwards."""
import datetime as dt
from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from notifications.devices import live_devices
from notifications.enums import Channel, Lane, News
from notifications.models import ClimbStep, Delivery, Device, Notice
from notifications.preferences import Leg, Ways, ways_of

# Nothing of these waits for anything else: each has somebody behind it who counts on an answer now.
AT_ONCE = frozenset({News.URGENT, News.REMINDER, News.SHIFT, News.UNREACHED, News.HOSPITAL, News.TEST})


def lane_of(news: News) -> Lane:
    """The lane in which news leave."""
    return Lane.URGENT if news in AT_ONCE else Lane.ORDINARY


def notify(
    people: Collection[UUID], *, news: News, circle: UUID | None = None, subject: UUID | None = None, step: ClimbStep | None = None,
    at_once: Channel | None = None,
) -> list[Notice]:  # fmt: skip
    """Tells each of these people of something, by the ways that each wishes; in the caller's transaction, in six statements at most.

    `subject` is the post that it is about, `step` the step of an alert that it belongs to. `at_once` is a way that is taken now
    whatever was wished: for those who have never connected a device. Returns the notices; whoever wishes to hear nothing of ordinary
    news has none, of urgent ones everybody has one, even where no way leads to them.
    """
    told = list(dict.fromkeys(people))
    if not told:
        return []
    ways, devices, moment, lane = ways_of(told, news, circle=circle), live_devices(told), timezone.now(), lane_of(news)
    notices, deliveries = [], []
    for person in told:
        notice = Notice(person_id=person, news=news, lane=lane, circle_id=circle, subject=subject, step=step, at=moment)
        legs = _legs(ways[person], connected=bool(devices[person]), at_once=at_once)
        theirs = list(_deliveries(notice, legs, devices[person]))
        if theirs or lane is Lane.URGENT:
            notices.append(notice)
            deliveries += theirs
    Notice.objects.bulk_create(notices)
    Delivery.objects.bulk_create(deliveries)
    return notices


def _legs(ways: Ways, *, connected: bool, at_once: Channel | None) -> list[Leg]:
    legs = ways.legs(connected=connected)
    if at_once is None or any(leg.channel == at_once and not leg.after for leg in legs):
        return legs
    return [Leg(at_once), *(leg for leg in legs if leg.channel != at_once)]


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

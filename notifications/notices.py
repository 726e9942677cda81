"""Telling people of something: rows, in the transaction of whatever it is. The process of alerts sends them afterwards."""
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Draft:
    """Notices with the deliveries by which each person wishes to be told of them, thought out and not yet written."""

    notices: Sequence[Notice] = ()
    deliveries: Sequence[Delivery] = ()

    def save(self) -> None:
        """Writes them, in the caller's transaction and in two statements."""
        Notice.objects.bulk_create(self.notices)
        Delivery.objects.bulk_create(self.deliveries)


def notify(
    people: Collection[UUID], *, news: News, circle: UUID | None = None, subject: UUID | None = None, step: ClimbStep | None = None
) -> Sequence[Notice]:
    """Tells each of these people of something, as `drafted` says; in the caller's transaction, in six statements at most."""
    draft = drafted(people, news=news, circle=circle, subject=subject, step=step)
    draft.save()
    return draft.notices


def drafted(
    people: Collection[UUID], *, news: News, circle: UUID | None = None, subject: UUID | None = None, step: ClimbStep | None = None
) -> Draft:
    """What would tell each of these people of something, by the ways that each wishes; four statements that read.

    `subject` is the post that it is about, `step` the step of an alert that it belongs to. Whoever wishes to hear nothing of ordinary
    news has no notice, of urgent ones everybody has one, even where no way leads to them.
    """
    told = list(dict.fromkeys(people))
    if not told:
        return Draft()
    ways, devices, moment, lane = ways_of(told, news, circle=circle), live_devices(told), timezone.now(), lane_of(news)
    notices: list[Notice] = []
    deliveries: list[Delivery] = []
    for person in told:
        notice = Notice(person_id=person, news=news, lane=lane, circle_id=circle, subject=subject, step=step, at=moment)
        theirs = list(_deliveries(notice, _legs(ways[person], devices[person]), devices[person]))
        if theirs or lane is not Lane.ORDINARY:
            notices.append(notice)
            deliveries += theirs
    return Draft(notices, deliveries)


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

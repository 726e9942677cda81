"""An alert under its circle's lock, at one moment: what a move may write."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone

from messaging.feed.calls import Call
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed
from notifications.enums import Channel, DeliveryState, News, Stride
from notifications.locks import locked
from notifications.models import Climb, ClimbStep, Delivery, Notice
from notifications.notices import notify
from people.circles.models import Membership


@dataclass
class Moving:
    """One alert, the open feed of its circle, the alert as it is now, and the moment of the service's clock."""

    feed: OpenFeed
    climb: Climb
    call: Call
    at: dt.datetime

    @property
    def news(self) -> News:
        """What its levels are told of: a hospital's event has a lane of its own, behind what people ask."""
        return News.HOSPITAL_ALERT if self.call.of_hospital else News.URGENT

    def say(self, kind: Kind) -> None:
        """A line of the feed, seen by who reads the post."""
        self.feed.append(kind, self.call.readers, self.call.subject, at=self.at)

    def step(
        self, what: Stride, members: Iterable[Membership] = (), *, rung: int | None = None, until: dt.datetime | None = None
    ) -> ClimbStep:  # fmt: skip
        """Notes what the alert did, for the post to show."""
        ids = [str(member.pk) for member in members]
        return ClimbStep.objects.create(climb=self.climb, what=what, at=self.at, rung=rung, members=ids, until=until)

    def correct(self, step: ClimbStep, *, what: Stride) -> None:
        """It did something else than it was about to do."""
        step.what = what
        step.save(update_fields=["what"])

    def repeat(self, step: ClimbStep, members: Iterable[Membership]) -> ClimbStep:
        """What it did last it does once more: the step moves on with it, so that an alert nobody takes does not grow for ever.

        How the former times reached people is no part of the step any more.
        """
        Notice.objects.filter(step=step).update(step=None)
        step.at, step.members = self.at, [str(member.pk) for member in members]
        step.save(update_fields=["at", "members"])
        return step

    def tell(self, members: Iterable[Membership], news: News, step: ClimbStep) -> bool:
        """Lets the outbox tell members, each person once; whether any way leads to any of them."""
        people = {member.person_id for member in members}
        told = notify(people, news=news, circle=self.call.circle, subject=self.call.subject, step=step) if people else []
        return Delivery.objects.filter(notice__in=told).exists()

    def hurry(self, members: Iterable[Membership]) -> set[UUID]:
        """Letters of this ascent that still wait for a device to show it leave now; people who have a letter, on its way or sent."""
        ours = Notice.objects.filter(step__climb=self.climb, step__at__gte=self.climb.started_at, news=self.news)
        theirs = ours.filter(person__in=[member.person_id for member in members])
        alive = [DeliveryState.WAITING, DeliveryState.SENT, DeliveryState.SHOWN]
        letters = Delivery.objects.filter(notice__in=theirs, state__in=alive).exclude(channel=Channel.PUSH)
        rows = locked(letters)
        now = timezone.now()  # the outbox counts by the machine's clock; what was claimed before keeps its lease
        Delivery.objects.filter(pk__in=rows, state=DeliveryState.WAITING, attempts=0, due_at__gt=now).update(due_at=now)
        return set(Notice.objects.filter(deliveries__in=rows).values_list("person", flat=True))

    def wait(self, next_at: dt.datetime | None, **changed: Any) -> None:
        """When there is something to do next, None for nothing more."""
        Climb.objects.filter(pk=self.climb.pk).update(next_at=next_at, **changed)

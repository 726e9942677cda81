"""An alert under its circle's lock, at one moment: what a move may write."""
import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from messaging.feed.calls import Call
from messaging.feed.enums import Kind
from messaging.feed.services import OpenFeed
from notifications.enums import News, Stride
from notifications.models import Climb, ClimbStep
from notifications.notices import notify
from people.circles.models import Membership


@dataclass
class Moving:
    """One alert, the open feed of its circle, the alert as it is now, and the moment of the service's clock."""

    feed: OpenFeed
    climb: Climb
    call: Call
    at: dt.datetime

    def say(self, kind: Kind) -> None:
        """A line of the feed, seen by who reads the post."""
        self.feed.append(kind, self.call.readers, self.call.subject, at=self.at)

    def step(
        self, what: Stride, members: Iterable[Membership] = (), *, rung: int | None = None, until: dt.datetime | None = None
    ) -> ClimbStep:  # fmt: skip
        """Notes what the alert did, for the post to show."""
        ids = [str(member.pk) for member in members]
        return ClimbStep.objects.create(climb=self.climb, what=what, at=self.at, rung=rung, members=ids, until=until)

    def tell(self, members: Iterable[Membership], news: News, step: ClimbStep) -> None:
        """Lets the outbox tell members, each person once."""
        people = {member.person_id for member in members}
        if people:
            notify(people, news=news, circle=self.call.circle, subject=self.call.subject, step=step)

    def wait(self, next_at: dt.datetime | None, **changed: Any) -> None:
        """When there is something to do next, None for nothing more."""
        Climb.objects.filter(pk=self.climb.pk).update(next_at=next_at, **changed)

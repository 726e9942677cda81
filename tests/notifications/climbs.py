"""An urgent post on its ladder: the alerts' process at work at a moment of the service's clock, without sending anything."""
import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from django.utils.timezone import now

from messaging.feed.calls import calls_of
from notifications.climbing import climb_due
from notifications.hearing import Ear
from notifications.models import Climb, ClimbStep, Delivery, Device, Ladder, Notice
from people.accounts.models import Person, Session
from people.circles.models import Membership
from people.duty.models import Absence, Hours
from tests.circles.home import Home

SEVEN = "2026-11-23T06:00:00+00:00"  # a Monday in Paris
_START = dt.datetime.fromisoformat(SEVEN)


@dataclass
class Ward:
    """A circle, its alerts, and the clock."""

    home: Home
    at: Callable[[str], None]
    started: dt.datetime = _START  # when the newest alert was written; the clock runs on while a test does something

    def look(self, seconds: float = 0) -> int:
        """The service's clock stands so many seconds after the start, and the process looks once; moves made."""
        return self.look_at((self.started + dt.timedelta(seconds=seconds)).isoformat())

    def look_at(self, moment: str) -> int:
        """The service's clock stands there, or at that time of the day in Paris, and the process looks once; moves made."""
        self.at(moment if "T" in moment else f"2026-11-23T{moment}+01:00")
        Ear().hear()
        return climb_due()

    def alert(self, who: str = "relative", *, audience: str = "relatives", to: list[str] | None = None, urgency: str = "urgent") -> UUID:
        """Somebody's post."""
        body = {"text": "Maman est tombée.", "audience": audience, "urgency": urgency, "to": to or []}
        client, path = self.home.client(who), f"/api/v1/circles/{self.home.circle}/posts"
        answer = client.post(path, body, content_type="application/json", headers={"idempotency-key": str(uuid4())})
        assert answer.status_code == 201, answer.content
        post = UUID(answer.json()["id"])
        self.started = calls_of([post])[post].at
        return post

    def act(self, who: str, post: UUID, what: str = "acknowledgement", method: str = "POST", **body: Any) -> int:
        """Somebody takes, hands back, completes; the status."""
        path = f"/api/v1/posts/{post}/{what}"
        return self.home.client(who).generic(method, path, json.dumps(body), content_type="application/json").status_code

    def steps(self, post: UUID) -> list[str]:
        """What the alert did, in order, with whom by key: "told 0: gp nurse"."""
        return [self._said(step) for step in ClimbStep.objects.filter(climb__subject=post).order_by("at", "pk")]

    def _said(self, step: ClimbStep) -> str:
        whom = " ".join(sorted(self.who(UUID(member)) for member in step.members))
        rung = "" if step.rung is None else f" {step.rung}"
        return f"{step.what}{rung}: {whom}".removesuffix(": ")

    def who(self, member: UUID) -> str:
        """Somebody's key."""
        person = str(Membership.objects.values_list("person", flat=True).get(pk=member))
        return next(key for key, pk in self.home.people.items() if pk == person)

    def told(self, post: UUID, news: str = "urgent") -> list[str]:
        """Whom the outbox was given, in order."""
        keys = {pk: key for key, pk in self.home.people.items()}
        return sorted(keys[str(pk)] for pk in Notice.objects.filter(subject=post, news=news).values_list("person", flat=True))

    def climb(self, post: UUID) -> Climb:
        """The climb as it stands."""
        return Climb.objects.get(subject=post)

    def shown(self, who: str, post: UUID) -> dict[str, Any]:
        """The alert as somebody is shown it."""
        alert: dict[str, Any] = self.home.client(who).get(f"/api/v1/posts/{post}").json()["alert"]
        return alert

    def works(self, who: str, *hours: str) -> None:
        """Somebody's working hours, every day: "08:00-12:00"; none: never."""
        days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
        weekly = {day: [span.split("-") for span in hours] for day in days if hours}
        row = {"zone": "Europe/Paris", "weekly": weekly, "on_holidays": True}
        Hours.objects.update_or_create(person_id=self.home.people[who], structure=None, defaults=row)

    def away(self, who: str, since: float, until: float) -> None:
        """Somebody is away between two moments, in seconds after the start."""
        spans = {"since": self.started + dt.timedelta(seconds=since), "until": self.started + dt.timedelta(seconds=until)}
        Absence.objects.create(person_id=self.home.people[who], **spans)

    def device(self, who: str, *, gone: bool = False) -> Device:
        """A device of somebody who is signed in."""
        self.home.client(who)
        person = Person.objects.get(pk=self.home.people[who])
        session = Session.objects.filter(person=person)[0]
        fields = {"sealed_address": b"x", "address_hash": person.pk.bytes * 2, "name": "Chrome", "language": "fr"}
        moments = {"made_at": now(), "seen_at": now(), "gone_at": now() if gone else None}
        return Device.objects.create(person=person, session=session, **fields, **moments)

    def ladder(self, *rungs: tuple[int, str]) -> None:
        """The circle's own ladder, by role."""
        row = Ladder.objects.create(circle_id=self.home.circle, changed_at=now())
        for place, (after, role) in enumerate(rungs):
            row.rungs.create(place=place, after_s=after, role=role)


def waiting(post: UUID) -> int:
    """Deliveries about a post that would still leave."""
    return Delivery.objects.filter(notice__subject=post, state="waiting").count()

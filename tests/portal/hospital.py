"""A hospital that tells a circle of stays, through the journal's own door, without any message of its own."""
import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction

from foundation import clock
from foundation.clock import rfc3339
from journal.enums import Urgency
from journal.events import EventCard, EventCards, correct_event, withdraw_event, write_event
from journal.models import Post
from messaging.feed.enums import EVERYONE, Standing, Standings
from messaging.feed.services import opened
from people.accounts.models import Structure
from people.circles.enums import Audience
from people.circles.models import Circle

CARE: Standings = frozenset({Standing.CARE_TEAM})
NAME = "CH de Montclar"
STAY = "01a0b1c2-0000-7000-8000-000000000001"


def card(what: str = "admitted", *, unit: str = "Cardiologie") -> EventCard:
    """What the care team is shown."""
    data: dict[str, Any] = {
        "what": what, "stay": STAY, "hospital": NAME, "unit": {"code": "4420", "name": unit}, "at": rfc3339(clock.now()),
        "known_at": rfc3339(clock.now()), "historic": False,
    }  # fmt: skip
    return EventCard(f"Hospitalisation : {NAME}, {unit}.", data)


def plain(what: str = "in_hospital") -> EventCard:
    """What the others are shown."""
    return EventCard("À l'hôpital.", {"what": what, "since": "2026-11-22T08:00:00Z"})


@dataclass
class Telling:
    """What one hospital tells one circle."""

    circle: UUID
    source: Structure

    @classmethod
    def of(cls, circle: UUID) -> "Telling":
        """A hospital that nobody knew before."""
        return cls(circle, Structure.objects.create(name=NAME, kind="hospital"))

    def tell(
        self, *, readers: Standings = EVERYONE, urgency: Urgency = Urgency.INFO, quiet: bool = False, cards: EventCards | None = None,
        audience: Audience = Audience.CARE_TEAM, at: dt.datetime | None = None,
    ) -> UUID:  # fmt: skip
        """An event; the post's id."""
        circle = Circle.objects.select_related("patient").get(pk=self.circle)
        return self.tell_in(circle, readers=readers, urgency=urgency, quiet=quiet, cards=cards, audience=audience, at=at)

    def tell_in(
        self, circle: Circle, *, readers: Standings = EVERYONE, urgency: Urgency = Urgency.INFO, quiet: bool = False,
        cards: EventCards | None = None, audience: Audience = Audience.CARE_TEAM, at: dt.datetime | None = None,
    ) -> UUID:  # fmt: skip
        """The same in a circle at hand."""
        with transaction.atomic(), opened(self.circle) as feed:
            return write_event(
                feed, circle, source=self.source, cards=cards or EventCards(card(), plain()), readers=readers, urgency=urgency, quiet=quiet,
                audience=audience, at=at or clock.now(),
            ).pk  # fmt: skip

    def correct(self, post: UUID, cards: EventCards) -> None:
        """The hospital says it better."""
        with transaction.atomic(), opened(self.circle) as feed:
            correct_event(feed, Post.objects.get(pk=post), cards=cards, reason="Mouvement corrigé : Cardiologie.")

    def withdraw(self, post: UUID) -> None:
        """The hospital takes it back."""
        with transaction.atomic(), opened(self.circle) as feed:
            withdraw_event(feed, Post.objects.get(pk=post), reason="Annulé par l'hôpital.")

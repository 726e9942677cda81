"""By which ways people are told of something: what they wish, and the defaults that interrupt nobody."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from foundation import clock
from messaging.feed.enums import Standing
from notifications.choices import HOSPITAL_ROLES, WISHES, Reader, chosen_ways, digest_ways, held, usual_ways
from notifications.enums import Channel, News
from notifications.transports.sms import has_gateway
from people.accounts.enums import Profession
from people.accounts.models import Person
from people.circles.models import Membership
from people.circles.queries import live_members
from people.duty.queries import duty_of

FALLBACK_AFTER = dt.timedelta(minutes=2)
_AT_WORK = (Standing.CARE_TEAM, Standing.WIDER_TEAM)


@dataclass(frozen=True)
class Leg:
    """One way of one notice: by what, how long after it happened, and whether it is needless once a device has shown the notice."""

    channel: Channel
    after: dt.timedelta = dt.timedelta()
    unless_shown: bool = False


@dataclass(frozen=True)
class Ways:
    """How a person is told of something: at once, and by what else unless a device has shown it. Neither: they are not told, and find
    it on the page of what is new."""

    at_once: tuple[Channel, ...] = ()
    fallbacks: tuple[Channel, ...] = ()
    otherwise: tuple[Channel, ...] = ()  # the usual ways, for who was to be told by their devices alone and has none that works
    held: dt.timedelta = dt.timedelta()  # until quiet hours are over

    @property
    def off(self) -> bool:
        """Not told by anything."""
        return not self.at_once and not self.fallbacks

    def legs(self, *, connected: bool, failing: bool = False) -> list[Leg]:
        """The deliveries to make; a push stands for one to each device. Who has no living device is told by the fallbacks at once.

        `failing`: they have devices, and all of them refuse or are silent.
        """
        first = [channel for channel in self.at_once if connected or channel is not Channel.PUSH]
        fallbacks = self.otherwise if not self.fallbacks and (failing or not connected) else self.fallbacks
        if not first:
            return [Leg(channel, self.held) for channel in fallbacks]
        later = [Leg(channel, self.held + FALLBACK_AFTER, unless_shown=True) for channel in fallbacks]
        return [Leg(channel, self.held) for channel in first] + later


def ways_of(people: Collection[UUID], news: News, *, circle: UUID | None = None) -> dict[UUID, Ways]:
    """Person → ways for this kind of news; everybody who was asked for is in it. Three statements at most.

    What is not urgent rings at nobody off duty (in the place that a person has in this circle) and waits for the end of quiet hours.
    """
    readers, now = readers_of(people, circle=circle), clock.now()
    ways = {person: _ways(readers[person], news) if person in readers else Ways() for person in people}
    if WISHES.get(news, News.URGENT) is News.URGENT:
        return ways
    told = {person: readers[person] for person, way in ways.items() if not way.off}
    duties = duty_of([(person, reader.via) for person, reader in told.items()], now)
    return {
        person: replace(way, held=held(told[person], now)) if person in told and duties[person, told[person].via].on else Ways()
        for person, way in ways.items()
    }


def wishing_posts(circles: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Circle → the people inside who have wished something for ordinary messages: of those nobody else is told. One statement."""
    found: dict[UUID, set[UUID]] = {}
    live = live_members(circles).filter(membership__person__preference__choices__news__post__isnull=False)
    for circle, person in live.values_list("membership__circle", "membership__person"):
        found.setdefault(circle, set()).add(person)
    return found


def readers_of(people: Collection[UUID], *, circle: UUID | None = None) -> dict[UUID, Reader]:
    """What is known of people when it is asked how they are told; one statement. Who does not exist is missing."""
    mine = Membership.objects.filter(person=OuterRef("pk"), ended_at=None)
    here = mine.filter(circle=circle) if circle else mine
    at_work, via = Exists(mine.filter(standing__in=_AT_WORK)), Subquery(mine.filter(circle=circle).values("via")[:1])
    of_stays = Exists(here.filter(role__in=HOSPITAL_ROLES))
    rows = Person.objects.filter(pk__in=list(people)).annotate(at_work=at_work, via=via, of_stays=of_stays)
    fields = ("pk", "email", "profession", "at_work", "of_stays", "via", "telephone__called_by", "preference__choices")
    return {
        row["pk"]: Reader(
            professional=row["at_work"],
            physician=row["profession"] == Profession.PHYSICIAN,
            has_address=bool(row["email"]),
            has_number=has_gateway() and row["telephone__called_by"] is not None,
            of_stays=row["of_stays"],
            via=row["via"],
            choices=row["preference__choices"] or {},
        )
        for row in rows.values(*fields)
    }


def _ways(reader: Reader, news: News) -> Ways:
    if news is News.TEST:
        return Ways(at_once=(Channel.PUSH,))
    if news is News.GLASS:
        return Ways(at_once=(Channel.PUSH, Channel.EMAIL) if reader.has(Channel.EMAIL) else (Channel.PUSH,))
    if news is News.DIGEST:
        return Ways(at_once=digest_ways(reader))
    chosen = chosen_ways(reader, WISHES[news])
    if WISHES[news] is News.URGENT and Channel.PUSH in chosen:
        return Ways(at_once=(Channel.PUSH,), fallbacks=chosen[1:], otherwise=() if chosen[1:] else usual_ways(reader, WISHES[news])[1:])
    return Ways(at_once=chosen)

"""The feeds of hospitals in numbers and codes, for the service's operator: nothing clinical, nobody's name, no content of a message."""
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from foundation import clock
from hospital.gateway.enums import Answer, FeedMode, MessageState
from hospital.gateway.models import AccessToken, Feed, FhirClient, Hook, Message
from people.accounts.models import DataProtectionOfficer, running

_DAY, _WEEK = dt.timedelta(days=1), dt.timedelta(days=7)
_SOON = dt.timedelta(days=30)  # a certificate that ends within them is warned of
_LATE = dt.timedelta(minutes=2)  # a message that waits longer is something to look at
_QUIET = dt.timedelta(days=1)  # a live feed that says nothing for so long is something to look at
_CONTROL = re.compile(r"(?![12]\d{12})[A-Za-z0-9._-]{1,40}")  # what looks like a number of message, and not like an INS
MOST_SHOWN = 100  # quarantined messages on a page


@dataclass
class Counts:
    """How many messages had which answer, within a day and within seven."""

    day: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Answer.values, 0))
    week: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Answer.values, 0))

    @property
    def rows(self) -> list[tuple[str, str, int, int]]:
        """(answer, its words, day, week)."""
        return [(each.value, str(each.label), self.day[each], self.week[each]) for each in Answer]


@dataclass
class FeedState:
    """A feed as it fares."""

    feed: Feed
    last: dt.datetime | None = None
    counts: Counts = field(default_factory=Counts)
    waiting: int = 0
    oldest: dt.datetime | None = None  # since when the one waits that waits longest
    quarantined: int = 0
    doubted: int = 0
    answered: bool = True  # somebody is named who answers for data protection there: at the hospital, or for the service

    @property
    def late(self) -> bool:
        """Whether something waits too long."""
        return self.oldest is not None and clock.now() - self.oldest > _LATE

    @property
    def quiet(self) -> bool:
        """Whether a feed in use has said nothing for a day."""
        return self.feed.mode == FeedMode.LIVE and (self.last or self.feed.made_at) < clock.now() - _QUIET

    @property
    def certificate(self) -> str:
        """"none", "good", "ends" within thirty days, or "ended"."""
        ends = self.feed.certificate_ends
        if not self.feed.certificate or ends is None:
            return "none"
        now = timezone.now()
        return "ended" if ends <= now else "ends" if ends <= now + _SOON else "good"

    @property
    def well(self) -> bool:
        """Whether there is nothing to look at."""
        return self.answered and not (self.late or self.quiet or self.quarantined or self.certificate in {"ends", "ended"})


@dataclass(frozen=True)
class Held:
    """A message in quarantine: codes and times. `control` is empty where it could tell of somebody."""

    id: UUID
    number: int
    kind: str
    control: str
    code: str
    reason: str
    answer: str
    at: dt.datetime
    mendable: bool


@dataclass(frozen=True)
class Program:
    """A program of a hospital that may ask over FHIR. `token_until`: to when its newest token holds."""

    client: FhirClient
    token_until: dt.datetime | None
    hooks_waiting: int
    hooks_dead: int


def feed_states(structure: UUID | None = None) -> list[FeedState]:
    """Every feed, or those of a structure, by its hospital's name; five statements however many there are."""
    rows = Feed.objects.select_related("structure").order_by("structure__name", "msh4")
    return _states([*(rows.filter(structure=structure) if structure else rows)])


def feed_state(feed: Feed) -> FeedState:
    """One feed as it fares."""
    return _states([feed])[0]


def _states(feeds: list[Feed]) -> list[FeedState]:
    states = {feed.pk: FeedState(feed) for feed in feeds}
    _count_answers(states)
    rows = Message.objects.filter(feed__in=states).order_by()
    for pk, last in rows.values_list("feed").annotate(last=Max("received_at")):
        states[pk].last = last
    open_states = [MessageState.WAITING, MessageState.QUARANTINED, MessageState.DOUBTED]
    found = rows.filter(state__in=open_states).values_list("feed", "state").annotate(n=Count("pk"), oldest=Min("received_at"))
    for pk, state, count, oldest in found:
        if state == MessageState.WAITING:
            states[pk].waiting, states[pk].oldest = count, oldest
        elif state == MessageState.QUARANTINED:
            states[pk].quarantined = count
        else:
            states[pk].doubted = count
    officers = DataProtectionOfficer.objects.filter(running(clock.now()), person__is_active=True, person__email__isnull=False)
    answering = set(officers.values_list("structure", flat=True))
    for state in states.values():
        state.answered = bool(answering & {None, state.feed.structure_id})
    return list(states.values())


def _count_answers(states: dict[UUID, FeedState]) -> None:
    now = clock.now()
    recent = Message.objects.filter(feed__in=states, received_at__gt=now - _WEEK).order_by()
    found = recent.values_list("feed", "answer").annotate(week=Count("pk"), day=Count("pk", filter=Q(received_at__gt=now - _DAY)))
    for pk, answer, week, day in found:
        counts = states[pk].counts
        counts.week[answer], counts.day[answer] = week, day


def held(feed: Feed) -> list[Held]:
    """What is in quarantine, the oldest first, `MOST_SHOWN` at most."""
    rows = Message.objects.filter(feed=feed, state=MessageState.QUARANTINED).order_by("number")[:MOST_SHOWN]
    return [
        Held(
            row.id, row.number, row.kind, row.control if _CONTROL.fullmatch(row.control) else "", row.code, row.reason, row.answer,
            row.received_at, bool(row.sealed),
        )
        for row in rows
    ]  # fmt: skip


def reasons(feed: Feed) -> list[tuple[str, int]]:
    """(reason, how many) of what is in quarantine, the most frequent first."""
    rows = Message.objects.filter(feed=feed, state=MessageState.QUARANTINED).order_by()
    found: Collection[tuple[str, int]] = rows.values_list("reason").annotate(n=Count("pk"))
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def programs(structure: UUID | None = None) -> list[Program]:
    """The FHIR programs that have not ended, with their newest token and what could not be told them."""
    clients = FhirClient.objects.select_related("structure").filter(ended_at=None).order_by("structure__name", "client_id")
    if structure:
        clients = clients.filter(structure=structure)
    tokens = dict(AccessToken.objects.filter(client__in=clients).order_by().values_list("client").annotate(until=Max("expires_at")))
    hooks: dict[UUID, tuple[int, int]] = defaultdict(lambda: (0, 0))
    waiting, dead = Q(sent_at=None, dead_at=None), Q(dead_at__isnull=False)
    of_clients = Hook.objects.filter(subscription__client__in=clients).order_by().values_list("subscription__client")
    for pk, waits, gone in of_clients.annotate(waits=Count("pk", filter=waiting), gone=Count("pk", filter=dead)):
        hooks[pk] = (waits, gone)
    return [Program(client, tokens.get(client.pk), *hooks[client.pk]) for client in clients]

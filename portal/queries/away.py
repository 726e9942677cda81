"""While somebody was away: what happened around each patient since, as far as they may see it now; in a fixed number of statements."""
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from uuid import UUID

from foundation import clock
from journal.enums import AlertState, Urgency
from journal.models import Post
from messaging.feed.enums import Standing
from people.accounts.models import Person
from people.circles.enums import CircleState
from people.circles.models import Circle, Delegation, StateChange
from people.circles.queries import member_with_grants, memberships_of
from people.circles.words import titled
from people.duty.models import Absence
from portal.queries.mine import Mine, Patients
from portal.queries.news import Posts, author_words, opened_posts

_LATELY = dt.timedelta(days=14)  # how long after an absence one still finds it
_TOLD = dt.timedelta(days=3)  # how long after its end "New" points to it
MOST = 150  # urgent posts and to-dos shown, and patients


@dataclass(frozen=True)
class Away:
    """A time in which somebody was away. `by`: who stood in; "" where nobody was named."""

    id: UUID | int
    since: dt.datetime
    until: dt.datetime
    by: str

    @property
    def over(self) -> bool:
        """Whether it has ended."""
        return self.until <= clock.now()


@dataclass(frozen=True)
class Happened:
    """A post of that time. `state`: of its alert, "" where it asked for nothing; `owner`: who has or had it."""

    post: UUID
    at: dt.datetime
    author: str
    excerpt: str
    urgent: bool
    state: str
    owner: str

    @property
    def waits(self) -> bool:
        """Urgent, and nobody has it."""
        return self.urgent and self.state in {"open", "unanswered"}


@dataclass
class Around:
    """What happened around one patient, newest first: what asked for somebody, the last word, how many in all, the state now."""

    circle: UUID
    patient: str
    birth_date: str
    zone: str
    state: str
    alerts: list[Happened] = field(default_factory=list)
    last: Happened | None = None
    count: int = 0

    @property
    def rank(self) -> tuple[int, float]:
        """Who still waits first, then who was urgent, then the others; in each the newest first."""
        waits = any(one.waits for one in self.alerts)
        newest = max((one.at.timestamp() for one in [*self.alerts, *([self.last] if self.last else [])]), default=0.0)
        return (0 if waits else 1 if any(one.urgent for one in self.alerts) else 2 if self.alerts else 3, -newest)


def times_away(person: Person) -> list[Away]:
    """Replacements given and absences that run or have ended lately, the last one first; in two statements."""
    now = clock.now()
    given = Delegation.objects.filter(by=person, since__lte=now, until__gt=now - _LATELY).select_related("to")
    found = [Away(one.pk, one.since, min(one.ended_at or one.until, one.until), titled(one.to)) for one in given]
    absent = Absence.objects.filter(person=person, since__lte=now, until__gt=now - _LATELY)
    found += [Away(one.pk, one.since, one.until, "") for one in absent]
    return sorted((one for one in found if one.until > max(one.since, now - _LATELY)), key=lambda one: (one.until, one.by), reverse=True)


def back_from(person: Person) -> Away | None:
    """What "New" points to: the last time away that has just ended."""
    now = clock.now()
    return next((one for one in times_away(person) if now - _TOLD < one.until <= now), None)


def happened(patients: Patients, since: dt.datetime, until: dt.datetime) -> list[Around]:
    """What happened around each of the reader's patients in that time, what still waits first."""
    mine = {member.circle_id: member for member in patients.members}
    person = next(iter(mine.values())).person_id if mine else None
    rows = [post for post in _posts_between(person, since, until) if _sees(mine.get(post.circle_id), post)] if person else []
    asked = [post for post in rows if post.alert_state and post.is_whole_for(Standing(mine[post.circle_id].standing))][:MOST]
    newest = {post.circle_id: post for post in reversed(rows)}
    changed = _changed(mine, since, until)
    shown = opened_posts({post.pk for post in [*asked, *list(newest.values())[:MOST]]})
    owners = _owners(asked)
    around = _places(set(newest) | set(changed), shown, changed)
    for post in rows:
        if post.circle_id in around:
            around[post.circle_id].count += 1
    for post in asked:
        if post.circle_id in around and post.pk in shown:
            around[post.circle_id].alerts.append(_told(shown[post.pk], shown, mine[post.circle_id], owners))
    for circle, post in newest.items():
        if circle in around and post.pk in shown and post not in asked:
            around[circle].last = _told(shown[post.pk], shown, mine[circle], owners)
    return sorted(around.values(), key=lambda one: one.rank)


def _posts_between(person: UUID, since: dt.datetime, until: dt.datetime) -> Iterable[Post]:
    """Of the person's circles, newest first, without their words."""
    theirs = memberships_of(Person(pk=person)).values("circle")
    posts = Post.objects.filter(circle__in=theirs, received_at__gte=since, received_at__lt=until, retracted_at=None)
    return posts.exclude(author__person=person).order_by("-received_at", "-id").defer("sealed_text", "sealed_event", "sealed_reason")


def _sees(member: Mine | None, post: Post) -> bool:
    number = post.seq(Standing(member.standing)) if member else None
    return member is not None and number is not None and number >= member.first


def _changed(mine: Collection[UUID], since: dt.datetime, until: dt.datetime) -> dict[UUID, Circle]:
    """Circles whose state has changed meanwhile."""
    changes = StateChange.objects.filter(circle__in=list(mine), at__gte=since, at__lt=until).select_related("circle__patient")
    return {change.circle_id: change.circle for change in changes.order_by("at")}


def _owners(posts: Collection[Post]) -> dict[UUID, str]:
    members = member_with_grants({post.owner_id for post in posts if post.owner_id})
    return {pk: titled(member.person, member.role) for pk, member in members.items()}


def _places(circles: Collection[UUID], shown: Posts, changed: dict[UUID, Circle]) -> dict[UUID, Around]:
    known = {post.circle_id: post.circle for post in shown.values()} | changed
    traits = {pk: one.patient.traits for pk, one in known.items() if pk in circles}
    return {pk: Around(pk, who.name, who.birth_date, known[pk].zone, _state(known[pk])) for pk, who in traits.items()}


def _state(circle: Circle) -> str:
    return "" if circle.state == CircleState.ACTIVE else str(CircleState(circle.state).label)


def _told(post: Post, posts: Posts, reader: Mine, owners: dict[UUID, str]) -> Happened:
    asks = post.alert_state and post.is_whole_for(Standing(reader.standing))
    author, excerpt = author_words(post, reader.person_id, reader.standing), posts.excerpt(post, reader.standing)
    owner = owners.get(post.owner_id, "") if post.owner_id else ""
    return Happened(
        post.pk, post.received_at, author, excerpt, urgent=bool(asks) and post.urgency == Urgency.URGENT,
        state=AlertState(post.alert_state).value if asks else "", owner=owner if asks else "",
    )  # fmt: skip

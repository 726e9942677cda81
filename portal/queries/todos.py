"""What is expected of me, and what is new over all my patients."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from journal.models import Post
from messaging.feed.enums import Standing
from people.circles.policy import TAKERS
from portal.queries.mine import Mine, Patients
from portal.queries.news import Alert, audience_words, author_words, newest_posts, opened_posts, role_words

MOST = 60


@dataclass(frozen=True)
class Todo:
    """A post that waits for me, or that I have."""

    circle: UUID
    post: UUID
    patient: str
    excerpt: str
    at: dt.datetime
    zone: str
    mine: bool
    urgent: bool


@dataclass(frozen=True)
class NewsItem:
    """The newest of one circle, or its urgent post that nobody has."""

    circle: UUID
    post: UUID
    patient: str
    author: str
    role: str
    standing: str
    excerpt: str
    at: dt.datetime
    zone: str
    audience: str
    audience_words: str
    alert: str
    unread: int
    may_take: bool


def expected(patients: Patients) -> list[tuple[Mine, Alert]]:
    """To-dos that I have or that name me or my role (or nobody), and urgent posts that I have: oldest first."""
    found = [(member, alert) for member in patients.members for alert in patients.alerts.get(member.circle_id, []) if _mine(member, alert)]
    return sorted(found, key=lambda pair: (pair[1].owner is None, pair[1].at))


def _mine(member: Mine, alert: Alert) -> bool:
    if alert.owner is not None:
        return alert.owner == member.pk
    if alert.urgent or member.role not in TAKERS:
        return False
    return not alert.addressees or str(member.pk) in alert.addressees or member.role in alert.addressees


def my_todos(patients: Patients) -> list[Todo]:
    """The first to-dos for me, with their words."""
    pairs = expected(patients)[:MOST]
    posts = opened_posts(alert.post for _, alert in pairs)
    found = [(member, alert, posts[alert.post]) for member, alert in pairs if alert.post in posts]
    return [_todo(member, alert, post, posts.excerpt(post, member.standing)) for member, alert, post in found]


def _todo(member: Mine, alert: Alert, post: Post, excerpt: str) -> Todo:
    patient, zone = post.circle.patient.traits.name, post.circle.zone
    return Todo(member.circle_id, post.pk, patient, excerpt, alert.at, zone, alert.owner == member.pk, alert.urgent)


def news_of(patients: Patients) -> list[NewsItem]:
    """One item per circle with something urgent or unread; urgent ones first, longest waiting at the top."""
    members = (patients.urgent + [member for member in patients.news if not patients.waiting(member)])[:MOST]
    waiting = {member.circle_id: alert.post for member in members if (alert := patients.waiting(member))}
    chosen = {**newest_posts([member for member in members if member.circle_id not in waiting]), **waiting}
    posts = opened_posts(chosen.values())
    pairs = [(member, posts.get(chosen.get(member.circle_id))) for member in members]  # type: ignore[arg-type]
    return [_item(patients, member, post, posts.excerpt(post, member.standing)) for member, post in pairs if post]


def _item(patients: Patients, member: Mine, post: Post, excerpt: str) -> NewsItem:
    audience = post.audience_for(Standing(member.standing))
    return NewsItem(
        circle=member.circle_id, post=post.pk, patient=post.circle.patient.traits.name,
        author=author_words(post, member.person_id, member.standing), role=role_words(post.author),
        standing=post.author.standing if post.author else "hospital", excerpt=excerpt, at=post.received_at, zone=post.circle.zone,
        audience=audience, audience_words=audience_words(audience), alert="open" if patients.waiting(member) else "",
        unread=patients.unread.get(member.pk, 0), may_take=member.role in TAKERS,
    )

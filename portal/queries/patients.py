"""My patients: the order of the list, its parts, its pages, and the filter by name. Steady with 1,300 circles."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.vault.seal import warm
from journal.queries import unread_counts
from people.accounts.models import Person
from people.circles.enums import IdentityStatus
from people.circles.models import Membership
from people.circles.queries import homonyms, memberships_of
from people.circles.traits import normalised
from portal.models import Pin
from portal.queries.news import Alert, author_words, excerpt, newest_posts, opened_posts, unfinished

PAGE = 60
_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True)
class News:
    """The line of last news: who, what, when."""

    author: str
    excerpt: str
    at: dt.datetime


@dataclass(frozen=True)
class Row:
    """One patient in the list. `alert` is "open", "taken" or ""; `part` is "urgent", "pinned" or "others";
    `at` is what the list is ordered by: the urgent post that waits, or the newest change."""

    id: UUID
    part: str
    name: str
    birth_name: str
    birth_date: str
    sex: str
    state: str
    provisional: bool
    homonym: bool
    zone: str
    unread: int
    alert: str
    at: dt.datetime
    news: News | None


@dataclass(frozen=True)
class Part:
    """A section of the list with its title and the words at its right."""

    key: str
    title: str
    more: str
    rows: list[Row]


@dataclass
class Patients:
    """All circles of a person in the order of the list, with what the order needs. Rows are drawn page by page."""

    members: list[Membership]
    alerts: dict[UUID, list[Alert]]
    pinned: set[UUID]
    unread: dict[UUID, int]
    _order: list[Membership] = field(default_factory=list)

    def part_of(self, member: Membership) -> str:
        """Where a circle stands in the list."""
        if self.waiting(member):
            return "urgent"
        return "pinned" if member.circle_id in self.pinned else "others"

    def waiting(self, member: Membership) -> Alert | None:
        """The urgent post that has waited longest in a circle."""
        return next((alert for alert in self.alerts.get(member.circle_id, []) if alert.urgent and alert.waiting), None)

    def ordered(self) -> list[Membership]:
        """Urgent ones first, longest waiting at the top; then pinned; then the others, newest change first."""
        if not self._order:
            newest = sorted(self.members, key=lambda member: (changed_at(member), str(member.pk)), reverse=True)
            first = {"urgent": 0, "pinned": 1, "others": 2}
            self._order = sorted(newest, key=lambda member: (first[self.part_of(member)], self._since(member)))
        return self._order

    def _since(self, member: Membership) -> dt.datetime:
        alert = self.waiting(member)
        return alert.at if alert else _LONG_AGO

    @property
    def urgent(self) -> list[Membership]:
        """Circles with an urgent post that nobody has."""
        return [member for member in self.ordered() if self.waiting(member)]

    @property
    def news(self) -> list[Membership]:
        """Circles with something unread, in the order of the list."""
        return [member for member in self.ordered() if self.unread.get(member.pk)]


def my_patients(person: Person) -> Patients:
    """Every circle of a person, in four statements whatever their number."""
    members = list(memberships_of(person))
    pinned = set(Pin.objects.filter(person=person).values_list("circle", flat=True))
    return Patients(members, unfinished(members), pinned, unread_counts(member.pk for member in members))


def is_pinned(member: Membership) -> bool:
    """Whether the reader keeps this circle at hand."""
    return Pin.objects.filter(person=member.person, circle=member.circle_id).exists()


def changed_at(member: Membership) -> dt.datetime:
    """When the member's standing last saw a change."""
    at: dt.datetime | None = getattr(member.circle.head, f"{member.stands.column}_at")
    return at or member.circle.opened_at


def shown(patients: Patients, show: str) -> list[Membership]:
    """The whole list, or only the unread or the urgent ones."""
    return {"unread": patients.news, "urgent": patients.urgent}.get(show, patients.ordered())


def named(patients: Patients, wanted: str) -> list[Membership]:
    """Those whose names or birth date begin with every word of `wanted`. Names are sealed, so all are opened and compared here."""
    words = normalised(wanted).split()
    warm(member.circle.patient.vault for member in patients.members)
    return [member for member in patients.ordered() if _bears(member, words)]


def _bears(member: Membership, words: Sequence[str]) -> bool:
    traits = member.circle.patient.traits
    year, month, day = [*traits.birth_date.split("-"), "", "", ""][:3]
    own = [*normalised(" ".join([traits.family_name, traits.birth_name, *traits.given_names])).split(), day, month, year]
    return all(any(part.startswith(word) for part in own) for word in words)


def rows(patients: Patients, members: Sequence[Membership]) -> list[Row]:
    """The rows of one page, drawn in a fixed number of statements."""
    waiting = {member.circle_id: alert for member in members if (alert := patients.waiting(member))}
    newest = newest_posts(members)
    posts = opened_posts({*newest.values(), *(alert.post for alert in waiting.values())})
    warm(member.circle.patient.vault for member in members)
    same = homonyms(member.circle.patient_id for member in patients.members)
    drawn = []
    for member in members:
        alert = waiting.get(member.circle_id)
        post = posts.get(alert.post if alert else newest.get(member.circle_id))  # type: ignore[arg-type]
        news = News(author_words(post, member), excerpt(post), post.received_at) if post else None
        drawn.append(_row(patients, member, news, member.circle.patient_id in same))
    return drawn


def _row(patients: Patients, member: Membership, news: News | None, homonym: bool) -> Row:
    traits, circle = member.circle.patient.traits, member.circle
    urgent = [alert for alert in patients.alerts.get(circle.id, []) if alert.urgent]
    waiting = patients.waiting(member)
    alert = "open" if waiting else "taken" if urgent else ""
    return Row(
        id=circle.id, part=patients.part_of(member), name=traits.name, birth_name=traits.distinct_birth_name,
        birth_date=traits.birth_date, sex=traits.sex, state=circle.state, homonym=homonym, zone=circle.zone,
        provisional=circle.patient.identity_status == IdentityStatus.PROVISIONAL, alert=alert, news=news,
        at=waiting.at if waiting else changed_at(member),
        unread=patients.unread.get(member.pk, 0),
    )


def parts(drawn: Iterable[Row], *, urgent: int, first: bool = True, titled: bool = True) -> list[Part]:
    """Rows in their sections; on a later page a section that goes on has no title."""
    titles = {
        "urgent": (_("Urgent, without answer"), str(urgent)),
        "pinned": (_("Pinned"), ""),
        "others": (_("The others"), _("newest first")),
    }
    found: dict[str, list[Row]] = {}
    for row in drawn:
        found.setdefault(row.part, []).append(row)
    made = [Part(key, title if titled else "", more, found[key]) for key, (title, more) in titles.items() if key in found]
    if not first and made:
        made[0] = Part(made[0].key, "", "", made[0].rows)
    return made

"""My patients: the rows of the list, its parts, its pages, and the filter by name. Steady with 1,300 circles."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from foundation.vault.seal import warm
from people.circles.enums import IdentityStatus
from people.circles.models import Circle, Patient
from people.circles.queries import homonyms
from people.circles.traits import Traits, normalised
from portal.queries.mine import Mine, Patients
from portal.queries.news import author_words, newest_posts, opened_posts

PAGE = 60


@dataclass(frozen=True)
class News:
    """The line of last news: who and what."""

    author: str
    excerpt: str


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


def shown(patients: Patients, show: str) -> list[Mine]:
    """The whole list, or only the unread or the urgent ones."""
    return {"unread": patients.news, "urgent": patients.urgent}.get(show, patients.ordered())


def named(patients: Patients, wanted: str) -> list[Mine]:
    """Those whose names or birth date begin with every word of `wanted`. Names are sealed, so all are opened and compared here."""
    words = normalised(wanted).split()
    people = Patient.objects.in_bulk([member.patient_id for member in patients.members])
    warm(patient.vault for patient in people.values())
    return [member for member in patients.ordered() if _bears(people[member.patient_id].traits, words)]


def _bears(traits: Traits, words: Sequence[str]) -> bool:
    year, month, day = [*traits.birth_date.split("-"), "", "", ""][:3]
    own = [*normalised(" ".join([traits.family_name, traits.birth_name, *traits.given_names])).split(), day, month, year]
    return all(any(part.startswith(word) for part in own) for word in words)


def rows(patients: Patients, members: Sequence[Mine]) -> list[Row]:
    """The rows of one page, drawn in a fixed number of statements."""
    waiting = {member.circle_id: alert for member in members if (alert := patients.waiting(member))}
    newest = newest_posts(members)
    posts = opened_posts({*newest.values(), *(alert.post for alert in waiting.values())})
    circles = Circle.objects.select_related("patient").in_bulk([member.circle_id for member in members])
    warm(circle.patient.vault for circle in circles.values())
    same = homonyms(member.patient_id for member in patients.members)
    drawn = []
    for member in members:
        alert = waiting.get(member.circle_id)
        post = posts.get(alert.post if alert else newest.get(member.circle_id))  # type: ignore[arg-type]
        news = News(author_words(post, member.person_id, member.standing), posts.excerpt(post, member.standing)) if post else None
        drawn.append(_row(patients, member, circles[member.circle_id], news, member.patient_id in same))
    return drawn


def _row(patients: Patients, member: Mine, circle: Circle, news: News | None, homonym: bool) -> Row:
    traits, waiting = circle.patient.traits, patients.waiting(member)
    urgent = any(alert.urgent for alert in patients.alerts.get(circle.id, []))
    return Row(
        id=circle.id, part=patients.part_of(member), name=traits.name, birth_name=traits.distinct_birth_name,
        birth_date=traits.birth_date, sex=traits.sex, state=circle.state, homonym=homonym, zone=circle.zone,
        provisional=circle.patient.identity_status == IdentityStatus.PROVISIONAL, news=news,
        alert="open" if waiting else "taken" if urgent else "", at=waiting.at if waiting else member.changed_at,
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

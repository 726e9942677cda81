"""My circles in the order of the list, light enough to hold 1,300 of them: numbers and dates, no identity."""
import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from django.db.models import Case, DateTimeField, F, When
from django.db.models.functions import Coalesce

from journal.queries import unread_counts
from messaging.feed.enums import Standing
from people.accounts.models import Person
from people.circles.models import Membership
from people.circles.queries import memberships_of
from portal.models import Pin
from portal.queries.news import Alert, unfinished

_LONG_AGO = dt.datetime.min.replace(tzinfo=dt.UTC)


class Mine(NamedTuple):
    """My membership of one circle. `changed_at`: when my standing last saw a change there."""

    pk: UUID
    circle_id: UUID
    patient_id: UUID
    person_id: UUID
    role: str
    standing: str
    first: int
    changed_at: dt.datetime


@dataclass
class Patients:
    """All circles of a person with what the order of the list needs. Rows are drawn page by page."""

    members: list[Mine]
    alerts: dict[UUID, list[Alert]]
    pinned: set[UUID]
    unread: dict[UUID, int]
    _order: list[Mine] = field(default_factory=list)

    def part_of(self, member: Mine) -> str:
        """Where a circle stands in the list."""
        if self.waiting(member):
            return "urgent"
        return "pinned" if member.circle_id in self.pinned else "others"

    def waiting(self, member: Mine) -> Alert | None:
        """The urgent post that has waited longest in a circle."""
        return next((alert for alert in self.alerts.get(member.circle_id, []) if alert.urgent and alert.waiting), None)

    def ordered(self) -> list[Mine]:
        """Urgent ones first, longest waiting at the top; then pinned; then the others, newest change first."""
        if not self._order:
            newest = sorted(self.members, key=lambda member: (member.changed_at, member.pk), reverse=True)
            first = {"urgent": 0, "pinned": 1, "others": 2}
            self._order = sorted(newest, key=lambda member: (first[self.part_of(member)], self._since(member)))
        return self._order

    def _since(self, member: Mine) -> dt.datetime:
        alert = self.waiting(member)
        return alert.at if alert else _LONG_AGO

    @property
    def urgent(self) -> list[Mine]:
        """Circles with an urgent post that nobody has."""
        return [member for member in self.ordered() if self.waiting(member)]

    @property
    def news(self) -> list[Mine]:
        """Circles with something unread, in the order of the list."""
        return [member for member in self.ordered() if self.unread.get(member.pk)]


def my_patients(person: Person) -> Patients:
    """Every circle of a person, in four statements whatever their number."""
    standings = [When(standing=standing, then=F(f"circle__head__{standing.column}_at")) for standing in Standing]
    changed = Coalesce(Case(*standings, output_field=DateTimeField()), F("circle__opened_at"))
    columns = ("pk", "circle_id", "circle__patient_id", "person_id", "role", "standing", "first", "changed")
    members = [Mine(*row) for row in memberships_of(person).annotate(changed=changed).values_list(*columns)]
    pinned = set(Pin.objects.filter(person=person).values_list("circle", flat=True))
    return Patients(members, unfinished(person, members), pinned, unread_counts(member.pk for member in members))


def is_pinned(member: Membership) -> bool:
    """Whether the reader keeps this circle at hand."""
    return Pin.objects.filter(person=member.person, circle=member.circle_id).exists()

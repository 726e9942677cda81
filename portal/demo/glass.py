"""A broken glass of the demo: somebody of the hospital came in by force of an emergency the night before; its review waits."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from foundation.vault.seal import seal
from hospital.stays.enums import GlassReason
from hospital.stays.glass import TERM, TOLD
from hospital.stays.models import BrokenGlass
from messaging.feed.enums import Kind
from people.accounts.models import Person, Structure
from people.circles.bulk import NewCircle
from people.circles.enums import Role, Source
from people.circles.models import Membership
from people.circles.services import Admission

# Patient → who, of which hospital, at which hour of yesterday, why.
BROKEN = {
    "p-lesbats": (
        "laborde", "chd", (3, 12), GlassReason.UNCONSCIOUS,
        "Glycémie à 0,38 aux urgences, ne répond pas. Traitement inconnu.",
    ),
}


@dataclass
class GlassStory:
    """One broken glass on its way into the circle and the database."""

    circle: NewCircle
    person: Person
    hospital: Structure
    at: datetime
    code: GlassReason
    words: str
    id: UUID = field(default_factory=uuid4)
    member: Membership | None = None

    def events(self) -> Iterator[tuple[datetime, Callable[[], Any]]]:
        """Coming in, and the end of the four hours."""
        yield self.at, self._come
        yield self.at + TERM, self._leave

    def _come(self) -> None:
        until = self.at + TERM
        self.member = member = self.circle.join(self.person, Admission(Role.HOSPITAL_STAFF, until=until), at=self.at)
        member.via = self.hospital
        grant = self.circle.grants[-1]
        grant.source, grant.about = Source.BREAK_GLASS, self.id
        self.circle.feed.numbered(Kind.GLASS_BROKEN, TOLD, self.id, actor=member.pk, until=until, at=self.at)

    def _leave(self) -> None:
        assert self.member is not None
        self.circle.leave(self.member, at=self.at + TERM)

    def store(self) -> None:
        """The row that is to be reviewed, once the membership is stored."""
        row = BrokenGlass(
            id=self.id, membership=self.member, structure=self.hospital, reason_code=self.code, at=self.at, until=self.at + TERM
        )
        row.sealed_reason = seal(self.circle.patient.vault, f"stays.glass.reason:{self.id}", self.words)
        row.save(force_insert=True)


def glasses_of(
    patient: str, zone: str, circle: NewCircle, people: dict[str, Person], structures: dict[str, Structure], now: datetime
) -> list[GlassStory]:  # fmt: skip
    """The patient's; none for most."""
    if patient not in BROKEN:
        return []
    who, where, (hour, minute), code, words = BROKEN[patient]
    yesterday = now.astimezone(ZoneInfo(zone)) - timedelta(days=1)
    at = yesterday.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(now.tzinfo)
    return [GlassStory(circle, people[who], structures[where], at, code, words)]

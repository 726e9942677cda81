"""Requests for a planned stay in words: as the circle reads them, and as the unit does."""
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from care.plan.editions import requests_for
from care.plan.enums import OPEN, AskedState, Soon
from care.plan.models import StayRequest
from people.accounts.models import Unit
from people.circles.models import Membership
from people.circles.words import titled, trade


@dataclass(frozen=True)
class Saying:
    """Something that a side said of a request."""

    side: str
    what: str
    text: str
    name: str
    at: dt.datetime


@dataclass(frozen=True)
class Asked:
    """A request in words. `patient` is the circle's; the unit's page needs it, the circle's has it in its banner."""

    id: UUID
    unit: Unit
    state: AskedState
    soon: str
    reason: str
    wished_from: dt.date
    wished_until: dt.date | None
    planned_for: dt.date | None
    by: str
    at: dt.datetime
    sayings: list[Saying]
    patient: Any
    audience: str

    @property
    def waits(self) -> bool:
        """Whether the unit has to answer, or the circle."""
        return self.state in OPEN


def asked_of_circle(member: Membership) -> list[Asked]:
    """What a member reads of the circle's requests, newest first."""
    return in_words(requests_for(member))


def in_words(found: Sequence[StayRequest]) -> list[Asked]:
    """Requests in words; their units are asked for once. Needs patient and author."""
    units = Unit.objects.select_related("structure").in_bulk({one.unit_id for one in found}) if found else {}
    return [_asked(one, units[one.unit_id]) for one in found]


def _asked(one: StayRequest, unit: Unit) -> Asked:
    words, author = one.words(), one.author
    by = f"{titled(author.person, author.role)}, {trade(author.person, author.role)}" if author else ""
    return Asked(
        id=one.pk, unit=unit, state=AskedState(one.state), soon=str(Soon(one.soon).label), reason=words["reason"],
        wished_from=one.wished_from, wished_until=one.wished_until, planned_for=one.planned_for, by=by, at=one.made_at,
        sayings=[_saying(said) for said in words.get("said", [])], patient=one.circle.patient.traits, audience=one.audience,
    )  # fmt: skip


def _saying(said: Mapping[str, Any]) -> Saying:
    return Saying(said["from"], said["as"], said["text"], said["name"], dt.datetime.fromisoformat(said["at"]))

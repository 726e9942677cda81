"""Voice notes that their authors have asked somebody to write down, over all of that person's circles."""
import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from foundation.vault.seal import warm
from media.access import to_be_written_down
from media.enums import MediaState
from media.models import Medium, Transcriber
from people.circles.words import titled
from portal.queries.mine import Mine


@dataclass(frozen=True)
class Asked:
    """A note to write down. `player`: what the player needs, as JSON, "" while the note is being prepared."""

    medium: UUID
    circle: UUID
    patient: str
    birth_date: str
    author: str
    since: dt.datetime
    zone: str
    player: str
    text: str


def count_asked(members: Iterable[Mine]) -> int:
    """How many notes wait that nobody has written down yet. One statement."""
    return _asked(members).filter(medium__transcribed_by=None).count()


def asked_of(members: Iterable[Mine]) -> list[Asked]:
    """What is asked and not yet read again by its author: first what nobody has written down, the longest waiting first."""
    rows = list(_asked(members).select_related("medium__uploader__person", "medium__circle__patient").order_by("since", "pk"))
    warm({row.medium.vault for row in rows})
    return sorted((_told(row) for row in rows), key=lambda one: bool(one.text))


def _asked(members: Iterable[Mine]) -> QuerySet[Transcriber]:
    mine = to_be_written_down().filter(member__in=[member.pk for member in members])
    return mine.filter(medium__transcript_reviewed=False).exclude(medium__state=MediaState.REFUSED)


def _told(row: Transcriber) -> Asked:
    note = row.medium
    author, circle = note.uploader, note.circle
    assert author is not None  # its author asked; a hospital's system asks nobody
    traits = circle.patient.traits
    player = _player(note) if note.state == MediaState.READY else ""
    name = titled(author.person, author.role)
    return Asked(note.pk, circle.pk, traits.name, traits.birth_date, name, row.since, circle.zone, player, note.transcript())


def _player(note: Medium) -> str:
    facts = note.facts()
    return json.dumps({"id": str(note.pk), "duration": facts.get("duration"), "waveform": facts.get("waveform")})

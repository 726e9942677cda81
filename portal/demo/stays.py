"""What the demo's hospital told of its patients' stays, written by hand in stays.toml: cards of the thread, and the rows behind them."""

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hospital.stays.announcements import Identity, MovementNews
from hospital.stays.enums import Action, DoubtKind, Event, StayClass
from hospital.stays.folding import Moved, Version
from hospital.stays.identities import raise_doubt
from hospital.stays.models import Stay
from hospital.stays.numbers import movement_digest, stay_digest
from hospital.stays.posting import print_of
from hospital.stays.recording import Heard, learn, note_version
from hospital.stays.refolding import refold, under
from hospital.stays.telling import Place, Rules, Wanted, wanted
from journal.bulk import NewJournal
from journal.models import Post
from messaging.feed.services import all_opened
from people.accounts.models import Structure, Unit
from people.circles.models import Membership
from portal.demo.cast import Patient
from portal.demo.story import Step

AUTHORITY = "CHDAX"  # whose numbers the hospital's are, as its messages name it
DOUBTED = "p-benali"
_BEFORE_ANY_MESSAGE = 0


@dataclass(frozen=True)
class Told:
    """A movement as it was told: by which post, as what."""

    news: MovementNews
    post: Post
    wanted: Wanted


@dataclass
class StayStory:
    """One stay on its way into the journal and the database."""

    hospital: Structure
    units: dict[str, Unit]
    patient: Patient
    number: str
    identifier: str
    moves: list[dict[str, Any]]
    id: UUID = field(default_factory=uuid4)
    told: list[Told] = field(default_factory=list)

    def events(self, journal: NewJournal, seated: dict[str, Membership], now: datetime) -> Iterator[tuple[datetime, Callable[[], Any]]]:
        """Each card and what became of its alert, with their moments."""
        for place, move in enumerate(self.moves):
            at = _moment(move, now, ZoneInfo(self.patient.zone))
            yield at, lambda move=move, at=at: self._tell(journal, move, at)  # type: ignore[misc]
            for kind, person, minutes in move.get("steps", ()):
                step = Step(kind, person, at + timedelta(minutes=minutes))
                yield step.at, lambda step=step, place=place: self._settle(journal, seated, place, step)  # type: ignore[misc]

    def _tell(self, journal: NewJournal, move: dict[str, Any], at: datetime) -> None:
        unit = self.units[move["unit"]]
        news = MovementNews(
            event=Event(move["event"]), action=Action.INSERT, stay=(AUTHORITY, self.number),
            movement=(AUTHORITY, f"{self.number}{len(self.told) + 1:02d}"), at=at, stay_class=StayClass(move["class"]),
            unit_code=unit.code, unit_name=unit.name, planned=not move.get("unplanned", False),
            facts={"mode": move["mode"]} if "mode" in move else {},
        )  # fmt: skip
        said = Version(
            news.action, news.event, at, at, _BEFORE_ANY_MESSAGE, stay_class=news.stay_class, unit=str(unit.pk), planned=news.planned,
            facts=news.facts,
        )  # fmt: skip
        place = Place(self.patient.zone, str(self.id), self.hospital.name, unit.code, unit.name)
        want = wanted(Moved("", said), place, Rules())
        assert want is not None
        post = journal.tell(self.hospital, want.cards, readers=want.readers, urgency=want.urgency, at=at)
        self.told.append(Told(news, post, want))

    def _settle(self, journal: NewJournal, seated: dict[str, Membership], place: int, step: Step) -> None:
        act = journal.take if step.kind == "taken" else journal.complete
        act(self.told[place].post, seated[step.by], at=step.at)

    def store(self, journal: NewJournal) -> None:
        """The stay's rows, once the circle and its posts are stored; its state is folded as after any message."""
        circle, traits = journal.circle.circle, journal.circle.traits
        learn(self.hospital.pk, circle.patient, Identity(traits, ((AUTHORITY, self.identifier),)))
        stay = Stay(pk=self.id, structure=self.hospital, circle=circle, opened_at=self.told[0].news.at)
        stay.digest = stay_digest(self.hospital.pk, (AUTHORITY, self.number))
        stay.save(force_insert=True)
        for each in self.told:
            note_version(stay, each.news, Heard(each.news.at, _BEFORE_ANY_MESSAGE))
            readers = sorted(str(standing) for standing in each.wanted.readers)
            row = stay.movements.filter(digest=movement_digest(self.hospital.pk, each.news))
            row.update(post=each.post.pk, told={"live": True, "readers": readers, "print": print_of(each.wanted)})
        with all_opened([circle.pk]) as feeds:
            refold(feeds[circle.pk], under(feeds, circle), stay)


def store_doubt(patient: Patient, journal: NewJournal, hospital: Structure) -> None:
    """What waits for the hospital's identity desk: the same INS, and day and month of birth the other way round."""
    if patient.key == DOUBTED:
        traits = replace(journal.circle.traits, birth_date=f"{patient.date:%Y-%d-%m}")
        theirs = Identity(traits, ((AUTHORITY, "8007731"),), frozenset({"VALI"}))
        raise_doubt(hospital.pk, theirs, journal.circle.patient, DoubtKind.TRAITS)


@cache
def _written() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(resources.files(__package__).joinpath("stays.toml").read_text(encoding="utf-8"))


def stays_of(patient: Patient, structures: dict[str, Structure], units: dict[str, Unit]) -> list[StayStory]:
    """The patient's stays; none for most."""
    return [
        StayStory(structures[entry["hospital"]], units, patient, entry["number"], entry["identifier"], entry["moves"])
        for entry in _written().get(patient.key, ())
    ]


def _moment(move: dict[str, Any], now: datetime, zone: ZoneInfo) -> datetime:
    day = now.astimezone(zone) - timedelta(days=move["day"])
    hour, minute = map(int, move["time"].split(":"))
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0).astimezone(now.tzinfo)

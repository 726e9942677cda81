"""What the demo's patients have in their summaries: allergies, treatments, wishes, and measures of the last weeks."""
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from care.measures.enums import MeasureKind
from care.measures.models import Measure
from care.plan.fields import Field
from care.plan.models import Entry
from care.records.models import Record
from messaging.feed.enums import Kind
from people.circles.bulk import NewCircle
from people.circles.enums import Audience
from people.circles.models import Membership


@dataclass(frozen=True)
class Said:
    """An entry: who wrote it how many days ago, for whom."""

    field: Field
    text: str
    by: str
    days: float
    audience: Audience = Audience.CIRCLE
    gir: int | None = None
    lasts: int | None = None  # days from now until its term


@dataclass(frozen=True)
class Taken:
    """Values of a kind, the newest first, `every` so many days from `since` days ago; two numbers as "140/80"."""

    kind: MeasureKind
    by: str
    values: str
    since: float = 0.06
    every: float = 1


_STEADY_WEIGHT = "64.2 62.9 62.1 62 62.1 62 62.2 62.1 61.9 62 62.2 62.1 61.8 62 62.3 62.1"
SAID: dict[str, list[Said]] = {
    "p-durand": [
        Said(Field.ALLERGY, "Pénicilline (œdème, 2011)", "castets", 100),
        Said(Field.PROBLEM, "Insuffisance cardiaque", "castets", 98, Audience.PATIENT),
        Said(Field.PROBLEM, "Escarre du talon gauche", "castets", 2, Audience.PATIENT),
        Said(Field.PROBLEM, "Diabète de type 2", "castets", 98, Audience.PATIENT),
        Said(Field.TREATMENT, "Furosémide 40 mg, matin", "saintgermain", 20),
        Said(Field.TREATMENT, "Bisoprolol 2,5 mg, matin", "saintgermain", 20),
        Said(Field.TREATMENT, "Metformine 500 mg, matin et soir", "saintgermain", 20),
        Said(Field.TREATMENT, "Paracétamol 1 g", "saintgermain", 1, lasts=2),
        Said(Field.AUTONOMY, "Déambulateur, lit médicalisé", "bordenave", 51, gir=4),
        Said(Field.WISHES, "Écrites. Personne de confiance : Claire Durand-Moreau", "bordenave", 51),
    ],
    "p-lesbats": [
        Said(Field.PROBLEM, "Diabète sous insuline", "alice", 30, Audience.PATIENT),
        Said(Field.ALERT_NOTE, "Hypoglycémies la nuit", "alice", 6, Audience.CARE_TEAM),
        Said(Field.TREATMENT, "Insuline lente, le soir", "alice", 30),
    ],
    "p-castagnet": [
        Said(Field.ALLERGY, "Aucune connue", "alice", 40),
        Said(Field.PROBLEM, "Fibrillation auriculaire", "alice", 40, Audience.PATIENT),
        Said(Field.TREATMENT, "Apixaban 2,5 mg, matin et soir", "alice", 12),
    ],
}
TAKEN: dict[str, list[Taken]] = {
    "p-durand": [
        Taken(MeasureKind.WEIGHT, "alice", _STEADY_WEIGHT),
        Taken(MeasureKind.BLOOD_PRESSURE, "alice", "140/80 138/80 130/74 126/70 140/78 132/75 125/70 130/75 134/78"),
        Taken(MeasureKind.SATURATION, "alice", "93 95 96 97 96 97 97 96 97 97"),
        Taken(MeasureKind.PAIN, "capdeville", "3 3 4 4 4 5 5 4 3", since=1),
    ],
    "p-lesbats": [Taken(MeasureKind.GLUCOSE, "alice", "0.58 1.1 1.2 1.05 1.3 1.15 1.2 1.1", every=0.9)],
    "p-castagnet": [Taken(MeasureKind.PULSE, "alice", "72 78 74 80 76 75 79", since=0.4)],
}


@dataclass
class Glance:
    """One patient's summary on its way: `events` make the rows in the order of time, `store` writes them."""

    patient: str
    circle: NewCircle
    seated: dict[str, Membership]
    now: dt.datetime
    made: list[Record] = field(default_factory=list)

    def events(self) -> Iterator[tuple[dt.datetime, Callable[[], Any]]]:
        """(when, what happens), for those who have a seat then."""
        for said in SAID.get(self.patient, []):
            at = self.now - dt.timedelta(days=said.days, hours=1)
            yield at, lambda said=said, at=at: self._say(said, at)  # type: ignore[misc]
        for taken in TAKEN.get(self.patient, []):
            for place, value in enumerate(taken.values.split()):
                at = self.now - dt.timedelta(days=taken.since + place * taken.every)
                yield at, lambda taken=taken, value=value, at=at: self._take(taken, value, at)  # type: ignore[misc]

    def store(self) -> None:
        """After the circle and its lines."""
        Entry.objects.bulk_create([row for row in self.made if isinstance(row, Entry)])
        Measure.objects.bulk_create([row for row in self.made if isinstance(row, Measure)])

    def _say(self, said: Said, at: dt.datetime) -> None:
        words: dict[str, Any] = {"text": said.text}
        if said.gir:
            words["gir"] = said.gir
        if said.lasts is not None:
            words["until"] = (self.now + dt.timedelta(days=said.lasts)).date().isoformat()
        self._keep(Entry(field=said.field), said.audience, words, Kind.SUMMARY_CHANGED, said.by, at)

    def _take(self, taken: Taken, value: str, at: dt.datetime) -> None:
        names = ["systolic", "diastolic"] if "/" in value else ["value"]
        words = {"values": dict(zip(names, value.split("/"), strict=True)), "note": ""}
        audience = Audience.PATIENT if taken.by != "capdeville" else Audience.CIRCLE
        self._keep(Measure(kind=taken.kind, taken_at=at), audience, words, Kind.MEASURE_NOTED, taken.by, at)

    def _keep(self, record: Record, audience: Audience, words: dict[str, Any], kind: Kind, by: str, at: dt.datetime) -> None:
        member = self.seated.get(by)
        if member is None:
            return
        record.circle, record.audience = self.circle.circle, audience
        record.author = record.changed_by = member
        record.made_at = record.changed_at = at
        record.number(self.circle.feed.numbered(kind, audience.readers, record.pk, actor=member.pk, at=at))
        record.keep_words(words)
        self.made.append(record)

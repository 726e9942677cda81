"""Who lives in the fictive region: read from region.toml into typed records."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from portal.demo.fiction import fictive_ins, fictive_phone, plain

FAMILY = frozenset({"relative", "trusted_person"})


@dataclass(frozen=True, slots=True)
class Structure:
    """An organisation that people of the region work for; `units` are (key, code, name).

    `team`: the role in which it is a member wherever one of its people has that role; "" where its people come by themselves.
    """

    key: str
    name: str
    kind: str
    finess: str
    units: tuple[tuple[str, str, str], ...]
    phone: str
    team: str


@dataclass(frozen=True, slots=True)
class Persona:
    """One of the forty. `trade` is the French word shown for their profession or kinship; `host` their own address in the demo.

    Who is `silent` has never connected: writes nothing and reads nothing.
    """

    key: str
    given: str
    family: str
    sex: str
    trade: str
    profession: str | None
    title: str
    host: str | None
    structures: tuple[str, ...]
    units: tuple[str, ...]
    calls: str
    silent: bool
    phone: str
    administers: tuple[str, ...] = ()
    operates: bool = False
    protects: tuple[str, ...] = ()  # structures for whose data protection they answer

    @property
    def name(self) -> str:
        return " ".join(filter(None, (self.title, self.given, self.family)))

    @property
    def full_name(self) -> str:
        """Without the title, as the account has it."""
        return f"{self.given} {self.family}"

    @property
    def email(self) -> str:
        return f"{plain(self.given)}.{plain(self.family)}@cercle.example"


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place around a patient: `since` and `until` in days before now (None: from the start, to no end)."""

    person: str
    role: str
    since: int | None = None
    until: int | None = None

    @property
    def history(self) -> str:
        return "all" if self.since is None else "from_now"


@dataclass(frozen=True, slots=True)
class Patient:
    """Identity traits after the INS rules, and what the journal around them is about (`themes`: weight by theme)."""

    key: str
    family: str
    birth: str
    given: tuple[str, ...]
    date: date
    sex: str
    place: str
    status: str
    zone: str
    wound: str
    themes: dict[str, float]
    posts: int
    days: int
    seats: tuple[Seat, ...]
    ins: str | None


@dataclass(frozen=True, slots=True)
class Cast:
    """Everybody, by key, in the order of the file."""

    structures: dict[str, Structure]
    people: dict[str, Persona]
    patients: dict[str, Patient]


def _seats(entry: dict[str, Any]) -> tuple[Seat, ...]:
    seats = [Seat(person, role) for person, role in entry["members"].items()]
    for person, text in entry.get("joined", {}).items():
        role, days = text.split()
        seats.append(Seat(person, role, since=int(days)))
    for person, text in entry.get("left", {}).items():
        role, days = text.split()
        seats.append(Seat(person, role, until=int(days)))
    return tuple(seats)


def _patient(entry: dict[str, Any], rank: int) -> Patient:
    qualified = entry["status"] == "qualified"
    return Patient(
        key=entry["key"], family=entry["family"], birth=entry.get("birth", entry["family"]), given=tuple(entry["given"]),
        date=entry["date"], sex=entry["sex"], place=entry["place"], status=entry["status"], zone=entry.get("zone", "Europe/Paris"),
        wound=entry.get("wound", "du talon gauche"), themes=entry["themes"], posts=entry["posts"], days=entry["days"], seats=_seats(entry),
        ins=fictive_ins(entry["sex"], entry["date"], entry["place"], rank) if qualified else None,
    )  # fmt: skip


def _persona(entry: dict[str, Any], rank: int) -> Persona:
    return Persona(
        key=entry["key"], given=entry["given"], family=entry["family"], sex=entry["sex"], trade=entry["trade"],
        profession=entry.get("profession"), title=entry.get("title", ""), host=entry.get("host"), structures=tuple(entry.get("at", ())),
        units=tuple(entry.get("units", ())), calls=entry.get("calls", ""), silent=entry.get("silent", False),
        phone=fictive_phone(2 * rank + 1), administers=tuple(entry.get("administers", ())), operates=entry.get("operates", False),
        protects=tuple(entry.get("protects", ())),
    )  # fmt: skip


def _structure(entry: dict[str, Any], rank: int) -> Structure:
    units = tuple((unit["key"], unit["code"], unit["name"]) for unit in entry.get("units", ()))
    phone, team = fictive_phone(200 + 2 * rank), entry.get("team", "")
    return Structure(entry["key"], entry["name"], entry["kind"], entry["finess"], units, phone, team)


@cache
def read_cast() -> Cast:
    """The region as region.toml says it."""
    data = tomllib.loads(resources.files(__package__).joinpath("region.toml").read_text(encoding="utf-8"))
    return Cast(
        structures={entry["key"]: _structure(entry, rank) for rank, entry in enumerate(data["structures"])},
        people={entry["key"]: _persona(entry, rank) for rank, entry in enumerate(data["people"])},
        patients={entry["key"]: _patient(entry, rank) for rank, entry in enumerate(data["patients"])},
    )

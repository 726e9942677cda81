"""Who stands around one patient at a moment, and what they call each other in a text."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from portal.demo.cast import FAMILY, Cast, Patient, Persona, Seat

TRADES = {
    "psychologist": "psychologue",
    "podologue": "podologue",
    "dietitian": "diététicienne",
    "occupational": "ergothérapeute",
    "aide-soignante": "aide-soignante",
}


@dataclass(frozen=True, slots=True)
class Team:
    """The seats of one patient, asked by moment."""

    cast: Cast
    patient: Patient
    now: datetime
    fitting: dict[str, tuple[Seat, ...]] = field(default_factory=dict)

    def present(self, at: datetime) -> list[Seat]:
        """Seats that are taken at that moment, in the order of the file."""
        return self._present(self.patient.seats, at)

    def able(self, by: str, at: datetime) -> list[Seat]:
        """Seats that may write what a beat gives to `by`: a role, "family" or a trade."""
        return self._present(self.ever(by), at)

    def ever(self, by: str) -> tuple[Seat, ...]:
        """Seats that fit at some time of the journal."""
        if by not in self.fitting:
            self.fitting[by] = tuple(seat for seat in self.patient.seats if self._fits(seat, by))
        return self.fitting[by]

    def always(self, by: str, count: int = 1) -> bool:
        """Whether at least so many fit from its beginning to now."""
        return sum(seat.since is None and seat.until is None for seat in self.ever(by)) >= count

    def _present(self, seats: tuple[Seat, ...], at: datetime) -> list[Seat]:
        days = (self.now - at) / timedelta(days=1)
        return [seat for seat in seats if days < (seat.since or self.patient.days + 1) and days > (seat.until or -1)]

    def _fits(self, seat: Seat, by: str) -> bool:
        if self.cast.people[seat.person].silent:
            return False
        if by == "family":
            return seat.role in FAMILY
        return seat.role == by or self.cast.people[seat.person].trade == TRADES.get(by)


@dataclass(frozen=True, slots=True)
class Naming:
    """The slots that are people, as one author calls them in one text: an everyday word where nobody has that role."""

    rng: random.Random
    team: Team
    author: Seat
    answered: Persona | None
    at: datetime

    def call(self, slot: str) -> str | None:
        """The name that the slot stands for; None if it is no name."""
        named = NAMES.get(slot)
        return named(self) if named else None

    def thanked(self) -> str:
        """Whom one thanks: the author of the answered post."""
        if self.answered is None:
            return "à tous"
        if self.answered.title and self.author.role in FAMILY | {"patient", "home_help", "secretary"}:
            return "Docteur"
        return self.answered.given

    def given(self, by: str, otherwise: str) -> str:
        """The first name of somebody of that role who is there, not the author."""
        others = [seat for seat in self.team.able(by, self.at) if seat.person != self.author.person]
        return self.team.cast.people[self.rng.choice(others).person].given if others else otherwise

    def doctor(self) -> str:
        """The general practitioner."""
        doctors = self.team.able("gp", self.at)
        return f"Dr {self.team.cast.people[self.rng.choice(doctors).person].family}" if doctors else "le médecin"


NAMES: dict[str, Callable[[Naming], str]] = {
    "pat": lambda n: f"{'Mme' if n.team.patient.sex == 'F' else 'M.'} {n.team.patient.family}",
    "maman": lambda n: n.team.cast.people[n.author.person].calls or n.team.patient.given[0],
    "prenom": Naming.thanked,
    "gp": Naming.doctor,
    "nurse": lambda n: n.given("nurse", "l'infirmière"),
    "collegue": lambda n: n.given(n.author.role, "la relève"),
    "collegue_hh": lambda n: n.given("home_help", "une collègue"),
    "coord": lambda n: n.given("coordinator", "la coordination"),
    "proche": lambda n: n.given("family", "sa nièce"),
}

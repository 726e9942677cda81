"""Who stands around one patient at a moment, and what they call each other in a text."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.demo.cast import FAMILY, Cast, Patient, Persona, Seat

TRADES = {"psychologist": "psychologue", "podologue": "podologue", "dietitian": "diététicienne", "occupational": "ergothérapeute",
          "aide-soignante": "aide-soignante"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """The seats of one patient, asked by moment."""

    cast: Cast
    patient: Patient
    now: datetime

    def present(self, at: datetime) -> list[Seat]:
        """Seats that are taken at that moment, in the order of the file."""
        days = (self.now - at) / timedelta(days=1)
        return [seat for seat in self.patient.seats if days < (seat.since or self.patient.days + 1) and days > (seat.until or -1)]

    def able(self, by: str, at: datetime) -> list[Seat]:
        """Seats that may write what a beat gives to `by`: a role, "family" or a trade."""
        return [seat for seat in self.present(at) if self._fits(seat, by)]

    def ever(self, by: str) -> bool:
        """Whether anybody fits at some time of the journal."""
        return any(self._fits(seat, by) for seat in self.patient.seats)

    def always(self, by: str, count: int = 1) -> bool:
        """Whether at least so many fit from its beginning to now."""
        return sum(self._fits(seat, by) for seat in self.patient.seats if seat.since is None and seat.until is None) >= count

    def _fits(self, seat: Seat, by: str) -> bool:
        if by == "family":
            return seat.role in FAMILY
        return seat.role == by or self.cast.people[seat.person].trade == TRADES.get(by)

    def names(self, rng: random.Random, author: Seat, answered: Persona | None, at: datetime) -> dict[str, str]:
        """The slots that are people: by role, with an everyday word where nobody has that role."""
        me = self.cast.people[author.person]
        return {
            "pat": f"{'Mme' if self.patient.sex == 'F' else 'M.'} {self.patient.family}",
            "maman": me.calls or self.patient.given[0],
            "prenom": self._thanked(author, answered),
            "gp": self._doctor(rng, at),
            "nurse": self._given(rng, "nurse", author, at, "l'infirmière"),
            "collegue": self._given(rng, author.role, author, at, "la relève"),
            "collegue_hh": self._given(rng, "home_help", author, at, "une collègue"),
            "coord": self._given(rng, "coordinator", author, at, "la coordination"),
            "proche": self._given(rng, "family", author, at, "sa nièce"),
        }

    def _thanked(self, author: Seat, answered: Persona | None) -> str:
        if answered is None:
            return "à tous"
        if answered.title and author.role in FAMILY | {"patient", "home_help", "secretary"}:
            return "Docteur"
        return answered.given

    def _given(self, rng: random.Random, by: str, author: Seat, at: datetime, otherwise: str) -> str:
        others = [seat for seat in self.able(by, at) if seat.person != author.person]
        return self.cast.people[rng.choice(others).person].given if others else otherwise

    def _doctor(self, rng: random.Random, at: datetime) -> str:
        doctors = self.able("gp", at)
        return f"Dr {self.cast.people[rng.choice(doctors).person].family}" if doctors else "le médecin"

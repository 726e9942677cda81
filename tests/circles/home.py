"""A circle with a person of each kind in it, loaded as a scenario, and each of them as a client of the API."""
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client

from people.accounts.models import Person
from people.circles.access import enter
from people.circles.models import Circle, Membership
from tests.portal.cast import load

SEATS = {
    "nurse": "nurse", "gp": "gp", "coordinator": "coordinator", "pharmacist": "pharmacist", "home_help": "home_help", "patient": "patient",
    "relative": "relative", "trusted": "trusted_person",
}  # fmt: skip
PROFESSIONS = {"nurse": "nurse", "gp": "physician", "pharmacist": "pharmacist", "coordinator": "social_worker", "newcomer": "nurse"}


@dataclass
class Home:
    """The circle's id, everybody's person id by key, and clients that stay signed in."""

    circle: UUID
    people: dict[str, str]
    clients: dict[str, Client] = field(default_factory=dict)

    def client(self, who: str) -> Client:
        """Somebody's browser."""
        if who not in self.clients:
            self.clients[who] = Client(headers={"accept": "application/json"})
            self.clients[who].force_login(Person.objects.get(pk=self.people[who]))
        return self.clients[who]

    def call(self, who: str, method: str, rest: str = "", **body: Any) -> tuple[int, Any]:
        """(status, JSON) of a call below this circle."""
        path = f"/api/v1/circles/{self.circle}{rest}"
        answer = self.client(who).generic(method, path, json.dumps(body) if body else "", content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    def said(self, who: str, method: str, rest: str = "", **body: Any) -> tuple[int, str]:
        """Status and stable code of a refusal."""
        status, answer = self.call(who, method, rest, **body)
        return status, str(answer["code"])

    def seat(self, who: str) -> str:
        """The id of somebody's newest membership here."""
        mine = Membership.objects.filter(circle=self.circle, person=UUID(self.people[who])).order_by("ended_at")
        return str(mine.values_list("pk", flat=True).last())

    def inside(self, who: str) -> Membership:
        """Somebody's membership, through the door."""
        return enter(Person.objects.get(pk=self.people[who]), self.circle)

    @property
    def state(self) -> str:
        """The circle's state as it is stored."""
        return Circle.objects.get(pk=self.circle).state

    def items(self, who: str) -> list[dict[str, Any]]:
        """Every change as somebody is told of it."""
        items: list[dict[str, Any]] = self.call(who, "GET", "/changes?after=0&limit=500")[1]["items"]
        return items


def load_home(folder: Path, *, born: str = "1941-03-09", ins: str | None = None) -> Home:
    """Loads the circle; `born` is the patient's birth date, `ins` their number."""
    same = {"password": "Zx9-un-cheval", "structures": [], "units": [], "language": "en"}
    people = [
        {**same, "key": key, "email": f"{key}@example.org", "family_name": key.title(), "given_name": "Camille", "profession": profession}
        for key, profession in ((key, PROFESSIONS.get(key)) for key in [*SEATS, "newcomer", "stranger"])
    ]
    members = [{"person": key, "role": role, "history": "all", "since": None, "until": None} for key, role in SEATS.items()]
    patient = {
        "key": "p", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": born, "sex": "F",
        "birth_place_code": "40088", "ins": ins, "members": members,
    }  # fmt: skip
    ids = load(folder, {"structures": [], "people": people, "patients": [patient]})
    return Home(UUID(ids["p"]), {key: pk for key, pk in ids.items() if key != "p"})

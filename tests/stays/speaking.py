"""A hospital that speaks of patients: what its messages say once they are translated, and what members then see."""
import datetime as dt
import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import UUID

from django.test import Client

from foundation import clock
from hospital.stays.announcements import Identity, MovementNews
from hospital.stays.applying import Applied, apply_movement
from hospital.stays.enums import Action, Event, StayClass
from hospital.stays.models import Stay
from people.accounts.models import Person, Unit
from people.circles.access import System
from people.circles.traits import Traits
from tests.portal.cast import load

FEED = System("hospital feed")
SEATS = {"nurse": "nurse", "help": "home_help", "patient": "patient", "daughter": "relative"}
IPP = ("1.2.3", "80001")


def ins_of(number: int) -> str:
    """A woman's INS with a right key."""
    bare = f"24103400{number:05d}"
    return f"{bare}{97 - int(bare) % 97:02d}"


JEANNE = Traits("Durand", "Petit", ["Jeanne"], "1941-03-09", "F", "40088", ins_of(1))
NAMESAKE = replace(JEANNE, ins=ins_of(2))


def moment(hours: float) -> dt.datetime:
    """So many hours ago, whole seconds."""
    return (clock.now() - dt.timedelta(hours=hours)).replace(microsecond=0)


@dataclass
class Feed:
    """The hospital and its circles; `say` is a message, worked out."""

    ids: dict[str, str]
    said: int = 0
    clients: dict[str, Client] = field(default_factory=dict)

    @property
    def hospital(self) -> UUID:
        """The structure's id."""
        return UUID(self.ids["chd"])

    def circle(self, key: str = "p1") -> UUID:
        """A circle's id."""
        return UUID(self.ids[key])

    def unit(self, code: str) -> Unit:
        """A unit of the hospital."""
        return Unit.objects.get(structure=self.hospital, code=code)

    def say(
        self, event: Event, at: dt.datetime, *, who: Traits = JEANNE, numbers: tuple[tuple[str, str], ...] = (IPP,), stay: str = "V1",
        movement: str = "", action: Action = Action.INSERT, unit: str = "4420", statuses: tuple[str, ...] = ("VALI",),
        known_at: dt.datetime | None = None, **more: Any,
    ) -> Applied:  # fmt: skip
        """One message, worked out. Its movement is numbered after its event and time unless `movement` says how."""
        news = MovementNews(
            event, action, ("VN", stay), ("MVT", movement or f"{event}{at:%d%H%M%S}"), at,
            stay_class=more.pop("stay_class", StayClass.INPATIENT), unit_code=unit, **more,
        )  # fmt: skip
        return self.tell(news, Identity(who, numbers, frozenset(statuses)), known_at)

    def tell(self, news: MovementNews, identity: Identity | None = None, known_at: dt.datetime | None = None) -> Applied:
        """One message, worked out."""
        self.said += 1
        whom = identity or Identity(JEANNE, (IPP,), frozenset({"VALI"}))
        known = known_at or clock.now()
        return apply_movement(FEED, structure=self.hospital, identity=whom, news=news, known_at=known, number=self.said)

    def stay(self, key: str = "p1") -> Stay:
        """The only stay of a circle."""
        return Stay.objects.get(circle=self.circle(key))

    def client(self, who: str) -> Client:
        """Somebody's browser."""
        if who not in self.clients:
            self.clients[who] = Client(headers={"accept": "application/json"})
            self.clients[who].force_login(Person.objects.get(pk=self.ids[who]))
        return self.clients[who]

    def call(self, who: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """(status, JSON) of a call of the API."""
        answer = self.client(who).generic(method, f"/api/v1/{path}", json.dumps(body) if body else "", content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    def posts(self, who: str, key: str = "p1") -> list[dict[str, Any]]:
        """The hospital's posts as somebody sees them, oldest first."""
        posts = self.call(who, "GET", f"circles/{self.circle(key)}/posts?limit=500")[1]["items"]
        return [post for post in reversed(posts) if post["kind"] == "hospital_event"]

    def live(self, who: str, key: str = "p1") -> list[dict[str, Any]]:
        """What holds of it: cards that were not taken back, nor say that another was."""
        events = [{**post["event"], "urgency": post["urgency"]} for post in self.posts(who, key) if not post["retracted_at"]]
        return [event for event in events if "cancelled_at" not in event and event["what"] != "cancelled"]

    def whats(self, who: str, key: str = "p1") -> list[str]:
        """The same in a word each."""
        return [event["what"] for event in self.live(who, key)]


def scenario(patients: dict[str, Traits]) -> dict[str, Any]:
    """One hospital with three units and a nurse of two of them, a person for each standing, these patients with all of those around."""
    units = [{"key": f"u{code}", "code": code, "name": name} for code, name in
             (("4420", "Cardiologie"), ("4430", "Médecine"), ("9100", "Psychiatrie"))]  # fmt: skip
    people: list[dict[str, Any]] = [
        {"key": key, "email": f"{key}@example.org", "password": "Zx9-un-cheval", "family_name": key.title(), "given_name": "Camille",
         "profession": "nurse" if key == "nurse" else None, "structures": [], "units": [], "language": "fr"}
        for key in SEATS
    ]  # fmt: skip
    people.append({**people[0], "key": "ward", "email": "ward@example.org", "family_name": "Martin", "given_name": "Alice",
                   "profession": "nurse", "confirmed": True, "structures": ["chd"], "units": ["u4420", "u9100"]})  # fmt: skip
    members = [{"person": key, "role": role, "history": "all", "since": None, "until": None} for key, role in SEATS.items()]
    seated = [
        {"key": key, "family_name": who.family_name, "birth_name": who.birth_name, "given_names": who.given_names,
         "birth_date": who.birth_date, "sex": who.sex, "birth_place_code": who.birth_place_code, "ins": who.ins or None, "members": members}
        for key, who in patients.items()
    ]  # fmt: skip
    hospitals = [{"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital", "units": units},
                 {"key": "other", "name": "CH de Mont-de-Marsan", "finess": "400000002", "kind": "hospital", "units": []}]  # fmt: skip
    return {"structures": hospitals, "people": people, "patients": seated}


def load_feed(folder: Path, patients: dict[str, Traits] | None = None) -> Feed:
    """The scenario, loaded."""
    return Feed(load(folder, scenario(patients or {"p1": JEANNE, "p2": NAMESAKE})))

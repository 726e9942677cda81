"""A circle with a person of several roles inside and a nurse outside, loaded as a scenario, and how they call."""
import json
import uuid
from pathlib import Path
from typing import Any

from django.test import Client

from people.accounts.models import Person
from people.audit.models import TrailLine
from tests.portal.cast import load

# key → (family name, given name, profession, role, structures)
PEOPLE: dict[str, tuple[str, str, str | None, str, list[str]]] = {
    "gp": ("Castets", "Hélène", "physician", "gp", ["practice"]),
    "nurse": ("Martin", "Alice", "nurse", "nurse", ["practice"]),
    "coordinator": ("Lagarde", "Nadia", "nurse", "coordinator", ["desk"]),
    "pharmacist": ("Lafitte", "Paul", "pharmacist", "pharmacist", ["pharmacy"]),
    "patient": ("Durand", "Jeanne", None, "patient", []),
    "relative": ("Durand", "Claire", None, "relative", []),
    "stranger": ("Labat", "Rémi", "nurse", "", ["desk"]),
}
STRUCTURES = {"practice": "Cabinet des Arènes", "desk": "Coordination des Landes", "pharmacy": "Pharmacie du Marché"}
PASSWORD = "Zx9-un-cheval"
PHONE = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def scenario(circles: int = 1, inside: list[str] | None = None) -> dict[str, Any]:
    """Everybody, and so many patients with those around them who are named (all with a role, unless said)."""
    people = [
        {"key": key, "email": f"{key}@example.org", "password": PASSWORD, "family_name": family, "given_name": given,
         "profession": profession, "structures": places, "units": [], "language": "en"}
        for key, (family, given, profession, _role, places) in PEOPLE.items()
    ]
    around = [key for key in (inside or PEOPLE) if PEOPLE[key][3]]
    members = [{"person": key, "role": PEOPLE[key][3], "history": "all", "since": None, "until": None} for key in around]
    patients = [
        {"key": f"p{n}", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": f"{1930 + n}-03-09",
         "sex": "F", "birth_place_code": "40088", "ins": None, "members": members}
        for n in range(circles)
    ]
    structures = [{"key": key, "name": name, "finess": "", "kind": "practice", "units": []} for key, name in STRUCTURES.items()]
    return {"structures": structures, "people": people, "patients": patients}


class World:
    """The scenario loaded, and everybody signed in at first use."""

    def __init__(self, folder: Path, circles: int = 1, inside: list[str] | None = None) -> None:
        self.ids = load(folder, scenario(circles, inside))
        self.circle = self.ids["p0"]
        self._clients: dict[str, Client] = {}

    def person(self, who: str) -> Person:
        """Somebody's row as it is now."""
        return Person.objects.get(pk=self.ids[who])

    def browser(self, who: str) -> Client:
        """Somebody's phone."""
        if who not in self._clients:
            client = Client(headers={"accept": "text/html", "user-agent": PHONE})
            client.force_login(self.person(who))
            self._clients[who] = client
        return self._clients[who]

    def call(self, who: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """A call of the API."""
        sent: dict[str, Any] = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        return self.browser(who).generic(method, f"/api/v1/{path}", headers=headers, **sent)

    def say(self, who: str, text: str, audience: str = "care_team", **more: Any) -> dict[str, Any]:
        """A post in the first circle."""
        body = {"text": text, "audience": audience, **more}
        answer = self.call(who, "POST", f"circles/{self.circle}/posts", body, **{"Idempotency-Key": str(uuid.uuid4())})
        assert answer.status_code == 201, answer.content
        written: dict[str, Any] = answer.json()
        return written

    def admit(self, who: str, role: str) -> str:
        """Somebody is let in by the general practitioner; the id of their seat."""
        body = {"person": self.ids[who], "role": role, "history": "all"}
        return str(self.call("gp", "POST", f"circles/{self.circle}/members", body).json()["id"])

    def member(self, who: str) -> str:
        """The id of somebody's seat in the first circle."""
        members = self.call("nurse", "GET", f"circles/{self.circle}").json()["members"]
        return next(str(one["id"]) for one in members if one["person"]["id"] == self.ids[who])

    def lines(self, trail: str = "") -> list[TrailLine]:
        """A trail's lines, oldest first; the first circle's unless said."""
        return list(TrailLine.objects.filter(circle=self.ids.get(trail, trail) or self.circle).order_by("number"))

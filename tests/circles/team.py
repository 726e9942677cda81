"""A practice of nurses, a pharmacy and a coordination desk around patients, loaded without a server."""
import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management import call_command

from people.accounts.models import Person
from people.circles.access import enter
from people.circles.models import Membership

# key → (profession, structures)
CAST: dict[str, tuple[str | None, list[str]]] = {
    "gp": ("physician", []),
    "daughter": (None, []),
    "jeanne": (None, []),
    "alice": ("nurse", ["practice"]),
    "bruno": ("nurse", ["practice"]),
    "secretary": (None, ["practice"]),
    "nadia": ("nurse", ["desk"]),
    "paul": ("other", ["desk"]),
    "newcomer": ("nurse", []),
    "outsider": (None, []),
}
ROLES = {"gp": "gp", "daughter": "relative", "jeanne": "patient"}


@dataclass
class Town:
    """Ids by key; every circle has its general practitioner, the daughter and the patient."""

    ids: dict[str, str]

    def person(self, key: str) -> Person:
        """Somebody of the cast, read anew."""
        return Person.objects.get(pk=self.ids[key])

    def id(self, key: str) -> UUID:
        """Of a person, structure or circle."""
        return UUID(self.ids[key])

    def member(self, key: str, circle: str = "circle0") -> Membership:
        """Through the door. Raises NotFound."""
        return enter(self.person(key), self.id(circle))


def scenario(circles: int) -> dict[str, Any]:
    """The file."""
    people = [
        {"key": key, "email": f"{key}@example.org", "password": "Zx9-un-cheval", "family_name": key.capitalize(), "given_name": "Camille",
         "profession": profession, "confirmed": profession is not None, "structures": structures, "units": [], "language": "fr"}
        for key, (profession, structures) in CAST.items()
    ]  # fmt: skip
    kinds = ("practice", "desk", "pharmacy")
    structures: list[dict[str, Any]] = [{"key": key, "name": key.capitalize(), "kind": key, "units": []} for key in kinds]
    members = [{"person": key, "role": role, "history": "all"} for key, role in ROLES.items()]
    patients = [
        {"key": f"circle{n}", "family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"],
         "birth_date": f"19{30 + n % 60}-0{1 + n % 9}-1{n % 9}", "sex": "F", "members": members}
        for n in range(circles)
    ]  # fmt: skip
    return {"structures": structures, "people": people, "patients": patients}


def load_town(folder: Path, circles: int = 1) -> Town:
    """Loads the town; the site's vault must exist."""
    file, out = folder / "town.json", io.StringIO()
    file.write_text(json.dumps(scenario(circles)))
    call_command("load_scenario", str(file), stdout=out)
    return Town(json.loads(out.getvalue()))

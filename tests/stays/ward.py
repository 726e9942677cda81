"""A hospital with two units around a patient's circle, loaded without a server; stays as rows, settled as the movements settle them."""
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import transaction
from django.test import Client

from foundation import clock, ids
from foundation.errors import NotFound
from foundation.vault.seal import create_vault
from hospital.stays.enums import StayState
from hospital.stays.models import Stay
from hospital.stays.settling import settle_stay
from messaging.feed.services import all_opened
from people.accounts.models import Person, Unit
from people.circles.access import enter
from people.circles.models import Circle, Membership
from people.circles.services import store_circle
from people.circles.traits import Traits
from tests.portal.cast import load

HOUR = dt.timedelta(hours=1)
# key → (given name, family name, profession, confirmed, units); everybody of a unit works for the hospital.
CAST: dict[str, tuple[str, str, str | None, bool, list[str]]] = {
    "gp": ("Hélène", "Faure", "physician", True, []),
    "jeanne": ("Jeanne", "Durand", None, False, []),
    "nadia": ("Nadia", "Coste", "nurse", True, []),
    "alice": ("Alice", "Martin", "nurse", True, ["cardio"]),
    "bruno": ("Bruno", "Petit", "nurse", True, ["geria"]),
    "both": ("Rosa", "Blanc", "physician", True, ["cardio", "geria"]),
    "ward": ("Service", "Cardiologie", "nurse", True, ["cardio"]),
    "declared": ("Noël", "Roux", "nurse", False, ["cardio"]),
    "dpo": ("Zoé", "Garnier", None, False, []),
    "outsider": ("Marc", "Lopez", "nurse", True, []),
}
ROLES = {"gp": "gp", "jeanne": "patient", "nadia": "coordinator"}


@dataclass
class Ward:
    """Ids by key: people, `chd`, `cardio`, `geria`, `circle`, `other`."""

    ids: dict[str, str]

    def person(self, key: str) -> Person:
        """Somebody of the cast, read anew."""
        return Person.objects.get(pk=self.ids[key])

    def id(self, key: str) -> UUID:
        """Of whatever has a key."""
        return UUID(self.ids[key])

    def unit(self, key: str) -> Unit:
        """One of the hospital's units."""
        return Unit.objects.get(pk=self.ids[key])

    def call(self, key: str, method: str, path: str, **body: Any) -> tuple[int, Any]:
        """(status, JSON) of a call below /api/v1/ by somebody."""
        client = Client(headers={"accept": "application/json"})
        client.force_login(self.person(key), backend="allauth.account.auth_backends.AuthenticationBackend")
        sent = json.dumps(body) if body else ""
        answer = client.generic(method, f"/api/v1/{path}", sent, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    def rename(self, key: str, given: str, family: str) -> None:
        """Somebody is called otherwise."""
        person = self.person(key)
        person.set_names(given, family)
        person.save()

    def stay(self, unit: str = "cardio", *, circle: str = "circle", **facts: Any) -> Stay:
        """A stay: in hospital since an hour ago unless said otherwise."""
        row = {"state": StayState.IN_HOSPITAL, "admitted_at": clock.now() - HOUR, **facts}
        number = ids.new().bytes + ids.new().bytes
        return Stay.objects.create(
            structure_id=self.id("chd"), circle_id=self.id(circle), digest=number, unit=self.unit(unit), opened_at=clock.now(), **row
        )

    def move(self, stay: Stay, **facts: Any) -> None:
        """The hospital says something else of a stay, as a movement would."""
        with transaction.atomic(), all_opened([stay.circle_id]) as feeds:
            for name, value in facts.items():
                setattr(stay, name, value)
            stay.save()
            settle_stay(feeds, stay)

    def member(self, key: str, circle: str = "circle") -> Membership | None:
        """Through the door: None where it stays shut."""
        try:
            return enter(self.person(key), self.id(circle))
        except NotFound:
            return None


def another(traits: Traits) -> Circle:
    """One more patient's circle, with nobody in it."""
    vault = ids.new()
    create_vault(vault)
    with transaction.atomic():
        return store_circle(vault, traits, coordination=True)


def load_ward(folder: Path) -> Ward:
    """The hospital of Dax, and two patients at home."""
    people = [
        {"key": key, "email": f"{key}@example.org", "password": "Zx9-un-cheval", "family_name": family, "given_name": given,
         "language": "fr", "profession": profession, "confirmed": confirmed, "structures": ["chd"] if units else [], "units": units}
        for key, (given, family, profession, confirmed, units) in CAST.items()
    ]  # fmt: skip
    units = [{"key": "cardio", "code": "4420", "name": "Cardiologie"}, {"key": "geria", "code": "4510", "name": "Gériatrie"}]
    members = [{"person": key, "role": role, "history": "all"} for key, role in ROLES.items()]
    first = {"family_name": "Durand", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09", "sex": "F"}
    second = {"family_name": "Lesbats", "birth_name": "Lesbats", "given_names": ["Rose"], "birth_date": "1938-01-02", "sex": "F"}
    return Ward(load(folder, {
        "structures": [{"key": "chd", "name": "CH de Dax", "finess": "400000001", "kind": "hospital", "units": units}],
        "people": people,
        "patients": [{**first, "key": "circle", "members": members}, {**second, "key": "other", "members": members}],
    }))  # fmt: skip

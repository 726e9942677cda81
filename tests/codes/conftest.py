"""A circle of a nurse and a relative, and a patient without e-mail in it."""
import json
from pathlib import Path
from uuid import UUID

import pytest

from foundation.vault import seal
from people.accounts.services import NewPerson
from people.circles.enums import Role
from people.circles.models import Membership
from people.codes.services import admit_newcomer
from tests.portal.cast import SCENARIO, load


@pytest.fixture
def circle(tmp_path: Path, db: None) -> UUID:
    """Alice, a nurse; Helene, a pharmacist; Claire, the daughter, who has an address."""
    seal.forget()
    seal.create_vault(seal.SITE)
    scenario = json.loads(json.dumps(SCENARIO))
    helene = {**scenario["people"][0], "key": "helene", "email": "helene@example.org", "given_name": "Hélène", "profession": "pharmacist"}
    scenario["people"].append({**helene, "rpps": "10001234568"})
    scenario["patients"][0]["members"].append({"person": "helene", "role": "pharmacist", "history": "all"})
    scenario["patients"].append({**scenario["patients"][0], "key": "p2", "given_names": ["Odette"], "members": []})
    return UUID(load(tmp_path, scenario)["p1"])


@pytest.fixture
def nurse(circle: UUID) -> Membership:
    """Alice's membership."""
    return seat(circle, Role.NURSE)


@pytest.fixture
def jeanne(nurse: Membership) -> Membership:
    """The patient, without e-mail."""
    newcomer = NewPerson("Jeanne", "Durand", None, gender="F")
    return admit_newcomer(nurse, newcomer=newcomer, role=Role.PATIENT)


def seat(circle: UUID, role: Role) -> Membership:
    """The membership of a role."""
    return Membership.objects.select_related("circle__patient", "circle__head", "person").get(circle=circle, role=role)

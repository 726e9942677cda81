"""Who plays: one person for each role, strangers, newcomers; and circles for every test to take a fresh one."""

from collections.abc import Iterable, Mapping
from typing import Any

PASSWORD = "Trois-ponts-sur-l-Adour-1976"
STANDINGS = {
    "care_team": ("gp", "specialist", "nurse", "pharmacist", "physiotherapist", "other_health", "coordinator", "hospital_staff"),
    "wider_team": ("social_worker", "home_help", "secretary"),
    "patient": ("patient",),
    "relatives": ("relative", "trusted_person"),
}
STANDING = {role: standing for standing, roles in STANDINGS.items() for role in roles}
ROLES = tuple(STANDING)
AUDIENCES = ("care_team", "wider_team", "patient", "relatives", "circle")
READS = {standing: set(AUDIENCES) if standing == "care_team" else {standing, "circle"} for standing in STANDINGS}
TAKERS = {*STANDINGS["care_team"], "social_worker", "home_help"}
PROFESSIONS = {
    "gp": "physician", "specialist": "physician", "nurse": "nurse", "pharmacist": "pharmacist", "physiotherapist": "physiotherapist",
    "other_health": "psychologist", "coordinator": "nurse", "hospital_staff": "nurse", "social_worker": "social_worker",
}  # fmt: skip
Seats = Iterable[tuple[str, str]]


def person(key: str, profession: str | None = None, **more: Any) -> dict[str, Any]:
    """A person of a scenario, whose family name tells who it is."""
    name = key.replace("_", " ").title()
    return {"key": key, "email": f"{key}@example.org", "password": PASSWORD, "family_name": name, "given_name": "Camille",
            "profession": profession, "structures": [], "language": "en", **more}  # fmt: skip


def patient(key: str, name: str, seats: Seats) -> dict[str, Any]:
    """A patient with members `(person key, role)`."""
    members = [{"person": who, "role": role, "history": "all", "since": None, "until": None} for who, role in seats]
    return {"key": key, "family_name": f"Durand {name}", "birth_name": "Petit", "given_names": ["Jeanne"], "birth_date": "1941-03-09",
            "sex": "F", "birth_place_code": "40088", "ins": None, "members": members}  # fmt: skip


def scenario(people: Mapping[str, str | None], circles: Mapping[str, Seats]) -> dict[str, Any]:
    """A scenario's file."""
    return {
        "structures": [],
        "people": [person(key, profession) for key, profession in people.items()],
        "patients": [patient(key, _letters(number), seats) for number, (key, seats) in enumerate(circles.items())],
    }


def _letters(number: int) -> str:
    """Names of patients bear letters, so that no two patients look like one; all of one length."""
    return "".join(chr(ord("a") + int(digit)) for digit in f"{number:03}")


def whole_cast() -> dict[str, str | None]:
    """Everybody of the contract's tests: a person per role, strangers, newcomers, and a hermit who is never let in anywhere."""
    roles: dict[str, str | None] = {role: PROFESSIONS.get(role) for role in ROLES}
    return roles | {"stranger": "nurse", "stranger_daughter": None, "hermit": "nurse"} | {f"newcomer_{n}": "nurse" for n in range(3)}

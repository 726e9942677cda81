"""Who sits in which circle: the same people and circles for all three systems."""

from dataclasses import dataclass, field
from typing import Any

PASSWORD = "Zx9-bench-passage-de-garonne"
ROLES = ["coordinator", "gp", "patient", "nurse", "relative", "home_help", "pharmacist", "relative", "social_worker", "trusted_person"]
LAYERS = 5  # each person is in so many circles of 20
CROWD = 200  # circles of the other sizes are drawn from the first so many people


@dataclass(frozen=True)
class Circle:
    """`members` are indexes of people; `key` names it in the scenario."""

    key: str
    members: list[int]

    def role(self, person: int) -> str:
        """All four standings are present, and one patient as the contract wants it."""
        place = self.members.index(person)
        return "relative" if place > 2 and ROLES[place % 10] == "patient" else ROLES[place % 10] if place else "coordinator"


@dataclass
class Cast:
    """`people` people; circles by size, those of 20 layer by layer: the first layer holds everybody once."""

    people: int
    circles: dict[int, list[Circle]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for size in (10, 50, 200):
            blocks = min(self.people, CROWD) // size
            self.circles[size] = [Circle(f"c{size}x{i}", list(range(i * size, (i + 1) * size))) for i in range(blocks)]
        blocks = self.people // 20
        self.circles[20] = [
            Circle(f"c20x{layer}x{i}", list(range(i * 20, (i + 1) * 20))) for layer in range(LAYERS) for i in range(blocks)
        ]

    def first_layer(self) -> list[Circle]:
        """Circles of 20 that share nobody."""
        return self.circles[20][: self.people // 20]

    def every_circle(self) -> list[Circle]:
        return [circle for circles in self.circles.values() for circle in circles]

    def scenario(self) -> dict[str, Any]:
        """The document that `load_scenario` takes."""
        people: list[dict[str, Any]] = [
            {
                "key": f"p{i}",
                "email": f"p{i}@example.org",
                "password": PASSWORD,
                "family_name": f"Lafitte{i}",
                "given_name": "Claude",
                "profession": None,
                "structures": [],
                "language": "fr",
            }
            for i in range(self.people)
        ]
        patients = [
            {
                "key": circle.key,
                "family_name": f"Durand {circle.key}",
                "birth_name": "Petit",
                "given_names": ["Jeanne"],
                "birth_date": f"19{30 + n % 60}-03-{1 + n % 28:02}",
                "sex": "F",
                "birth_place_code": "40088",
                "ins": None,
                "members": [
                    {"person": f"p{p}", "role": circle.role(p), "history": "all", "since": None, "until": None} for p in circle.members
                ],
            }
            for n, circle in enumerate(self.every_circle())
        ]
        return {"structures": [], "people": people, "patients": patients}

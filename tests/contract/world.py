"""A running server with its cast, and fresh circles in which everybody has a seat."""

from dataclasses import dataclass, field
from functools import cached_property

from tests.contract.cast import ROLES, scenario, whole_cast
from tests.contract.client import Line, Person
from tests.contract.running import Server

CIRCLES = 220  # more than all tests of one process take


@dataclass
class Ring:
    """One circle of the tests, with the person of each role inside."""

    world: "World"
    id: str

    def __getitem__(self, role: str) -> Person:
        return self.world.person(role)

    @cached_property
    def seats(self) -> dict[str, str]:
        """Role → the membership's id, as the circle began."""
        return {member["role"]: member["id"] for member in self["nurse"].get(f"circles/{self.id}").body["members"]}

    def path(self, rest: str = "") -> str:
        """A path below this circle."""
        return f"circles/{self.id}{rest}"

    def admit(self, who: str, role: str, **more: object) -> str:
        """Somebody of the cast is let in by the nurse; the membership's id."""
        body = {"person": self.world.ids[who], "role": role, "history": "all", **more}
        answer = self["nurse"].post(self.path("/members"), **body)
        assert answer.status == 201, answer.raw[:300]
        self.seats[who] = answer.body["id"]
        return self.seats[who]

    def end(self, who: str, by: str = "coordinator") -> None:
        """A membership is ended."""
        answer = self[by].delete(self.path(f"/members/{self.seats[who]}"))
        assert answer.status == 204, answer.raw[:300]

    def turn(self, state: str) -> None:
        """The coordinator sets the circle's state."""
        assert self["coordinator"].put(self.path("/state"), state=state, reason="essai").status == 200

    def head(self, role: str) -> int:
        """The newest number of a role's standing."""
        return int(self[role].get(self.path()).body["head"])


@dataclass
class World:
    """The server, who has signed in, and the circles that nobody has used yet."""

    server: Server
    line: Line
    ids: dict[str, str]
    _people: dict[str, Person] = field(default_factory=dict)
    _used: int = 0

    def person(self, key: str) -> Person:
        """Somebody of the cast, signed in once."""
        if key not in self._people:
            self._people[key] = Person(self.line, key).sign_in()
        return self._people[key]

    def fresh(self) -> Ring:
        """A circle that no test has touched."""
        self._used += 1
        return Ring(self, self.ids[f"circle_{self._used - 1}"])


def load_world(server: Server, line: Line, circles: int = CIRCLES) -> World:
    """The whole cast around many patients."""
    everybody = [(role, role) for role in ROLES]
    around = {f"circle_{number}": everybody for number in range(circles)} | {
        "elsewhere": [("stranger", "nurse"), ("stranger_daughter", "relative")]
    }
    return World(server, line, server.load(scenario(whole_cast(), around)))

"""Where each person sits on the large ring: the care team around, the family left, the wider team right."""
from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from messaging.feed.enums import Standing
from portal.queries.people import Seat
from portal.templatetags.cercle import initials

CENTRE = (310, 230)
INNER, OUTER = 152, 251
_MOST = {"care_team": 9, "wider_team": 4, "relatives": 4}
_KINDS = {"care_team": "care", "wider_team": "wider", "relatives": "relative"}


@dataclass(frozen=True)
class Place:
    """A person on the drawing, in its units (620 × 480); the words stand under the form."""

    x: int
    y: int
    kind: str
    absent: bool
    initials: str
    short_name: str

    @property
    def left(self) -> int:
        """Left edge of a square form."""
        return self.x - 24

    @property
    def top(self) -> int:
        """Upper edge of a square form."""
        return self.y - 24

    @property
    def label_width(self) -> int:
        """Room for the name, which the arc leaves free."""
        return 12 + 8 * len(self.short_name)

    @property
    def label_left(self) -> int:
        """Left edge of that room."""
        return self.x - self.label_width // 2

    @property
    def label_y(self) -> int:
        """Base line of the name."""
        return self.y + 41


@dataclass(frozen=True)
class Ring:
    """The drawing: the patient in the middle, and who sits where."""

    patient: str
    initials: str
    seats: list[Place]
    care_radius: int = INNER


def ring_of(patient: str, letters: str, seats: Sequence[Seat]) -> Ring:
    """The large circle sign with real people on it; who does not fit stands in the list beside. `letters` are the patient's."""
    places = []
    for standing in ("care_team", "relatives", "wider_team"):
        people = [seat for seat in seats if seat.standing == standing]
        places += [_place(standing, seat, angle) for seat, angle in zip(people, _angles(standing, len(people)), strict=False)]
    return Ring(patient, letters, places)


def _angles(standing: str, count: int) -> list[float]:
    """Degrees, clockwise from the right. A ring is shared evenly from the top; an arc is spread about its middle."""
    count = min(count, _MOST[standing])
    if standing == Standing.CARE_TEAM:
        return [-90 + 360 * place / count for place in range(count)]
    middle, step = (180, -32) if standing == Standing.RELATIVES else (0, 32)
    return [middle + step * (place - (count - 1) / 2) for place in range(count)]


def _place(standing: str, seat: Seat, angle: float) -> Place:
    radius = INNER if standing == Standing.CARE_TEAM else OUTER
    x, y = round(CENTRE[0] + radius * cos(radians(angle))), round(CENTRE[1] + radius * sin(radians(angle)))
    return Place(x, y, _KINDS[standing], seat.absent, initials(seat.name), seat.short_name)

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
_ICON = 20  # a sign of 16 units and the space after it
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
    icon: str = ""  # why they can't be reached now, before the name

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
        return 12 + 8 * len(self.short_name) + (_ICON if self.icon else 0)

    @property
    def label_x(self) -> int:
        """Middle of the name, which an icon moves to the right."""
        return self.x + (_ICON // 2 if self.icon else 0)

    @property
    def icon_left(self) -> int:
        """Left edge of the icon."""
        return self.label_x - 4 * len(self.short_name) - _ICON

    @property
    def icon_top(self) -> int:
        """Upper edge of the icon."""
        return self.label_y - 13

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
    icon = seat.sign.icon if seat.sign and seat.sign.form in {"off", "mute"} else ""
    return Place(x, y, _KINDS[standing], seat.absent, initials(seat.name), seat.short_name, icon)

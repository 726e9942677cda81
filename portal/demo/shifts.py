"""When the demo's professionals are on duty, and whom an urgent message of its first circle goes to in turn."""

import datetime as dt

from notifications.models import Ladder, Rung
from people.accounts.models import Person
from people.circles.bulk import NewCircle
from people.circles.enums import Role
from people.duty.models import Hours
from people.duty.week import DAYS
from portal.demo.cast import Cast

_WORKDAYS, _SHOP = DAYS[:5], DAYS[:6]
# By the structure one works for. Who is not here, the coordination and the hospital, is there day and night.
HOURS: dict[str, tuple[tuple[str, ...], list[list[str]]]] = {
    "marensin": (DAYS, [["06:30", "20:30"]]),
    "ravine": (DAYS, [["06:30", "20:30"]]),
    "msp": (_WORKDAYS, [["08:00", "19:00"]]),
    "adour": (_SHOP, [["09:00", "12:30"], ["14:00", "19:30"]]),
    "admr": (_SHOP, [["08:00", "18:00"]]),
}
ZONES = {"ravine": "Indian/Reunion"}
LADDERS = {"p-durand": ((0, Role.NURSE), (300, Role.GP), (600, Role.COORDINATOR))}


def store_hours(cast: Cast, people: dict[str, Person]) -> None:
    """The working hours of everybody whose structure has some; nursing offices work on holidays too."""
    rows = []
    for key, persona in cast.people.items():
        for place in persona.structures[:1]:
            if place in HOURS:
                days, day = HOURS[place]
                zone, always = ZONES.get(place, "Europe/Paris"), days == DAYS
                rows.append(Hours(person=people[key], zone=zone, weekly=dict.fromkeys(days, day), on_holidays=always))
    Hours.objects.bulk_create(rows)


def store_ladders(circles: dict[str, NewCircle], now: dt.datetime) -> None:
    """The ladders of circles that have one of their own."""
    for patient, steps in LADDERS.items():
        if patient in circles:
            ladder = Ladder.objects.create(circle=circles[patient].circle, changed_at=now)
            rungs = [Rung(ladder=ladder, place=place, after_s=after, role=role) for place, (after, role) in enumerate(steps)]
            Rung.objects.bulk_create(rungs)

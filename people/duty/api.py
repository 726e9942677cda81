"""The caller's own hours over HTTP."""
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import Router

from foundation import clock
from people.accounts.models import Person
from people.accounts.queries import structures_of
from people.circles.access import SignedIn
from people.duty.protocol import HoursBody, hours_item
from people.duty.queries import absences_of, duty_of, hours_of
from people.duty.services import set_hours

router = Router(tags=["alerts"])


@router.get("me/hours", auth=SignedIn(), response=dict[str, Any])
def hours(request: HttpRequest) -> dict[str, Any]:
    """When the caller works, everywhere and for each structure, and when they are away."""
    person: Person = request.auth  # type: ignore[attr-defined]
    return said_by(person)


@router.put("me/hours", auth=SignedIn(), response=dict[str, Any])
def change(request: HttpRequest, body: HoursBody) -> dict[str, Any]:
    """Says all of it anew."""
    person: Person = request.auth  # type: ignore[attr-defined]
    set_hours(person, said=body)
    return said_by(person)


def said_by(person: Person) -> dict[str, Any]:
    """What a person has said of their hours; nothing of structures for which they no longer work."""
    now = clock.now()
    works = set(structures_of(person, now).values_list("pk", flat=True))
    rows = [row for row in hours_of(person.pk) if row.structure_id is None or row.structure_id in works]
    zone = rows[0].zone if rows else settings.CIRCLE_TIME_ZONE
    return hours_item(zone, rows, absences_of(person.pk, now), duty_of([(person.pk, None)], now)[person.pk, None])

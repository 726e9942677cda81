"""Hospital staff over HTTP: the patients of their units, joining for a stay, coming in by force of an emergency."""
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from foundation import ids
from foundation.clock import rfc3339
from foundation.http import page_limit
from hospital.stays.access import own_unit, require_one_person
from hospital.stays.glass import break_glass, look_up, require_emergency_staff
from hospital.stays.items import joined_item, unit_patient_item
from hospital.stays.joining import join_stay
from hospital.stays.protocol import GlassBody, SoughtBody
from hospital.stays.queries import unit_patients
from people.accounts.models import Person
from people.circles.access import Own, SignedIn, listed, session_mark

router = Router(tags=["hospital"])
Listed = dict[str, Any]


@router.get("units/{unit_id}/patients", auth=Own(), response=Listed)
def patients(request: HttpRequest, unit_id: str, after: str | None = None, limit: int = 50) -> Listed:
    """The patients of one of the caller's units who have a circle, by name."""
    person: Person = request.auth  # type: ignore[attr-defined]
    unit = own_unit(person, ids.parse(unit_id))
    require_one_person(person)
    listed(person, "unit.listed", session_mark(request))
    size, found = page_limit(limit), unit_patients(person, unit)
    start = next((place for place, one in enumerate(found, 1) if str(one.stay.pk) == after), len(found)) if after else 0
    page = found[start : start + size]
    following = str(page[-1].stay.pk) if page and start + size < len(found) else None
    return {"items": [unit_patient_item(one) for one in page], "next": following}


@router.post("stays/{stay_id}/join", auth=Own(), response={200: Listed, 201: Listed})
def join(request: HttpRequest, stay_id: str) -> Status[Listed]:
    """The caller joins a patient's thread for the stay."""
    person: Person = request.auth  # type: ignore[attr-defined]
    grant, fresh = join_stay(person, stay=ids.parse(stay_id))
    return Status(201 if fresh else 200, joined_item(grant))


class EmergencyStaff(SignedIn):
    """Route authentication for break-glass: 403 comes before whatever is wrong with the body."""

    def __call__(self, request: HttpRequest) -> Person:
        person = super().__call__(request)
        require_emergency_staff(person)
        return person


@router.post("break-glass/look-up", auth=EmergencyStaff(), response=Listed)
def seek(request: HttpRequest, body: SoughtBody) -> Listed:
    """Whom the caller looks for, to be confirmed before anything is broken. Nothing of the circle."""
    person: Person = request.auth  # type: ignore[attr-defined]
    circle = look_up(person, sought=body.sought, session=session_mark(request))
    traits = circle.patient.traits
    shown = {
        "name": traits.name, "birth_name": traits.birth_name, "given_names": traits.given_names, "birth_date": traits.birth_date,
        "sex": traits.sex,
    }  # fmt: skip
    return {"patient": shown}


@router.post("break-glass", auth=EmergencyStaff(), response={201: Listed})
def emergency(request: HttpRequest, body: GlassBody) -> Status[Listed]:
    """The caller comes in by force of an emergency, until `until`."""
    person: Person = request.auth  # type: ignore[attr-defined]
    glass = break_glass(person, sought=body.sought, why=body.why, hospital=body.structure, session=session_mark(request))
    return Status(201, {"circle": str(glass.membership.circle_id), "until": rfc3339(glass.until), "member": str(glass.membership_id)})

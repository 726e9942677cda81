"""How a unit's patients, who joined for a stay and broken glasses are written for the API; how the feed tells of the latter."""
from collections.abc import Sequence
from uuid import UUID

from foundation.clock import rfc3339
from hospital.stays.models import BrokenGlass
from hospital.stays.queries import UnitPatient
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.models import Unit
from people.circles.items import structure_item
from people.circles.models import Grant


def unit_item(unit: Unit | None) -> Item | None:
    """A unit by its code within the hospital."""
    return {"id": str(unit.pk), "code": unit.code, "name": unit.name} if unit else None


def unit_patient_item(found: UnitPatient) -> Item:
    """A stay with its patient, and whether the caller has joined for it. `until`: the end of the grace, null while in hospital."""
    stay, patient = found.stay, found.stay.circle.patient
    traits = patient.traits
    return {
        "id": str(stay.pk),
        "stay": {
            "id": str(stay.pk), "state": stay.state, "class": stay.stay_class, "since": rfc3339(found.interval.since),
            "until": rfc3339(found.interval.until), "unit": unit_item(stay.unit),
        },
        "patient": {"id": str(patient.pk), "name": traits.name, "birth_date": traits.birth_date, "sex": traits.sex},
        "joined": _joined(found.joined) if found.joined else None,
    }  # fmt: skip


def joined_item(grant: Grant) -> Item:
    """Who joined, for which stay, and from when until when. Needs the membership."""
    member = grant.membership
    return {**_joined(grant), "role": member.role, "since": rfc3339(grant.since), "stay": str(grant.about)}


def _joined(grant: Grant) -> Item:
    return {"circle": str(grant.membership.circle_id), "member": str(grant.membership_id), "until": rfc3339(grant.until)}


def glass_item(glass: BrokenGlass) -> Item:
    """A broken glass as the care team and the patient hear it: who, until when, why by a code, and what its review found. Needs the
    structure."""
    return {
        "id": str(glass.pk), "member": str(glass.membership_id), "structure": structure_item(glass.structure), "at": rfc3339(glass.at),
        "until": rfc3339(glass.until), "reason_code": glass.reason_code, "verdict": glass.verdict or None,
        "reviewed_at": rfc3339(glass.reviewed_at),
    }  # fmt: skip


def _load(lines: Sequence[FeedLine]) -> dict[UUID, BrokenGlass]:
    return BrokenGlass.objects.select_related("structure").in_bulk({line.subject for line in lines})


def _render(line: FeedLine, content: dict[UUID, BrokenGlass], reader: Reader) -> Item | None:
    glass = content.get(line.subject)
    return None if glass is None or line.number(reader.standing) < reader.first else {"glass": glass_item(glass)}


def tell() -> None:
    """Registers this room's lines."""
    register(["glass"], Teller(_load, _render))

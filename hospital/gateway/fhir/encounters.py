"""Which stay a resource belongs to, as far as it says: an Encounter that came along, or one by its number."""
from dataclasses import dataclass

from hospital.gateway.fhir.outcomes import Resource
from hospital.gateway.fhir.references import Around
from hospital.stays.announcements import Number


@dataclass(frozen=True)
class Encounter:
    """`stay`: its number, None where it is not said; `units`: codes that may be its unit's, of which the hospital knows one at most."""

    stay: Number | None = None
    units: tuple[str, ...] = ()


def encounter_of(resource: Resource, around: Around) -> Encounter:
    """Of a DocumentReference (`context.encounter`): its stay, and who provides it."""
    for reference in (resource.get("context") or {}).get("encounter", ()):
        found = around.found(resource, reference) or {}
        numbers = [*found.get("identifier", ()), reference.get("identifier") or {}]
        stay = next((number_of(one) for one in numbers if one.get("value")), None)
        provider = around.found(resource, found.get("serviceProvider")) or {}
        units = tuple(str(one["value"])[:32] for one in provider.get("identifier", ()) if one.get("value"))
        if stay or units:
            return Encounter(stay, units)
    return Encounter()


def number_of(identifier: Resource) -> Number:
    """(authority, value) of an Identifier."""
    return str(identifier.get("system", "")).removeprefix("urn:oid:"), str(identifier.get("value", ""))

"""All that the summary's page and paper show, put together for one reader in a fixed number of statements."""
from typing import Any

from care.measures.enums import MeasureKind
from care.measures.services import audience_for
from care.measures.units import UNITS
from care.plan.fields import Field
from people.circles.enums import CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act, decide
from portal.queries.ahead import next_of, waiting_tasks
from portal.queries.measured import measured_by, unit_words
from portal.queries.people import Seat, seats_of
from portal.queries.room import readers_for, room_context
from portal.queries.summary import PARTS, facts_of, open_posts

DAYS = (7, 30, 90)
_FIRST = ((Role.GP,), (Role.NURSE, Role.COORDINATOR), (Role.TRUSTED_PERSON, Role.RELATIVE))


def glance_context(member: Membership, days: int) -> dict[str, Any]:
    """For the summary's page: banner, what is open, facts by part, measures of so many days, appointments, whom to call."""
    patient = member.circle.patient
    return {
        **room_context(member, "summary"), "open": open_posts(member), "facts": facts_of(member), "measures": measured_by(member, days),
        "days": days, "spans": DAYS,
        "tasks": waiting_tasks(member), "next": next_of(member), **_calls(seats_of(member)), "traits": patient.traits,
        "may_keep": may(member, Act.KEEP_SUMMARY), "may_note": may(member, Act.NOTE_MEASURE),
    }  # fmt: skip


def writing_context(member: Membership) -> dict[str, Any]:
    """For the sheets in which the summary is written: fields by part, kinds of measures with what their keys need."""
    fields = [(part, field, str(Field(field).label)) for part, fields in PARTS.items() for field in fields]
    kinds = [(kind, str(kind.label), unit_words(kind), _parts(kind)) for kind in MeasureKind]
    return {
        "fields": fields, "kinds": kinds, "readers": readers_for(member, Act.KEEP_SUMMARY), "audience": "care_team",
        "measure_readers": readers_for(member, Act.NOTE_MEASURE), "measure_audience": audience_for(member.stands),
    }  # fmt: skip


def _parts(kind: MeasureKind) -> str:
    return " ".join(f"{part.name}:{part.decimals}" for part in UNITS[kind].parts)


def may(member: Membership, act: Act) -> bool:
    """Whether a member may do an act on what is theirs, in the circle's present state."""
    return bool(decide(Role(member.role), act, CircleState(member.circle.state), standing=member.stands, own=True, owner=True))


def _calls(seats: list[Seat]) -> dict[str, list[Seat]]:
    """Whom one calls: the physician, a nurse, the family at hand, the others behind. Nobody is called by oneself."""
    found = [seat for seat in seats if not seat.me and (seat.phone or seat.sign)]
    firsts = (next((seat for seat in found if seat.phone and seat.role in roles), None) for roles in _FIRST)
    first = [seat for seat in firsts if seat] or found[:3]
    return {"calls": first, "others": [seat for seat in found if seat not in first]}

"""What does not go together, among what one reader sees and nothing else: so a conflict never tells of what somebody may not see."""
from collections.abc import Sequence
from dataclasses import replace

from care.agenda.enums import Source, State, Why
from care.agenda.occurrences import Clash, Occurrence

VISIT = "visit"


def with_conflicts(found: Sequence[Occurrence]) -> list[Occurrence]:
    """The same occurrences, each with its clashes: somebody expected twice at once or while away, two visits at once with one patient,
    a visit at home while the patient is in hospital. Whole days and what was reported clash with nothing.
    """
    clashes: dict[str, list[Clash]] = {}
    going: list[Occurrence] = []
    for one in sorted(found, key=lambda one: one.start):
        going = [other for other in going if other.end is None or other.end > one.start]
        for other in going:
            for clash, of in _between(one, other):
                clashes.setdefault(of.ref, []).append(clash)
        if _counts(one):
            going.append(one)
    return [replace(one, conflicts=tuple(clashes[one.ref])) if one.ref in clashes else one for one in found]


def _counts(one: Occurrence) -> bool:
    return one.source is not Source.APPOINTMENT or (not one.all_day and one.state is State.PLANNED)


def _between(one: Occurrence, other: Occurrence) -> list[tuple[Clash, Occurrence]]:
    """(clash, on which of both it is shown)."""
    if not _counts(one):
        return []
    mine, theirs = one.source is Source.APPOINTMENT, other.source is Source.APPOINTMENT
    if mine and theirs:
        return _of_two(one, other)
    if mine != theirs:
        appointment, elsewhere = (one, other) if mine else (other, one)
        return [(clash, appointment) for clash in _elsewhere(appointment, elsewhere)]
    return []


def _of_two(one: Occurrence, other: Occurrence) -> list[tuple[Clash, Occurrence]]:
    found = []
    theirs = {expected.person: expected for expected in other.attendees}
    for expected in one.attendees:
        if expected.person in theirs:
            found.append((Clash(Why.MEMBER, other.ref, expected.member), one))
            found.append((Clash(Why.MEMBER, one.ref, theirs[expected.person].member), other))
    if one.kind == other.kind == VISIT and one.circle == other.circle:
        found += [(Clash(Why.VISITS, other.ref), one), (Clash(Why.VISITS, one.ref), other)]
    return found


def _elsewhere(appointment: Occurrence, elsewhere: Occurrence) -> list[Clash]:
    if elsewhere.source is Source.STAY:
        there = appointment.kind == VISIT and appointment.circle == elsewhere.circle and elsewhere.title != "planned"
        return [Clash(Why.IN_HOSPITAL, elsewhere.ref)] if there else []
    away = {one.person for one in elsewhere.attendees}
    return [Clash(Why.AWAY, elsewhere.ref, one.member) for one in appointment.attendees if one.person in away]

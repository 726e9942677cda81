"""The access trail in words: a circle's, and one's own over all of them."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from people.accounts.models import Person, Structure
from people.audit.models import TrailLine
from people.audit.queries import lines_before, number_of, own_lines
from people.circles.access import reads_whole_trail
from people.circles.models import Membership
from people.circles.queries import memberships_of
from people.circles.words import titled, trade
from portal.queries.deeds import by_right, deed

PAGE = 50
MOST_PRINTED = 5000


@dataclass(frozen=True)
class Line:
    """One access as the page says it. `about`: whom it was about, or in one's own list around whom."""

    at: dt.datetime
    name: str
    role: str
    structure: str
    what: str
    about: str
    right: str
    device: str


def trail_of(reader: Membership, before: UUID | None, *, size: int = PAGE) -> tuple[list[Line], bool, UUID | None]:
    """(lines, whether it is the whole trail, the mark before which the next page begins) in five statements at most.

    A mark, because a line's number would count the accesses of others to whoever sees only their own.
    """
    whole = reads_whole_trail(reader)
    place = number_of(reader.circle_id, before) if before else None
    lines = lines_before(reader.circle_id, person=None if whole else reader.person_id, before=place, limit=size + 1)
    return _told(lines[:size], _members(lines)), whole, lines[size - 1].mark if len(lines) > size else None


def own_accesses(person: Person, before: UUID | None) -> tuple[list[Line], UUID | None]:
    """(one's own accesses over all circles, newest first, the mark of the next page). Only circles that are still one's own are named."""
    lines = own_lines(person.pk, before=before, limit=PAGE + 1)
    wanted = memberships_of(person).filter(circle__in={line.circle for line in lines})
    patients = {member.circle_id: member.circle.patient.traits.name for member in wanted}
    around = {line.pk: _around(line, person, patients) for line in lines}
    return _told(lines[:PAGE], around), lines[PAGE - 1].mark if len(lines) > PAGE else None


def _around(line: TrailLine, person: Person, patients: dict[UUID, str]) -> str:
    if line.circle == person.pk or line.circle == line.structure:  # one's own trail, or a structure's
        return ""
    return patients.get(line.circle, _("a circle that you no longer belong to"))


def _members(lines: Iterable[TrailLine]) -> dict[int, str]:
    """Whom changes were about, where it was a member: by line."""
    about = {line.pk: line.about for line in lines if line.about and line.what.startswith("member.")}
    found = {member.pk: member for member in Membership.objects.filter(pk__in=set(about.values())).select_related("person")}
    return {pk: f"{titled(found[member].person, found[member].role)}, {trade(found[member].person, found[member].role)}"
            for pk, member in about.items() if member in found}


def _told(lines: Sequence[TrailLine], about: dict[int, str]) -> list[Line]:
    people = Person.objects.in_bulk({line.person for line in lines if line.person})
    structures = Structure.objects.in_bulk({line.structure for line in lines if line.structure})
    return [_line(line, people.get(line.person), structures.get(line.structure), about.get(line.pk, "")) for line in lines]


def _line(line: TrailLine, person: Person | None, structure: Structure | None, about: str) -> Line:
    name, role = (titled(person, line.role), trade(person, line.role)) if person else (_("The system"), "")
    return Line(
        at=line.at, name=name, role=role, structure=structure.name if structure else "", what=deed(line.what), about=about,
        right=by_right(line.right), device=line.device,
    )

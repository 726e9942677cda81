"""The access trail in words."""
import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import Person
from people.audit.models import TrailLine
from people.audit.queries import lines_before, number_of
from people.circles.models import Membership
from people.circles.policy import WHOLE_TRAIL
from people.circles.words import titled, trade

PAGE = 50
_WHAT = {
    "circle.opened": gettext_lazy("Opened the circle"),
    "circle.created": gettext_lazy("Opened this circle for the first time"),
    "contact.added": gettext_lazy("Kept somebody to call"),
    "contact.changed": gettext_lazy("Changed somebody to call"),
    "contact.removed": gettext_lazy("Removed somebody to call"),
    "search": gettext_lazy("Searched in the thread"),
}
_RIGHTS = {
    "admitted": gettext_lazy("member of the circle"),
    "role": gettext_lazy("refused: the role does not allow it"),
    "audience": gettext_lazy("refused: not among the readers"),
}


@dataclass(frozen=True)
class Line:
    """One access as the page says it."""

    at: dt.datetime
    name: str
    role: str
    what: str
    right: str


def trail_of(reader: Membership, before: UUID | None) -> tuple[list[Line], bool, UUID | None]:
    """(lines, whether it is the whole trail, the mark before which the next page begins) in three statements at most.

    A mark, because a line's number would count the accesses of others to whoever sees only their own.
    """
    whole = reader.role in WHOLE_TRAIL
    place = number_of(reader.circle_id, before) if before else None
    lines = lines_before(reader.circle_id, person=None if whole else reader.person_id, before=place, limit=PAGE + 1)
    people = Person.objects.in_bulk({line.person for line in lines if line.person})
    shown = [_line(line, people.get(line.person)) for line in lines[:PAGE]]
    return shown, whole, lines[PAGE - 1].mark if len(lines) > PAGE else None


def _line(line: TrailLine, person: Person | None) -> Line:
    what = str(_WHAT.get(line.what, line.what))
    if line.what.startswith("refused:"):
        what = _("Was refused an act")
    name, role = (titled(person, line.role), trade(person, line.role)) if person else (_("The system"), "")
    return Line(line.at, name, role, what, str(_RIGHTS.get(line.right, line.right)))

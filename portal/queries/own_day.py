"""What happens today on the patient's own page: who comes, kinship and first names before titles, in words for one who lives it."""
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from care.agenda.enums import Source, State
from care.agenda.occurrences import Expected, Occurrence
from care.agenda.queries import occurrences
from people.circles.models import Membership
from portal.queries.agenda_words import title_of
from portal.queries.own import as_caller
from portal.queries.people import Seat
from portal.queries.stretches import midnight, today
from portal.templatetags.times import local


@dataclass(frozen=True)
class Coming:
    """A line of the day: 11:00, what it is, who comes, and whether it is behind."""

    time: str
    title: str
    more: str
    done: bool


def today_of(member: Membership, seats: Sequence[Seat]) -> list[Coming]:
    """What the patient may expect today, in order; absences of others are not the patient's day."""
    zone, here = member.circle.zone, {seat.id: seat for seat in seats}
    day = today(zone)
    found = occurrences(member, midnight(day, zone), midnight(day + dt.timedelta(days=1), zone))
    wanted = [one for one in found if one.source is not Source.ABSENCE and one.state is not State.MISSED]
    return [_line(one, here, zone) for one in sorted(wanted, key=lambda one: (not _whole(one), one.start))]


def _whole(one: Occurrence) -> bool:
    return one.all_day or one.source is Source.STAY


def _line(one: Occurrence, seats: Mapping[UUID, Seat], zone: str) -> Coming:
    start = local(one.start, zone)
    who = [_who(expected, seats) for expected in one.attendees if expected.role != "patient"]
    more = ", ".join(part for part in (*who, one.with_name, one.place) if part)
    return Coming("" if _whole(one) else f"{start.hour}:{start.minute:02}", title_of(one), more, one.state is State.DONE)


def _who(expected: Expected, seats: Mapping[UUID, Seat]) -> str:
    """Claire, votre fille; Sylvie Capdeville (aide à domicile)."""
    seat = seats.get(expected.member)
    if seat is None:
        return expected.name
    caller = as_caller(seat)
    return _("%(name)s (%(words)s)") % {"name": caller.name, "words": caller.words} if caller.words else caller.name

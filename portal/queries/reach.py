"""How the members of a circle can be reached, as one of them may know it."""
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from foundation import clock
from notifications.reach import Reach, Reached, best_of, reach_of, seen_by
from people.circles.models import Membership
from people.circles.queries import state_of
from people.circles.words import titled
from portal.templatetags.times import local, soon

_ABSENT = Reach(Reached.NOT_CONNECTED)


def reaches_of(reader: Membership, members: Sequence[Membership]) -> dict[UUID, Reach]:
    """By membership, of everybody who is here or awaited. Needs the grants prefetched; in a fixed number of statements."""
    now = clock.now()
    states = {member.pk: state_of(member, now) for member in members}
    found = reach_of([member for member in members if states[member.pk] == "active"], now)
    awaited = {pk: _ABSENT for pk, state in states.items() if state == "invited"}
    return awaited | {pk: seen_by(reach, reader.stands) for pk, reach in found.items()}


def reach_of_team(structure: UUID, members: Iterable[Membership], reaches: dict[UUID, Reach]) -> Reach:
    """Of a structure: as whoever is here for it and is reached best."""
    return best_of(reaches[member.pk] for member in members if member.via_id == structure and member.pk in reaches)


@dataclass(frozen=True)
class Sign:
    """How somebody can be reached, as a page shows it: a form of `c-reach`, an icon and the words."""

    form: str
    icon: str
    words: str


def sign_of(reach: Reach, *, gender: str, zone: str) -> Sign:
    """The sign and the words of look.md; `gender` is of the person, "" for a structure."""
    if reach.state is Reached.REACHABLE:
        return Sign("on", "reachable", _("Reachable"))
    if reach.state is Reached.OFF_DUTY:
        return Sign("off", "moon", _off(reach.until, zone))
    if reach.state is Reached.REPLACED:
        return Sign("off", "moon", _replaced(reach.by, gender))
    if reach.state is Reached.FAILING:
        return Sign("mute", "alert", _silent(reach.since, zone))
    return Sign("absent", "absent", _absent(gender))


def _off(until: dt.datetime | None, zone: str) -> str:
    if until is None:
        return _("Off duty")
    if time := soon(until, zone):
        return _("Off duty until %(time)s") % {"time": time}
    return _("Off duty until the %(day)s") % {"day": dateformat.format(local(until, zone), "j F")}


def _replaced(by: Membership | None, gender: str) -> str:
    words = {"F": pgettext("of a woman", "Replaced by %(name)s"), "M": pgettext("of a man", "Replaced by %(name)s")}
    name = titled(by.person, by.role) if by else ""
    return words.get(gender, pgettext("of a person", "Replaced by %(name)s")) % {"name": name}


def _silent(since: dt.datetime | None, zone: str) -> str:
    days = (local(clock.now(), zone).date() - local(since, zone).date()).days if since else 0
    if days <= 0:
        return _("Device silent since today")
    return ngettext("Device silent for %(n)d day", "Device silent for %(n)d days", days) % {"n": days}


def _absent(gender: str) -> str:
    words = {"F": pgettext("of a woman", "Not connected, to be called"), "M": pgettext("of a man", "Not connected, to be called")}
    return words.get(gender, pgettext("of a person", "Not connected, to be called"))

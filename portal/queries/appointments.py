"""One appointment as its page and its form show it."""
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from care.agenda.access import occurrence_of
from care.agenda.models import Appointment
from care.agenda.occurrences import Time, time_at
from care.agenda.queries import occurrences, reported
from care.records.access import visible_record
from foundation import clock
from foundation.errors import NotFound
from journal.access import visible_post
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.queries import members_of, state_of
from people.circles.words import titled, trade
from portal.queries.agenda import Entry, entries_of
from portal.queries.agenda_repeats import KEPT, repeat_of, repeat_words
from portal.queries.stretches import weekday_words

_LONGEST_TITLE = 120


@dataclass(frozen=True)
class One:
    """An occurrence with its appointment; `often` says how it repeats, "" for once."""

    row: Appointment
    time: Time
    entry: Entry
    often: str

    @property
    def zone(self) -> str:
        """The zone of its wall times."""
        return str(self.row.zone)

    @property
    def when(self) -> str:
        """mardi 24 novembre, 9:00–9:30; of whole days from when to when."""
        first = weekday_words(self.entry.start.date(), self.zone)
        if self.entry.bar:
            last = self.entry.last_day
            words = {"first": first, "last": weekday_words(last, self.zone)}
            return first if last == self.entry.start.date() else _("%(first)s to %(last)s") % words
        ends = f"–{self.entry.time_end}" if self.entry.time_end else ""
        return f"{first}, {self.entry.time}{ends}"


@dataclass(frozen=True)
class Coming:
    """Somebody who may be expected."""

    id: UUID
    name: str
    words: str
    standing: str
    chosen: bool
    me: bool


def one_of(member: Membership, appointment: UUID | None, at: str) -> One:
    """The occurrence that an address names; without an `at` the first. Raises NotFound."""
    row = visible_record(member, Appointment, appointment)
    said = reported(row)
    time = time_at(row, _moment(row, at), said)
    if row.cancelled_at is not None or time is None:
        raise NotFound
    beside = occurrences(member, time.start, max(time.end, time.start + dt.timedelta(minutes=1)))
    entries = entries_of(beside, {member.circle_id: member}, member.circle.zone)
    entry = next((one for one in entries if one.id == str(row.pk) and one.at == time.key), None)
    if entry is None:
        raise NotFound
    first = row.start.astimezone(ZoneInfo(row.zone)).date()
    return One(row, time, entry, repeat_words(row.rrule, first, row.zone))


def _moment(row: Appointment, at: str) -> dt.datetime:
    """The moment that an address names, that of the first one where it names none."""
    try:
        return occurrence_of(row, at)
    except NotFound:
        return row.start


def fields_of(one: One) -> dict[str, object]:
    """What stands in the form before anything is changed; its days and times are those of this occurrence."""
    words, entry = one.row.said(), one.entry
    zone = ZoneInfo(one.zone)
    start, end = one.time.start.astimezone(zone), one.time.end.astimezone(zone)
    last = (end - dt.timedelta(microseconds=1)).date()
    repeat = repeat_of(one.row.rrule, one.zone)
    return {
        **words, "kind": one.row.kind, "day": start.date().isoformat(), "all_day": one.row.all_day,
        "last_day": last.isoformat() if one.row.all_day and last > start.date() else "",
        "from": "" if one.row.all_day else f"{start:%H:%M}", "to": "" if one.row.all_day else f"{end:%H:%M}",
        "repeat": repeat.choice, "days": list(repeat.days), "until": repeat.until.isoformat() if repeat.until else "",
        "kept_rule": one.row.rrule if repeat.choice == KEPT else "", "coming": list(one.time.attendees), "audience": entry.audience,
    }  # fmt: skip


def may_come(member: Membership, audience: Audience | None, chosen: Collection[str]) -> list[Coming]:
    """Who is here and may be expected: of those who read it, or of everybody while its readers are not chosen yet."""
    now = clock.now()
    here = [one for one in members_of(member.circle_id) if state_of(one, now) == "active"]
    reading = [one for one in here if audience is None or one.stands in audience.readers]
    return [
        Coming(one.pk, titled(one.person, one.role), trade(one.person, one.role), one.standing, str(one.pk) in chosen, one.pk == member.pk)
        for one in reading
    ]


def said_in(member: Membership, post: UUID) -> tuple[str, str]:
    """(a title from the first words of a post, its audience): what is put into the agenda from the thread. Raises NotFound."""
    found = visible_post(member, post)
    first = found.text_for(member.stands).strip().split("\n", 1)[0]
    title = first if len(first) <= _LONGEST_TITLE else first[:_LONGEST_TITLE].rsplit(" ", 1)[0] + "…"
    return title, str(found.audience_for(member.stands))


def half_hour(now: dt.datetime, zone: str) -> str:
    """The next full half hour, for a new appointment: 9:30; in the evening tomorrow's first."""
    here = now.astimezone(ZoneInfo(zone))
    sum_of = (here.hour * 60 + here.minute) // 30 * 30 + 30
    return f"{sum_of // 60:02}:{sum_of % 60:02}" if sum_of < 21 * 60 else "08:00"



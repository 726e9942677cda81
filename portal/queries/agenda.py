"""An agenda as pages show it: what happens on each day, in words, on the wall clock of the circle."""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from care.agenda.enums import Source, State
from care.agenda.occurrences import Occurrence
from care.agenda.queries import my_occurrences, next_occurrences, occurrences
from foundation import clock
from people.accounts.models import Person
from people.circles import policy
from people.circles.enums import Audience, CircleState, Role
from people.circles.models import Membership
from people.circles.policy import Act
from people.circles.queries import memberships_of
from portal.queries.agenda_words import ICONS, conflict_words, kind_words, title_of, who_of
from portal.queries.stretches import Stretch, View, heading, midnight, weekday_words

_NOON, _EVENING = 12, 18


@dataclass(frozen=True)
class Entry:
    """One occurrence in words, its times on the wall. `id` is that of its appointment, "" for what is none; `at` names the occurrence.

    `bar`: it stands over whole days, in a week from column `column` (1 … 7) over `span` columns.
    """

    id: str
    at: str
    kind: str
    start: dt.datetime
    end: dt.datetime | None
    bar: bool
    title: str
    place: str
    who: str
    state: str
    circle: UUID
    audience: str = ""
    repeats: bool = False
    conflicts: Sequence[str] = ()
    may_change: bool = False
    may_report: bool = False
    patient: str = ""
    column: int = 1
    span: int = 1
    from_before: bool = False
    goes_on: bool = False

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return ICONS.get(self.kind, "clock")

    @property
    def kind_words(self) -> str:
        """Visite, Rendez-vous."""
        return kind_words(self.kind)

    @property
    def time(self) -> str:
        """9:05"""
        return f"{self.start.hour}:{self.start.minute:02}"

    @property
    def time_end(self) -> str:
        """9:30; "" where it ends as it begins, on another day or nobody knows when."""
        if self.end is None or self.end <= self.start or self.end.date() != self.start.date():
            return ""
        return f"{self.end.hour}:{self.end.minute:02}"

    @property
    def day_words(self) -> str:
        """aujourd'hui, mardi 24 novembre."""
        return heading(self.start.date(), str(self.start.tzinfo))

    @property
    def last_day(self) -> dt.date:
        """The last day that it touches; of what has no end its first."""
        end = self.end if self.end and self.end > self.start else self.start + dt.timedelta(microseconds=1)
        return (end - dt.timedelta(microseconds=1)).date()

    @property
    def until_words(self) -> str:
        """Until which day it lasts; "" within one day or without a known end."""
        day = weekday_words(self.last_day, str(self.start.tzinfo))
        return pgettext("agenda", "until %(day)s") % {"day": day} if self.last_day > self.start.date() else ""

    @property
    def since_words(self) -> str:
        """Since which day, where it began before the day under which it stands."""
        day = weekday_words(self.start.date(), str(self.start.tzinfo))
        return pgettext("agenda", "since %(day)s") % {"day": day} if self.from_before else ""

    @property
    def page(self) -> str:
        """The page of the appointment; "" for what has none."""
        return f"/circles/{self.circle}/agenda/{self.id}?at={self.at}" if self.id else ""

    @property
    def is_now(self) -> bool:
        """Whether it is under way."""
        return not self.bar and self.state == State.PLANNED and self.end is not None and self.start <= clock.now() < self.end


@dataclass(frozen=True)
class Day:
    """A day of the page: what happens at its times, and what stands over it from here on."""

    date: dt.date
    heading: str
    is_today: bool
    entries: list[Entry]
    bars: list[Entry] = field(default_factory=list)

    @property
    def parts(self) -> list[tuple[str, list[Entry]]]:
        """Morning, afternoon and evening, for a week's columns."""
        return [
            ("morning", [one for one in self.entries if one.start.hour < _NOON]),
            ("afternoon", [one for one in self.entries if _NOON <= one.start.hour < _EVENING]),
            ("evening", [one for one in self.entries if one.start.hour >= _EVENING]),
        ]

    @property
    def name(self) -> str:
        """lun. 23, for the head of a column."""
        return dateformat.format(self.date, "D j")

    @property
    def iso(self) -> str:
        """The date as addresses say it."""
        return self.date.isoformat()


def circle_days(member: Membership, stretch: Stretch) -> list[Day]:
    """What a member sees of their circle's agenda in a stretch."""
    found = occurrences(member, stretch.start, stretch.end)
    return days_of(entries_of(found, {member.circle_id: member}, stretch.zone), stretch)


def next_entries(member: Membership, n: int = 3) -> list[Entry]:
    """The next appointments that a member sees, soonest first; for `portal/fragments/agenda_next.html`."""
    return entries_of(next_occurrences(member, n), {member.circle_id: member}, member.circle.zone)


def my_days(person: Person, stretch: Stretch, *, everything: bool = False) -> list[Day]:
    """What somebody is expected at in all their circles, patients named; `everything`: all that they see."""
    found = my_occurrences(person, stretch.start, stretch.end, everything=everything)
    members = {one.circle_id: one for one in memberships_of(person).select_related("circle__patient", "person")}
    return days_of(entries_of(found, members, stretch.zone, named=True), stretch)


def entries_of(found: Sequence[Occurrence], members: Mapping[UUID, Membership], zone: str, *, named: bool = False) -> list[Entry]:
    """Occurrences in words for their circles' members; `named`: with whose they are."""
    by_ref = {one.ref: one for one in found}
    return [_entry(one, members[one.circle], by_ref, zone, named) for one in found if one.circle in members]


def _entry(one: Occurrence, member: Membership, others: Mapping[str, Occurrence], zone: str, named: bool) -> Entry:
    appointment, whole = one.source is Source.APPOINTMENT, one.all_day or one.source is not Source.APPOINTMENT
    wall = ZoneInfo(one.zone if one.all_day else zone)
    own_away = one.source is Source.ABSENCE and one.attendees[0].person == member.person_id
    return Entry(
        id=one.id if appointment else "", at=one.occurrence, kind=one.kind, start=one.start.astimezone(wall),
        end=one.end.astimezone(wall) if one.end else None, bar=whole, title=_("I am away") if own_away else title_of(one), place=one.place,
        who=who_of(one), state=str(one.state), circle=one.circle, audience=one.audience, repeats=one.repeats,
        conflicts=conflict_words(one, others, zone), may_change=appointment and may_change(member, one),
        may_report=appointment and may_report(member, one), patient=member.circle.patient.traits.name if named and not own_away else "",
    )  # fmt: skip


def may_change(member: Membership, one: Occurrence) -> bool:
    """Whether a member may change an occurrence now: of their own, where they are expected, or who steers."""
    own = one.author is not None and one.author == member.person_id
    owner = own or any(expected.member == member.pk for expected in one.attendees)
    return _may(member, Act.CHANGE_APPOINTMENT, one, own=own, owner=owner)


def may_report(member: Membership, one: Occurrence) -> bool:
    """Whether a member may say now how it went: from its day on, once."""
    here = ZoneInfo(one.zone)
    come = one.start.astimezone(here).date() <= clock.now().astimezone(here).date()
    return come and one.state is State.PLANNED and one.kind == "visit" and _may(member, Act.REPORT_VISIT, one)


def _may(member: Membership, act: Act, one: Occurrence, *, own: bool = False, owner: bool = False) -> bool:
    role, state = Role(member.role), CircleState(member.circle.state)
    return bool(policy.decide(role, act, state, standing=member.stands, audience=Audience(one.audience), own=own, owner=owner))


def days_of(entries: Iterable[Entry], stretch: Stretch) -> list[Day]:
    """Every day of a week or a single day; of a list only those on which something happens."""
    timed: dict[dt.date, list[Entry]] = {day: [] for day in stretch.days}
    bars: dict[dt.date, list[Entry]] = {day: [] for day in stretch.days}
    for one in entries:
        day = max(one.start.date(), stretch.first)
        if one.bar and day in bars:
            bars[day].append(_over(one, day, stretch))
        elif day in timed:
            timed[day].append(one)
    now = clock.now().astimezone(ZoneInfo(stretch.zone)).date()
    made = [Day(day, heading(day, stretch.zone), day == now, timed[day], bars[day]) for day in stretch.days]
    return [day for day in made if day.entries or day.bars] if stretch.view is View.LIST else made


def _over(entry: Entry, day: dt.date, stretch: Stretch) -> Entry:
    """A bar with its place over the columns of a week; what has no end goes on."""
    final = stretch.days[-1]
    last = final if entry.end is None else min(entry.last_day, final)
    on = entry.end is None or entry.end > midnight(final + dt.timedelta(days=1), stretch.zone)
    span = max(1, (last - day).days + 1)
    return replace(entry, column=(day - stretch.first).days + 1, span=span, from_before=entry.start.date() < day, goes_on=on)

"""A calendar file of a stranger, read into plain values. Nothing in it is followed: no zones, no alarms, no rules; sizes are bounded.

Raises Invalid `agenda.bad_invitation` with a sentence that says what is wrong, TooLarge above 256 KiB.
"""
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
from django.utils.translation import gettext as _

from care.agenda.protocol import LONGEST_NAME, LONGEST_NOTE, LONGEST_PLACE, LONGEST_TITLE
from care.agenda.rules import on_calendar
from care.agenda.zones import named_zone, zone_of_block
from foundation.errors import Invalid
from foundation.http import too_large

MOST_BYTES = 256 * 1024
_MOST_LINES, _MOST_EVENTS, _MOST_EXCEPTIONS, _DEEPEST = 5000, 50, 400, 6  # exceptions: of a whole file
_LONGEST = dt.timedelta(days=366)
_FOLD = re.compile(r"\r?\n[ \t]")
_KEPT = frozenset({
    "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION",
    "DESCRIPTION", "ORGANIZER",
})  # fmt: skip
Value = dt.date | dt.datetime


@dataclass(frozen=True)
class Moment:
    """A date, or a wall time with its zone ("" where none is said)."""

    wall: Value
    zone: str = ""

    @property
    def whole_day(self) -> bool:
        """Whether it is a date."""
        return not isinstance(self.wall, dt.datetime)

    def at(self, zone: str) -> dt.datetime:
        """As a moment in UTC; a date is its midnight, what has no zone is of the given one."""
        wall = self.wall if isinstance(self.wall, dt.datetime) else dt.datetime.combine(self.wall, dt.time())
        return wall.replace(tzinfo=ZoneInfo(self.zone or zone)).astimezone(dt.UTC)


@dataclass(frozen=True)
class Invited:
    """One VEVENT: `recurrence` of one that replaces an occurrence; `end` None where none was said."""

    uid: str
    sequence: int
    start: Moment
    end: Moment | None
    length: dt.timedelta | None
    rule: str
    cancelled: bool
    title: str
    place: str
    note: str
    with_name: str
    recurrence: Moment | None = None
    without: tuple[Moment, ...] = field(default=())


def bad(sentence: str) -> Invalid:
    """What is wrong with a file."""
    return Invalid("agenda.bad_invitation", sentence, errors={"file": sentence})


def read_invitation(raw: bytes) -> list[Invited]:
    """The events of a calendar file, in its order."""
    if len(raw) > MOST_BYTES:
        raise too_large()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise bad(_("This is not a calendar file.")) from None
    found = _blocks(_FOLD.sub("", text).replace("\r\n", "\n").split("\n"))
    if not found.events:
        raise bad(_("There is no appointment in this file."))
    events = [_event(lines, found.zones, cancels=found.method == "CANCEL") for lines in found.events]
    if sum(len(one.without) + (one.recurrence is not None) for one in events) > _MOST_EXCEPTIONS:
        raise bad(_("There is too much in this file."))
    return events


class _Blocks:
    """What of a file is looked at: its method, its zones by name, the lines of each VEVENT without what is nested in them."""

    def __init__(self) -> None:
        self.method = ""
        self.zones: dict[str, str | None] = {}
        self.events: list[list[str]] = []
        self._path: list[str] = []
        self._block: list[str] = []

    @property
    def whole(self) -> bool:
        """Whether every part was closed."""
        return not self._path

    def take(self, line: str) -> None:
        """The next unfolded line."""
        name, _colon, value = line.partition(":")
        word = value.strip().upper()
        if name.upper() == "END":
            self._end(word)
        elif name.upper() == "BEGIN":
            self._path.append(word)
            if len(self._path) == 2:
                self._block = []
        elif self._path == ["VCALENDAR"] and name.upper() == "METHOD":
            self.method = word
        if self._path[1:2] == ["VTIMEZONE"] or self._path == ["VCALENDAR", "VEVENT"]:
            self._block.append(line)
        if len(self._path) > _DEEPEST or len(self.events) > _MOST_EVENTS or "\x00" in line:
            raise bad(_("There is too much in this file."))

    def _end(self, word: str) -> None:
        if not self._path or self._path.pop() != word:
            raise bad(_("This is not a calendar file."))
        if self._path == ["VCALENDAR"] and word == "VEVENT":
            self.events.append(self._block)
        elif self._path == ["VCALENDAR"] and word == "VTIMEZONE":
            self.zones[_tzid(self._block)] = zone_of_block(self._block)


def _blocks(lines: list[str]) -> _Blocks:
    if len(lines) > _MOST_LINES:
        raise bad(_("There is too much in this file."))
    found = _Blocks()
    for line in lines:
        found.take(line.rstrip())
    if not found.whole or "BEGIN:VCALENDAR" not in (line.strip().upper() for line in lines[:5]):
        raise bad(_("This is not a calendar file."))
    return found


def _tzid(block: list[str]) -> str:
    return next((line.partition(":")[2].strip() for line in block if line.upper().startswith("TZID")), "")


def _event(lines: list[str], zones: dict[str, str | None], *, cancels: bool) -> Invited:
    kept = [line for line in lines if re.split("[;:]", line, maxsplit=1)[0].upper() in _KEPT]
    try:
        event = icalendar.Event.from_ical("\r\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT", ""]))
        return _read(event, zones, cancels)
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, IndexError):
        raise bad(_("A date or a rule in this file can't be read.")) from None


def _read(event: Any, zones: dict[str, str | None], cancels: bool) -> Invited:
    uid = str(event.get("UID", "")).strip()
    if not uid or len(uid) > 1000:
        raise bad(_("An appointment in this file has no name of its own (UID)."))
    if "DTSTART" not in event:
        raise bad(_("An appointment in this file does not say when it begins."))
    rule = event.get("RRULE")
    if isinstance(rule, list) or "RDATE" in event:
        raise bad(_("An appointment in this file repeats in a way that the service does not follow."))
    recurrence = event.get("RECURRENCE-ID")
    if recurrence is not None and "RANGE" in recurrence.params:
        raise bad(_("An appointment in this file repeats in a way that the service does not follow."))
    return Invited(
        uid=uid, sequence=max(0, min(int(event.get("SEQUENCE", 0)), 2**31 - 1)), start=_moment(event["DTSTART"], zones),
        end=_moment(event["DTEND"], zones) if "DTEND" in event else None, length=_length(event),
        rule=rule.to_ical().decode() if rule is not None and recurrence is None else "",
        cancelled=cancels or str(event.get("STATUS", "")).upper() == "CANCELLED",
        title=_text(event, "SUMMARY", LONGEST_TITLE), place=_text(event, "LOCATION", LONGEST_PLACE),
        note=_text(event, "DESCRIPTION", LONGEST_NOTE), with_name=_organizer(event),
        recurrence=_moment(recurrence, zones) if recurrence is not None else None, without=tuple(_exdates(event, zones)),
    )  # fmt: skip


def _moment(said: Any, zones: dict[str, str | None], tzid: str | None = None) -> Moment:
    value, name = said.dt, tzid or said.params.get("TZID")
    if not isinstance(value, dt.date) or not on_calendar(value):
        raise ValueError("neither a date nor a time, or far away")
    if not isinstance(value, dt.datetime):
        return Moment(value)
    if name is None:
        return Moment(value.replace(tzinfo=None), "UTC" if value.tzinfo is not None else "")
    zone = named_zone(str(name)) or zones.get(str(name))
    if zone is None:
        raise bad(_("The time zone “%(zone)s” of this file is not known.") % {"zone": str(name)[:80]})
    return Moment(value.replace(tzinfo=None), zone)


def _length(event: Any) -> dt.timedelta | None:
    """How long it lasts, where the file says that instead of an end."""
    said = event.get("DURATION")
    if said is None:
        return None
    if not isinstance(said.dt, dt.timedelta) or not dt.timedelta() <= said.dt <= _LONGEST:
        raise ValueError("no length of an appointment")
    return said.dt


def _exdates(event: Any, zones: dict[str, str | None]) -> Iterator[Moment]:
    said = event.get("EXDATE", [])
    lists = said if isinstance(said, list) else [said]
    if sum(len(one.dts) for one in lists) > _MOST_EXCEPTIONS:
        raise bad(_("There is too much in this file."))
    for one in lists:
        for each in one.dts:
            yield _moment(each, zones, one.params.get("TZID") or each.params.get("TZID"))


def _text(event: Any, name: str, longest: int) -> str:
    said = event.get(name, "")
    first = said[0] if isinstance(said, list) else said
    return str(first).strip()[:longest]


def _organizer(event: Any) -> str:
    """The organiser's name; never their address."""
    said = event.get("ORGANIZER")
    named = "" if said is None or isinstance(said, list) else str(said.params.get("CN", ""))
    return "" if "@" in named else named.strip()[:LONGEST_NAME]

"""Bodies that the agenda's API takes."""
import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import AwareDatetime, Field

from care.agenda.enums import AppointmentKind, Outcome
from care.agenda.rules import LONGEST_RULE
from people.circles.enums import Audience

LONGEST_TITLE, LONGEST_PLACE, LONGEST_NAME, LONGEST_NOTE = 300, 300, 200, 4000


class AppointmentBody(Schema):
    """`POST circles/{id}/appointments`, and what other rooms give to `services.add_within`.

    Times either as `start` and `end`, which without an offset are wall times of `zone` (of the circle's, where none is given); or,
    for whole days, as `first_day` and `last_day`, both included. With `all_day`, `start` and `end` (exclusive) say the days.
    """

    kind: AppointmentKind = AppointmentKind.APPOINTMENT
    title: str = Field(max_length=LONGEST_TITLE)
    place: str = Field(default="", max_length=LONGEST_PLACE)
    note: str = Field(default="", max_length=LONGEST_NOTE)
    with_name: str = Field(default="", max_length=LONGEST_NAME)
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    all_day: bool = False
    zone: str = Field(default="", max_length=64)
    rrule: str = Field(default="", max_length=LONGEST_RULE)
    attendees: list[UUID] = Field(default_factory=list, max_length=50)
    audience: Audience

    def words(self) -> dict[str, str]:
        """What is sealed of it."""
        return {"title": self.title.strip(), "place": self.place.strip(), "note": self.note.strip(), "with_name": self.with_name.strip()}


class AppointmentChange(Schema):
    """`PATCH circles/{id}/appointments/{id}`: what is left out stays. `cancelled: false` brings a cancelled one back."""

    kind: AppointmentKind | None = None
    title: str | None = Field(default=None, max_length=LONGEST_TITLE)
    place: str | None = Field(default=None, max_length=LONGEST_PLACE)
    note: str | None = Field(default=None, max_length=LONGEST_NOTE)
    with_name: str | None = Field(default=None, max_length=LONGEST_NAME)
    start: dt.datetime | None = None
    end: dt.datetime | None = None
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    zone: str | None = Field(default=None, max_length=64)
    rrule: str | None = Field(default=None, max_length=LONGEST_RULE)
    attendees: list[UUID] | None = Field(default=None, max_length=50)
    cancelled: bool | None = None

    def given(self) -> dict[str, Any]:
        """The fields that say something."""
        return {name: value for name, value in self.dict(exclude_unset=True).items() if value is not None}


class OccurrenceChange(Schema):
    """`PATCH …/occurrences/{start}`: another time, other people, or as its rule says again (`restored`)."""

    start: dt.datetime | None = None
    end: dt.datetime | None = None
    attendees: list[UUID] | None = Field(default=None, max_length=50)
    restored: bool = False


class ReportBody(Schema):
    """`POST …/occurrences/{start}/report`. Without `audience` the word is for those who see the appointment."""

    outcome: Outcome
    text: str = Field(default="", max_length=12_000)
    audience: Audience | None = None


class CalendarBody(Schema):
    """`POST me/calendar`: whether patients are named in the calendar; else they have letters."""

    names: bool = False


class WindowQuery(Schema):
    """`from` and `to` of a list, at most 400 days apart."""

    since: AwareDatetime = Field(alias="from")
    until: AwareDatetime = Field(alias="to")

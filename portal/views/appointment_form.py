"""The form of an appointment: what was typed, kept as it was typed, and what the agenda takes of it."""
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from foundation import ids
from portal.queries.agenda_repeats import CHOICES, CODES, KEPT, Repeat, rule_of

_HALF_HOUR = dt.timedelta(minutes=30)
_MOST_COMING = 50
_MOST = {"title": 200, "place": 200, "with_name": 200, "note": 4000}
_SHORT = ("day", "last_day", "from", "to", "repeat", "until", "kind", "audience", "key", "kept_rule", "post", "which")
# Names of the agenda's fields where the page's are others.
_FIELDS = {"start": "from", "end": "to", "first_day": "day", "rrule": "repeat", "attendees": "coming"}


@dataclass
class Typed:
    """What stands in the fields, and what is wrong with them by field name."""

    values: dict[str, Any]
    errors: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name, "")

    def wrong(self, name: str, sentence: str) -> None:
        """Notes the first thing that is wrong with a field."""
        self.errors.setdefault(name, sentence)

    def refuse(self, errors: Mapping[str, str] | None, detail: str) -> None:
        """What the agenda did not take, beside the page's own fields; its sentence over all of them."""
        for name, sentence in (errors or {}).items():
            first = name.split(".")[0]
            self.wrong(_FIELDS.get(first, first), str(sentence))
        self.wrong("form", detail)


def typed(form: QueryDict) -> Typed:
    """The fields as they were sent, cut to what they may hold."""
    values: dict[str, Any] = {name: form.get(name, "").strip()[:most] for name, most in _MOST.items()}
    values |= {name: form.get(name, "").strip()[:500] for name in _SHORT}
    values["all_day"] = form.get("all_day") == "1"
    values["days"] = [code for code in form.getlist("days") if code in CODES]
    values["coming"] = [one for one in form.getlist("coming")[:_MOST_COMING] if ids.parse(one)]
    return Typed(values)


@dataclass(frozen=True)
class Times:
    """When it is, on the wall clock of the circle: from `start` to `end`, or whole days, both included."""

    start: dt.datetime
    end: dt.datetime
    all_day: bool

    @property
    def body(self) -> dict[str, Any]:
        """As the agenda takes it."""
        if self.all_day:
            return {"first_day": self.start.date(), "last_day": self.end.date()}
        return {"start": self.start, "end": self.end}

    def moved(self, by: dt.timedelta) -> "Times":
        """The same elsewhere."""
        return Times(self.start + by, self.end + by, self.all_day)


def times_of(said: Typed) -> Times | None:
    """When it is; None where something is wrong, which is then noted beside its field."""
    day = _date(said, "day", _("Say the day."))
    if day is None:
        return None
    if said["all_day"]:
        last = _date(said, "last_day", "") or day
        if last < day:
            said.wrong("last_day", _("The last day is before the first."))
        return None if "last_day" in said.errors else Times(_wall(day), _wall(last), True)
    begins, ends = _time(said, "from", _("Say at what time, for example 9:30.")), _time(said, "to", "")
    if begins is None or "to" in said.errors:
        return None
    start = dt.datetime.combine(day, begins)
    end = dt.datetime.combine(day, ends) if ends else start + _HALF_HOUR
    if end <= start:
        said.wrong("to", _("It ends before it begins. Take a later time."))
        return None
    return Times(start, end, False)


def rule_in(said: Typed, first: dt.date, *, before: dt.date | None = None) -> str:
    """How it repeats, from `first` on; what is wrong is noted beside its field. `before`: the day from which it was moved there."""
    choice = said["repeat"]
    if choice == KEPT:
        return str(said["kept_rule"])
    if choice not in dict(CHOICES) or not choice:
        return ""
    until = _date(said, "until", "")
    if until is not None and until < first:
        said.wrong("until", _("It would end before it begins."))
    days = list(said["days"])
    if before is not None and days == [CODES[before.weekday()]]:  # its one day of the week moves along
        days = []
    return rule_of(Repeat(choice, tuple(days), until), first)


def members_in(said: Typed) -> list[UUID]:
    """Who comes, as ids."""
    return [one for raw in said["coming"] if (one := ids.parse(raw))]


def _wall(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


def _date(said: Typed, name: str, missing: str) -> dt.date | None:
    raw = said[name]
    if not raw:
        if missing:
            said.wrong(name, missing)
        return None
    try:
        return dt.date.fromisoformat(raw)
    except ValueError:
        said.wrong(name, _("Write the day, for example 2027-03-09."))
        return None


def _time(said: Typed, name: str, missing: str) -> dt.time | None:
    raw = said[name].lower().replace("h", ":").replace(" ", "")
    if not raw:
        if missing:
            said.wrong(name, missing)
        return None
    hours, _colon, minutes = raw.partition(":")
    try:
        return dt.time(int(hours), int(minutes or 0))
    except ValueError:
        said.wrong(name, _("Say at what time, for example 9:30."))
        return None

"""The days that a page of an agenda shows: a list of two weeks, one day, or a week from its Monday, in a zone of its own."""
import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from foundation import clock


class View(StrEnum):
    """How an agenda is shown."""

    LIST = "list"
    DAY = "day"
    WEEK = "week"


_DAYS = {View.LIST: 14, View.DAY: 1, View.WEEK: 7}
_EARLIEST, _LATEST = dt.date(1990, 1, 1), dt.date(2190, 1, 1)  # beyond, there is nothing to show and dates run out


@dataclass(frozen=True)
class Stretch:
    """So many days from `first` on, as the wall clocks of `zone` count them: a day may have 23 or 25 hours."""

    view: View
    first: dt.date
    zone: str

    @property
    def days(self) -> list[dt.date]:
        """Every day, in order."""
        return [self.first + dt.timedelta(days=n) for n in range(_DAYS[self.view])]

    @property
    def start(self) -> dt.datetime:
        """Its first midnight, aware."""
        return midnight(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        """The midnight after its last day, aware."""
        return midnight(self.first + dt.timedelta(days=_DAYS[self.view]), self.zone)

    @property
    def back(self) -> dt.date:
        """Where the stretch before begins."""
        return self.first - dt.timedelta(days=_DAYS[self.view])

    @property
    def forward(self) -> dt.date:
        """Where the next one begins."""
        return self.first + dt.timedelta(days=_DAYS[self.view])

    @property
    def words(self) -> str:
        """mardi 24 novembre · semaine du 23 novembre · du 24 novembre au 21 décembre; with the year where it is another."""
        first, last = day_words(self.first, self.zone), day_words(self.days[-1], self.zone)
        if self.view is View.DAY:
            return weekday_words(self.first, self.zone)
        if self.view is View.WEEK:
            return _("Week of %(day)s") % {"day": first}
        return _("%(first)s to %(last)s") % {"first": first, "last": last}


def stretch_of(view: str, on: str, *, zone: str, phone: bool) -> Stretch:
    """What an address asks for (`view`, `on` as YYYY-MM-DD); what it leaves out or says wrongly is today, by week, on a phone a list."""
    shown = View(view) if view in set(View) else (View.LIST if phone else View.WEEK)
    day = _day(on) or today(zone)
    return Stretch(shown, day - dt.timedelta(days=day.weekday()) if shown is View.WEEK else day, zone)


def _day(raw: str) -> dt.date | None:
    try:
        day = dt.date.fromisoformat(raw)
    except ValueError:
        return None
    return day if _EARLIEST <= day <= _LATEST else None


def today(zone: str) -> dt.date:
    """The date on the wall of a zone."""
    return clock.now().astimezone(ZoneInfo(zone)).date()


def midnight(day: dt.date, zone: str) -> dt.datetime:
    """When a day begins in a zone, aware."""
    return dt.datetime.combine(day, dt.time(), ZoneInfo(zone))


def day_words(day: dt.date, zone: str) -> str:
    """24 novembre; the year only if it is another."""
    return dateformat.format(day, _("j F") if day.year == today(zone).year else _("j F Y"))


def weekday_words(day: dt.date, zone: str) -> str:
    """mardi 24 novembre; the year only if it is another."""
    return f"{dateformat.format(day, 'l')} {day_words(day, zone)}"


def heading(day: dt.date, zone: str) -> str:
    """How a day stands over what happens in it: aujourd'hui, mardi 24 novembre."""
    away = (day - today(zone)).days
    near = {0: pgettext("agenda", "today"), 1: pgettext("agenda", "tomorrow"), -1: _("yesterday")}.get(away)
    return f"{near}, {weekday_words(day, zone)}" if near else weekday_words(day, zone)

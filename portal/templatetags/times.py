"""Dates and times as look.md writes them: 9:05 · hier · lundi 23 novembre · 09/03/1941 · il y a 9 min."""
import datetime as dt
from zoneinfo import ZoneInfo

from django import template
from django.conf import settings
from django.utils import dateformat, formats
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _

from foundation import clock

register = template.Library()
_HOUR = 3600
_WEEK = 7


def _as_date(value: dt.date | str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if isinstance(value, str) and value else value or None


def local(at: dt.datetime, zone: str = "") -> dt.datetime:
    """A moment on the wall clock of a circle."""
    return at.astimezone(ZoneInfo(zone or settings.CIRCLE_TIME_ZONE))


@register.filter
def moment(at: dt.datetime | None, zone: str = "") -> str:
    """Today the time, then "yesterday", the weekday within a week, else the date; the year only if it is another."""
    if at is None:
        return ""
    here, now = local(at, zone), local(clock.now(), zone)
    days = (now.date() - here.date()).days
    if days == 0:
        return f"{here.hour}:{here.minute:02}"
    if days == 1:
        return _("yesterday")
    if 0 < days < _WEEK:
        return dateformat.format(here, "l")
    return short_day(here, now)


def short_day(day: dt.date, today: dt.date) -> str:
    """26 nov. in French, 26 Nov in English; the year only if it is another."""
    month = "N" if get_language() == "fr" else "M"
    return dateformat.format(day, f"j {month}" if day.year == today.year else f"j {month} Y")


def soon(at: dt.datetime, zone: str = "") -> str:
    """A moment to come, to follow "until": the time today, "tomorrow 8:00", "Monday 8:00"; "" where a week or more is between."""
    here, now = local(at, zone), local(clock.now(), zone)
    days, time = (here.date() - now.date()).days, f"{here.hour}:{here.minute:02}"
    if days >= _WEEK:
        return ""
    if days <= 0:
        return time
    return _("tomorrow %(time)s") % {"time": time} if days == 1 else f"{dateformat.format(here, 'l')} {time}"


@register.filter
def until_when(at: dt.datetime | None, zone: str = "") -> str:
    """A moment to come, to follow "until": 14:32, tomorrow 9:00, Monday 9:00; day and time in full where a week or more is between."""
    return (soon(at, zone) or full_moment(at, zone)) if at else ""


@register.filter
def full_moment(at: dt.datetime | None, zone: str = "") -> str:
    """Day and time in full, for trails: "lundi 23 novembre, 16:02"."""
    if at is None:
        return ""
    here = local(at, zone)
    year = "" if here.year == local(clock.now(), zone).year else " Y"
    return f"{dateformat.format(here, 'l j F' + year)}, {here.hour}:{here.minute:02}"


@register.filter
def since_when(at: dt.datetime | None, zone: str = "") -> str:
    """When a state began, to follow "since": today at 9:05, yesterday at 9:05, Monday at 9:05, 17 November at 9:05."""
    if at is None:
        return ""
    here, now = local(at, zone), local(clock.now(), zone)
    days, time = (now.date() - here.date()).days, f"{here.hour}:{here.minute:02}"
    if days == 0:
        return _("%(time)s today") % {"time": time}
    if days == 1:
        return _("yesterday at %(time)s") % {"time": time}
    if 0 < days < _WEEK:
        return _("%(day)s at %(time)s") % {"day": dateformat.format(here, "l"), "time": time}
    day = dateformat.format(here, "j F" if here.year == now.year else "j F Y")
    return pgettext("a date", "%(day)s at %(time)s") % {"day": day, "time": time}


@register.filter
def ago(at: dt.datetime | None) -> str:
    """9 min ago, up to one hour; then nothing."""
    seconds = (clock.now() - at).total_seconds() if at else _HOUR
    if not 0 <= seconds < _HOUR:
        return ""
    minutes = int(seconds // 60)
    return ngettext("%(n)d min ago", "%(n)d min ago", minutes) % {"n": minutes} if minutes else _("just now")


@register.filter
def age(born: dt.date | str | None) -> str:
    """85 ans; below two years in months."""
    day = _as_date(born)
    if day is None:
        return ""
    today = local(clock.now()).date()
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    if years >= 2:
        return ngettext("%(n)d year old", "%(n)d years old", years) % {"n": years}
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return ngettext("%(n)d month old", "%(n)d months old", months) % {"n": months}


@register.filter
def birth_date(born: dt.date | str | None) -> str:
    """09/03/1941 in French, 9 March 1941 in English."""
    day = _as_date(born)
    if day is None:
        return ""
    return day.strftime("%d/%m/%Y") if get_language() == "fr" else formats.date_format(day, "j F Y")


@register.filter
def long_day(day: dt.date | str | None) -> str:
    """9 mars 1941."""
    found = _as_date(day)
    return dateformat.format(found, "j F Y") if found else ""


@register.filter
def count(n: int) -> str:
    """A number that fits its pill."""
    return "99+" if n > 99 else str(n)


@register.filter
def born(birth_name: str, sex: str) -> str:
    """The birth name as the banner writes it: née Petit."""
    words = {"F": pgettext("of a woman", "born %(name)s"), "M": pgettext("of a man", "born %(name)s")}
    return words.get(sex, pgettext("of a person", "born %(name)s")) % {"name": birth_name}

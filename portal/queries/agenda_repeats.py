"""Repeating in plain words: the few rules of RFC 5545 that the page offers, read back from a rule and said as a sentence."""
import datetime as dt
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from portal.queries.stretches import day_words

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WORKDAYS = CODES[:5]
CHOICES = (
    ("", pgettext_lazy("repeat", "Once")),
    ("daily", pgettext_lazy("repeat", "Every day")),
    ("workdays", pgettext_lazy("repeat", "Monday to Friday")),
    ("weekly", pgettext_lazy("repeat", "Every week")),
    ("biweekly", pgettext_lazy("repeat", "Every two weeks")),
    ("monthly", pgettext_lazy("repeat", "Every month, on the same date")),
    ("monthday", pgettext_lazy("repeat", "Every month, on the same weekday")),
)
DAY_NAMES = (
    ("MO", pgettext_lazy("day", "Monday")), ("TU", pgettext_lazy("day", "Tuesday")), ("WE", pgettext_lazy("day", "Wednesday")),
    ("TH", pgettext_lazy("day", "Thursday")), ("FR", pgettext_lazy("day", "Friday")), ("SA", pgettext_lazy("day", "Saturday")),
    ("SU", pgettext_lazy("day", "Sunday")),
)  # fmt: skip
KEPT = "kept"  # a rule that the page does not offer stays as it is
_EVERY_DAYS = gettext_lazy("every %(days)s")


@dataclass(frozen=True)
class Repeat:
    """A choice of the page: one of CHOICES or KEPT, the chosen days of the week for weekly ones, and the last day."""

    choice: str = ""
    days: tuple[str, ...] = field(default=())
    until: dt.date | None = None


def rule_of(repeat: Repeat, start: dt.date) -> str:
    """The rule as RFC 5545 writes it, "" for once; its end is a day, all of which is meant. `start` is the day of the first one."""
    days = ",".join(code for code in CODES if code in repeat.days) or CODES[start.weekday()]
    parts = {
        "daily": "FREQ=DAILY", "workdays": f"FREQ=WEEKLY;BYDAY={','.join(_WORKDAYS)}", "weekly": f"FREQ=WEEKLY;BYDAY={days}",
        "biweekly": f"FREQ=WEEKLY;INTERVAL=2;BYDAY={days}", "monthly": "FREQ=MONTHLY", "monthday": f"FREQ=MONTHLY;BYDAY={_nth(start)}",
    }.get(repeat.choice, "")  # fmt: skip
    return f"{parts};UNTIL={repeat.until:%Y%m%d}" if parts and repeat.until else parts


def _nth(start: dt.date) -> str:
    """Second Tuesday: 2TU; the fifth of a month is its last."""
    nth = (start.day - 1) // 7 + 1
    return f"{nth if nth <= 4 else -1}{CODES[start.weekday()]}"


def repeat_of(rule: str, zone: str) -> Repeat:
    """What the page would have chosen for a rule; KEPT for one that it does not offer."""
    if not rule:
        return Repeat()
    parts = dict(part.split("=", 1) for part in rule.upper().removeprefix("RRULE:").split(";") if "=" in part)
    until = _until(parts.pop("UNTIL", ""), zone)
    parts.pop("WKST", None)
    days = tuple(code for code in parts.pop("BYDAY", "").split(",") if code)
    interval = parts.pop("INTERVAL", "1")
    choice = _choice(parts.pop("FREQ", ""), interval, days)
    if parts or not choice:
        return Repeat(KEPT, until=until)
    return Repeat(choice, days if choice in {"weekly", "biweekly"} else (), until)


def _choice(freq: str, interval: str, days: tuple[str, ...]) -> str:
    plain = all(code in CODES for code in days)
    if freq == "DAILY" and interval == "1" and not days:
        return "daily"
    if freq == "WEEKLY" and plain:
        if interval == "1":
            return "workdays" if days == _WORKDAYS else "weekly"
        return "biweekly" if interval == "2" else ""
    if freq == "MONTHLY" and interval == "1":
        return "monthly" if not days else "monthday" if len(days) == 1 and not plain else ""
    return ""


def _until(raw: str, zone: str) -> dt.date | None:
    """The last day on the wall clock of the zone."""
    try:
        if raw.endswith("Z"):
            moment = dt.datetime.strptime(raw, "%Y%m%dT%H%M%SZ").replace(tzinfo=dt.UTC)
            return moment.astimezone(ZoneInfo(zone)).date()
        return dt.date.fromisoformat(raw[:8]) if raw else None
    except ValueError:
        return None


def repeat_words(rule: str, start: dt.date, zone: str) -> str:
    """How often, as a sentence's part: chaque lundi et jeudi, jusqu'au 12 mars; "" for once."""
    repeat = repeat_of(rule, zone)
    if not repeat.choice:
        return ""
    days = _named(repeat.days) or dateformat.format(start, "l")
    words = {
        "daily": _("every day"), "workdays": _("Monday to Friday"), "weekly": _EVERY_DAYS % {"days": days},
        "biweekly": _("every two weeks, on %(days)s") % {"days": days},
        "monthly": _("every month, on day %(n)s") % {"n": start.day},
        "monthday": _("every month, on the same weekday"),
    }.get(repeat.choice, pgettext("of an appointment", "repeats"))
    if repeat.until is None:
        return str(words)
    return _("%(often)s, until %(day)s") % {"often": words, "day": day_words(repeat.until, zone)}


def _named(days: tuple[str, ...]) -> str:
    """lundi, mardi et jeudi."""
    a_monday = dt.date(2024, 1, 1)
    names = [dateformat.format(a_monday + dt.timedelta(days=CODES.index(code)), "l") for code in days]
    return _("%(some)s and %(last)s") % {"some": ", ".join(names[:-1]), "last": names[-1]} if len(names) > 1 else "".join(names)

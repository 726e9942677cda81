"""Working hours as a sheet that one fills in: everywhere, and for each structure where they are others."""
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dates
from django.utils.functional import Promise

from people.accounts.models import Structure
from people.duty.week import DAYS

EVERYWHERE = "everywhere"
Errors = Mapping[str, Any]


@dataclass(frozen=True)
class Stretch:
    """From one time of a day to another ("08:00"), under the names of their fields; "" where nothing is said."""

    field: str
    begins: str
    ends: str
    wrong: str = ""


@dataclass(frozen=True)
class Day:
    """A day of the week with two stretches, or as many as there are."""

    code: str
    name: str | Promise
    stretches: list[Stretch]
    wrong: str = ""


@dataclass(frozen=True)
class Sheet:
    """A week for a place. `said`: whether hours are said for it at all."""

    place: str
    title: str
    said: bool
    days: list[Day]
    on_holidays: bool


@dataclass(frozen=True)
class Away:
    """An absence as its two fields hold it: local time, "2026-12-24T00:00"."""

    field: str
    since: str
    until: str
    wrong: str = ""


def sheets_of(said: Mapping[str, Any], structures: Iterable[Structure], errors: Errors | None = None) -> list[Sheet]:
    """The sheets of what somebody said (as `GET me/hours` answers it), with what is wrong in them; that of everywhere first."""
    found = [_sheet(EVERYWHERE, "", said.get("everywhere"), errors or {}, EVERYWHERE)]
    listed = list(said.get("structures", []))
    for structure in structures:
        at = next((n for n, one in enumerate(listed) if str(one["structure"]) == str(structure.pk)), None)
        week = None if at is None else listed[at]
        found.append(_sheet(str(structure.pk), structure.name, week, errors or {}, f"structures.{at}"))
    return found


def _sheet(place: str, title: str, week: Mapping[str, Any] | None, errors: Errors, where: str) -> Sheet:
    weekly = (week or {}).get("weekly", {})
    days = [_day(place, code, weekly.get(code, ()), errors, f"{where}.weekly.{code}") for code in DAYS]
    return Sheet(place, title, week is not None, days, bool((week or {}).get("on_holidays")))


def _day(place: str, code: str, stretches: Iterable[Any], errors: Errors, where: str) -> Day:
    held = [*stretches]
    padded = [*held, *[("", "")] * (2 - len(held))]
    rows = [Stretch(f"{place}.{code}.{n}", begins, ends, str(errors.get(f"{where}.{n}", ""))) for n, (begins, ends) in enumerate(padded)]
    return Day(code, dates.WEEKDAYS[DAYS.index(code)], rows, str(errors.get(where, "")))


def absences_in(said: Mapping[str, Any], zone: str, errors: Errors | None = None) -> list[Away]:
    """Absences as fields, and an empty one for the next."""
    rows = [*said.get("absences", []), {"since": "", "until": ""}]
    return [
        Away(f"away.{n}", _local(one["since"], zone), _local(one["until"], zone), str((errors or {}).get(f"absences.{n}.until", "")))
        for n, one in enumerate(rows)
    ]  # fmt: skip


def _local(at: str, zone: str) -> str:
    if not at:
        return ""
    moment = dt.datetime.fromisoformat(at)
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"

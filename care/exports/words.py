"""What the paper says in words: headings, and the names and values of what the rooms tell.

A room may tell a field that has no word here yet: it is printed under its own name, for a copy leaves nothing out.
"""
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from care.exports import values

Row = tuple[str, str]
FAMILIES: dict[str, Promise] = {
    "summary": pgettext_lazy("copy", "At a glance"),
    "measure": pgettext_lazy("copy", "Measures"),
    "plan": pgettext_lazy("copy", "Care plan"),
    "task": pgettext_lazy("copy", "Tasks"),
    "appointment": pgettext_lazy("copy", "Agenda"),
    "sheet": pgettext_lazy("forms", "Sheets"),
    "stay": pgettext_lazy("copy", "Planned stays asked for"),
}
_HEADS = ("title", "name", "label", "text", "form", "field", "kind")  # the first of these that is there heads an entry
_SAID = {  # what stands in an entry's own line, or what only a program needs
    "id", "seq", "circle", "audience", "author", "made_at", "changed_at", "changed_by", "version", "placeholder", "media", "idempotency",
}  # fmt: skip


def moment(at: str | dt.datetime | None, zone: str) -> str:
    """Day and time in full on the circle's clock: 21 novembre 2026, 9:05."""
    if not at:
        return ""
    here = (dt.datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(ZoneInfo(zone))
    return f"{dateformat.format(here, 'j F Y')}, {here.hour}:{here.minute:02}"


def headed(family: str, item: Mapping[str, Any]) -> tuple[str, str]:
    """(what heads the entry of a record, the field that it came from)."""
    for name in _HEADS:
        said = item.get(name)
        if isinstance(said, Mapping):
            said = said.get("title") or said.get("name")
        if isinstance(said, str) and said:
            return values.worded(said), name
    return str(FAMILIES.get(family, family)), ""


def rows(item: Mapping[str, Any], zone: str, *, without: str = "") -> list[Row]:
    """Every field that says something, with its name, nested ones unfolded."""
    return [
        (values.named(name), said)
        for name, value in item.items()
        if name not in _SAID and name != without
        for said in _told(value, zone)
    ]


def _told(value: Any, zone: str) -> Iterator[str]:
    """A value in words; nothing for what is empty."""
    if isinstance(value, bool):
        yield pgettext("copy", "yes") if value else pgettext("copy", "no")
    elif isinstance(value, Mapping):
        named = value.get("name")
        inner = [named] if isinstance(named, str) and "member" in value else [
            f"{values.named(str(key))}: {said}" for key, one in value.items() if key not in _SAID for said in _told(one, zone)
        ]
        if inner:
            yield " · ".join(inner)
    elif isinstance(value, list | tuple):
        inner = [said for one in value for said in _told(one, zone)]
        if inner:
            yield "; ".join(inner)
    elif value is not None and value != "":
        yield values.as_moment(str(value), zone, moment) or values.worded(str(value))

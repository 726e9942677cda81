"""Names of fields and of what stands in them, as far as they are words of the house."""
import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from django.utils import dateformat
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from journal.enums import AlertState, Urgency
from people.circles.enums import Audience, Role

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_NAMES: dict[str, Promise] = {
    "note": pgettext_lazy("copy", "Note"),
    "text": pgettext_lazy("copy", "Text"),
    "title": pgettext_lazy("copy", "Title"),
    "state": pgettext_lazy("copy", "State"),
    "urgency": pgettext_lazy("copy", "Urgency"),
    "to": pgettext_lazy("a field", "For"),
    "taker": pgettext_lazy("a field", "Who has it"),
    "due_at": pgettext_lazy("a field", "By when"),
    "due": pgettext_lazy("a field", "By when"),
    "late": pgettext_lazy("a field", "Late"),
    "repeat": pgettext_lazy("a field", "Repeats"),
    "rrule": pgettext_lazy("a field", "Repeats"),
    "reason": pgettext_lazy("copy", "Reason"),
    "post": pgettext_lazy("a field", "From a message"),
    "start": pgettext_lazy("a field", "From"),
    "end": pgettext_lazy("a field", "Until"),
    "all_day": pgettext_lazy("a field", "All day"),
    "place": pgettext_lazy("a field", "Where"),
    "with_name": pgettext_lazy("a field", "With"),
    "attendees": pgettext_lazy("a field", "Who is expected"),
    "kind": pgettext_lazy("a field", "Kind"),
    "field": pgettext_lazy("a field", "Kind"),
    "values": pgettext_lazy("a field", "Values"),
    "unit": pgettext_lazy("a field", "Unit"),
    "taken_at": pgettext_lazy("a field", "Measured"),
    "ended_at": pgettext_lazy("a field", "Ended"),
    "withdrawn_at": pgettext_lazy("a field", "Withdrawn"),
    "answers": pgettext_lazy("a field", "Answers"),
    "scores": pgettext_lazy("a field", "Scores"),
    "outcome": pgettext_lazy("a field", "Outcome"),
    "member": pgettext_lazy("a field", "Member"),
    "zone": pgettext_lazy("a field", "Time zone"),
}
_WORDS: dict[str, str | Promise] = {
    **{str(one): one.label for words in (Role, AlertState, Urgency, Audience) for one in words},
    "to_do": pgettext_lazy("copy", "To do"),
    "cancelled": pgettext_lazy("a state", "cancelled"),
    "missed": pgettext_lazy("a state", "missed"),
    "accepted": pgettext_lazy("a state", "accepted"),
    "refused": pgettext_lazy("a state", "refused"),
    "asked": pgettext_lazy("a state", "asked"),
}


def named(name: str) -> str:
    """A field's name."""
    return str(_NAMES.get(name, name.replace("_", " ")))


def worded(text: str) -> str:
    """A code of the house in words; whatever somebody wrote stays as it is."""
    return str(_WORDS.get(text, text))


def as_moment(text: str, zone: str, told: Callable[[str, str], str]) -> Any:
    """An instant or a day in words; "" for what is neither."""
    if _INSTANT.fullmatch(text):
        return told(text, zone)
    if _DAY.fullmatch(text):
        try:
            return dateformat.format(dt.date.fromisoformat(text), "j F Y")
        except ValueError:
            return ""
    return ""

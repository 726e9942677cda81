"""Reading one field of a scenario: the value, or ScenarioError with a sentence that names the place."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

Entry = dict[str, Any]


class ScenarioError(Exception):
    """The file can't be loaded; the message is one sentence for the person who wrote it."""


def read_entries(entry: Entry, name: str, where: str) -> list[Entry]:
    """A list of objects, empty where it is missing."""
    found = entry.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ScenarioError(f"{where}: {name} is not a list of objects.")
    return found


def read_keys(entry: Entry, name: str, where: str) -> tuple[str, ...]:
    """A list of keys, each once."""
    found = entry.get(name) or []
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ScenarioError(f"{where}: {name} is not a list of keys.")
    return tuple(dict.fromkeys(found))


def read_text(entry: Entry, name: str, where: str, *, needed: bool = True, most: int = 200) -> str:
    """A text, or "" where it may be missing."""
    found = entry.get(name)
    if found is None and not needed:
        return ""
    if not isinstance(found, str) or (needed and not found.strip()) or len(found) > most:
        raise ScenarioError(f"{where} has no {name}, or one that is no text of at most {most} signs.")
    return found


def read_word(entry: Entry, name: str, where: str, known: Iterable[str]) -> str:
    """One of the known words, or "" where it is missing."""
    found = entry.get(name)
    if found is None:
        return ""
    if found not in (words := list(known)):
        raise ScenarioError(f"{where}: {name} {found!r} is none of {', '.join(words)}.")
    return str(found)


def read_moment(entry: Entry, name: str, where: str) -> dt.datetime | None:
    """An RFC 3339 time; without an offset it is in UTC."""
    found = entry.get(name)
    if found is None:
        return None
    try:
        moment = dt.datetime.fromisoformat(found)
    except (TypeError, ValueError):
        raise ScenarioError(f"{where}: {name} {found!r} is no RFC 3339 time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)

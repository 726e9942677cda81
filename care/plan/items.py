"""How entries of the summary are written for the API and the socket."""
from collections.abc import Sequence
from typing import Any

from care.plan.models import Entry
from care.records.items import Written, record_item, tell, versions_of, who
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader


def entry_item(entry: Entry, reader: Reader) -> Item:
    """An entry as it is now: `field`, `text`, `gir`, `until` (a day), `ended_at`, `ended_by`, `ended_for`."""
    words = entry.words()
    return {
        **record_item(entry, reader), "field": entry.field, "text": words["text"], "gir": words.get("gir"), "until": words.get("until"),
        "ended_at": rfc3339(entry.ended_at), "ended_by": who(entry.ended_by) if entry.ended_at else None,
        "ended_for": words.get("ended_for", ""),
    }  # fmt: skip


def entry_with_past(entry: Entry, reader: Reader) -> Item:
    """The same with `versions`: what it said before, oldest first, as far as this reader may know."""
    past = [
        {"version": version.of, "at": rfc3339(version.at), "by": who(version.by), "text": words["text"], "gir": words.get("gir"),
         "until": words.get("until")}
        for version, words in versions_of(entry, reader)
    ]  # fmt: skip
    return {**entry_item(entry, reader), "versions": past}


def entries_rendered(entries: Sequence[Any]) -> Written:
    """For `tell`: each written by itself."""
    return entry_item


def tell_entries() -> None:
    """Says how lines of the family `summary` are told."""
    tell("summary", Entry, entries_rendered)

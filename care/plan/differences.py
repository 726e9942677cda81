"""What changed between two contents of a plan, in an order in which it is read. Pure: nothing here asks a database."""
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from care.plan.enums import Part

Content = Sequence[Mapping[str, Any]]
_FIELDS = ("text", "act", "call", "member", "role", "due_on", "problem", "objective")
_ORDER = [part.value for part in Part]


@dataclass(frozen=True)
class Changed:
    """One entry of which fields changed: (field, before, after), each None where it was or is empty."""

    before: Mapping[str, Any]
    after: Mapping[str, Any]
    fields: list[tuple[str, Any, Any]]


@dataclass(frozen=True)
class Difference:
    """What is new, what changed, what ended: entries of contents."""

    added: list[Mapping[str, Any]] = field(default_factory=list)
    changed: list[Changed] = field(default_factory=list)
    ended: list[Mapping[str, Any]] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many entries are not as before."""
        return len(self.added) + len(self.changed) + len(self.ended)


def difference(before: Content, after: Content) -> Difference:
    """What a reader has to read who knows `before`."""
    old, new = {one["id"]: one for one in before}, {one["id"]: one for one in after}
    changed = [Changed(old[key], one, fields) for key, one in new.items() if key in old and (fields := _fields(old[key], one))]
    return Difference(
        added=_ordered([one for key, one in new.items() if key not in old]),
        changed=sorted(changed, key=lambda one: _ORDER.index(one.after["part"])),
        ended=_ordered([one for key, one in old.items() if key not in new]),
    )


def _fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[tuple[str, Any, Any]]:
    pairs = [(name, old.get(name) or None, new.get(name) or None) for name in _FIELDS]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _ordered(entries: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(entries, key=lambda one: _ORDER.index(one["part"]))

"""The care plan in words, as its pages and its paper show it to one reader."""
import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from care.plan.differences import Content, Difference
from care.plan.editions import (
    agreements_for,
    content_for,
    content_of,
    editions_for,
    entries_for,
    named_members,
    review_of,
    states_of,
)
from care.plan.enums import Part
from care.plan.models import Planned
from people.circles.enums import Audience, Role
from people.circles.models import Membership
from people.circles.queries import live_members
from people.circles.words import titled, trade

_HINTS: dict[Part, Promise] = {
    Part.PRIORITY: gettext_lazy("In the person's own words: what they want to keep doing, and what they do not want."),
    Part.PROBLEM: gettext_lazy("What stands in the way: of health, of daily life, of those who help."),
    Part.OBJECTIVE: gettext_lazy("What everybody works towards, agreed with the person."),
    Part.ACTION: gettext_lazy("Who does what, and by when."),
    Part.PROCEDURE: gettext_lazy("The sign to look for, what to do then, and whom to call."),
    Part.REFERENT: gettext_lazy("Who keeps this plan together, and when it is looked at again."),
}
_FIELDS: dict[str, Promise] = {
    "text": pgettext_lazy("field of the plan", "Words"),
    "act": pgettext_lazy("field of the plan", "What to do"),
    "call": pgettext_lazy("field of the plan", "Whom to call"),
    "member": pgettext_lazy("field of the plan", "Who"),
    "role": pgettext_lazy("field of the plan", "Who"),
    "due_on": pgettext_lazy("field of the plan", "When"),
    "problem": pgettext_lazy("field of the plan", "Problem"),
    "objective": pgettext_lazy("field of the plan", "Objective"),
}
PAGE_ORDER = [Part.PRIORITY, Part.OBJECTIVE, Part.PROBLEM, Part.ACTION, Part.PROCEDURE]


@dataclass(frozen=True)
class Row:
    """An entry in words. `who` is "" where nobody is named; `for_` the entry that it serves; `state` "new", "changed" or ""."""

    id: str
    part: Part
    text: str
    act: str
    call: str
    who: str
    when: str
    for_: str
    audience: Audience
    said: Mapping[str, Any]
    by: str = ""
    at: dt.datetime | None = None
    state: str = ""
    task: str = ""  # how the task fares that an action became; "" where there is none
    appointment: str = ""

    @property
    def head(self) -> str:
        """What it is called in a list: its words, or who is named."""
        return self.text or self.who

    @property
    def chosen(self) -> str:
        """The value of the choice of who does it."""
        return f"m:{self.said['member']}" if self.said.get("member") else f"r:{self.said['role']}" if self.said.get("role") else ""


@dataclass(frozen=True)
class Section:
    """A part of the plan: its word, what belongs there, its entries."""

    part: Part
    label: str
    hint: str
    rows: list[Row]


@dataclass(frozen=True)
class Shift:
    """An entry that changed: (field, before, after) in words."""

    row: Row
    fields: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Told:
    """A difference in words."""

    added: list[Row] = field(default_factory=list)
    changed: list[Shift] = field(default_factory=list)
    ended: list[Row] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many entries are not as before."""
        return len(self.added) + len(self.changed) + len(self.ended)


class Speaker:
    """Puts entries of some contents into words, the newest content last: who is named and what they link to is asked for once."""

    def __init__(self, *contents: Content) -> None:
        every = [one for content in contents for one in content]
        self._members = named_members(every)
        self._texts = {one["id"]: one.get("text", "") for one in every}

    def row(self, one: Mapping[str, Any], **more: Any) -> Row:
        """One entry."""
        said = [self.value(name, one[name]) for name in ("member", "role") if one.get(name)]
        for_ = self.value("objective", one.get("objective")) or self.value("problem", one.get("problem"))
        return Row(
            id=one["id"], part=Part(one["part"]), text=one.get("text", ""), act=one.get("act", ""), call=one.get("call", ""),
            who=said[0] if said else "", when=self.value("due_on", one.get("due_on")), for_=for_, audience=Audience(one["audience"]),
            said=one, **more,
        )  # fmt: skip

    def value(self, name: str, value: Any) -> str:
        """A field's value in words; "" where it is empty."""
        if not value:
            return ""
        if name == "member":
            found = self._members.get(value)
            return f"{titled(found.person, found.role)}, {trade(found.person, found.role)}" if found else ""
        if name == "role":
            return str(Role(value).label)
        if name == "due_on":
            return formats.date_format(dt.date.fromisoformat(value), "j F Y")
        return self._texts.get(value, "") if name in {"problem", "objective"} else str(value)

    def told(self, found: Difference) -> Told:
        """A difference."""
        changed = [Shift(self.row(one.after), [self._shift(*moved) for moved in one.fields]) for one in found.changed]
        return Told([self.row(one) for one in found.added], changed, [self.row(one) for one in found.ended])

    def _shift(self, name: str, before: Any, after: Any) -> tuple[str, str, str]:
        return str(_FIELDS[name]), self.value(name, before), self.value(name, after)


def sections(rows: Iterable[Row]) -> list[Section]:
    """Rows by part, in the order of the page; parts without rows too."""
    by_part: dict[Part, list[Row]] = {part: [] for part in PAGE_ORDER}
    for row in rows:
        if row.part in by_part:
            by_part[row.part].append(row)
    return [Section(part, str(part.label), str(_HINTS[part]), found) for part, found in by_part.items()]


def plan_of(member: Membership) -> dict[str, Any]:
    """What the plan's page shows a member: entries by part, who refers, the newest edition, what is not in it yet, who agreed."""
    entries, editions = entries_for(member), editions_for(member)
    now, before = content_for(entries, member.stands), content_of(editions[0] if editions else None)
    speaker, known = Speaker(before, now), {one["id"]: one for one in before}
    states = states_of(entries)
    rows = [_drawn(speaker, entry, one, known, states) for entry, one in zip(entries, now, strict=True)]
    ended = len(known.keys() - {one["id"] for one in now})
    agreed = agreements_for(editions)
    return {
        "sections": sections(rows), "review": review_of(entries),
        "referent": next((one for one in rows if one.part is Part.REFERENT), None),
        "edition": editions[0] if editions else None, "editions": editions, "agreements": agreed,
        "agreed": any(one.latest and one.agreement.member.person_id == member.person_id and not one.agreement.of_patient for one in agreed),
        "unpublished": sum(bool(one.state) for one in rows) + ended, "referent_hint": _HINTS[Part.REFERENT],
    }  # fmt: skip


def _drawn(speaker: Speaker, entry: Planned, one: Mapping[str, Any], known: Mapping[str, Any], states: Mapping[UUID, str]) -> Row:
    """An entry of the page, with who wrote it last. Before a first edition nothing is marked as new: everything would be."""
    by = titled(entry.changed_by.person, entry.changed_by.role) if entry.changed_by else ""
    old = known.get(one["id"])
    state = "" if old == one else "changed" if old else "new"
    return speaker.row(one, by=by, at=entry.changed_at, state=state, **_carried(entry, states))


def _carried(entry: Planned, states: Mapping[UUID, str]) -> dict[str, str]:
    """How the task and the appointment fare that an action became; one that was cancelled can be made again."""
    told = {"task": entry.task, "appointment": entry.appointment}
    found = {name: states.get(made, "") for name, made in told.items() if made}
    return {name: "" if state == "cancelled" else state for name, state in found.items()}


def people_to_choose(member: Membership) -> list[tuple[str, str]]:
    """(value, words) of everybody in the circle, for the choice of who does something."""
    inside = {one.membership_id: one.membership for one in live_members([member.circle_id]).select_related("membership__person")}
    named = [(f"m:{one.pk}", f"{titled(one.person, one.role)}, {trade(one.person, one.role)}") for one in inside.values()]
    return sorted(named, key=lambda pair: pair[1])


def roles_to_choose() -> list[tuple[str, str]]:
    """(value, words) of every role."""
    return [(f"r:{role.value}", str(role.label)) for role in Role]


def linked_rows(found: Sequence[Section], part: Part) -> list[Row]:
    """The entries of a part, to link to."""
    return next((one.rows for one in found if one.part is part), [])

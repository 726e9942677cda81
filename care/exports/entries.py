"""Entries of the paper: who, when, for whom, what, and what it was before."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import pgettext

from care.exports.contents import Contents, Told
from care.exports.pictures import Picture
from care.exports.values import worded
from care.exports.words import headed, moment, rows
from messaging.feed.items import Item
from people.circles.words import titled, trade


@dataclass
class Entry:
    """One thing of the record; `picture` names the files whose previews stand in it."""

    head: str
    sub: str = ""
    words: list[str] = field(default_factory=list)
    rows: list[tuple[str, str]] = field(default_factory=list)
    earlier: list[dict[str, str]] = field(default_factory=list)
    at: dt.datetime | None = None
    picture: list[Item] = field(default_factory=list)
    shown: list[dict[str, str]] = field(default_factory=list)

    def show(self, pictures: Mapping[str, Picture]) -> None:
        """Takes over those of its previews that there are."""
        self.shown = [
            {"name": name, "alt": medium.get("caption") or pgettext("copy", "Photo"), "caption": medium.get("caption", "")}
            for medium in self.picture if (name := medium["id"]) in pictures
        ]  # fmt: skip

    def told(self) -> dict[str, Any]:
        """As the template reads it."""
        return {"head": self.head, "sub": self.sub, "words": self.words, "rows": self.rows, "pictures": self.shown, "earlier": self.earlier}


def member_entry(item: Item, zone: str) -> Entry:
    """Somebody of the circle, or who was there."""
    since, until = moment(item.get("since"), zone), moment(item.get("until"), zone)
    said = [
        worded(str(item["role"])),
        since and pgettext("copy", "since %(when)s") % {"when": since},
        until and pgettext("copy", "until %(when)s") % {"when": until},
    ]
    return Entry(item["person"]["name"], _line(said))


def _line(said: Iterable[str]) -> str:
    return " · ".join(filter(None, said))


def post_entry(post: Told, ready: Sequence[Item], zone: str) -> Entry:
    """A message with its author, times, corrections, files and what was done about it."""
    item = post.item
    name = titled(post.author.person, post.author.role) if post.author else item["author"]["name"]
    what = trade(post.author.person, post.author.role) if post.author else ""
    sub = _line([moment(item["written_at"], zone), worded(item["audience"]), worded(item["urgency"]) if item["urgency"] != "info" else ""])
    entry = Entry(", ".join(filter(None, (name, what))), sub, at=dt.datetime.fromisoformat(item["written_at"]))
    if item["reply_to"]:
        answered = item["reply_to"]
        entry.words.append(
            pgettext("copy", "In answer to %(name)s: “%(words)s”") % {"name": answered["author"]["name"], "words": answered["excerpt"]}
        )
    if item["retracted_at"]:
        entry.words.append(pgettext("copy", "Withdrawn on %(when)s") % {"when": moment(item["retracted_at"], zone)} + _why(item))
    elif item["text"]:
        entry.words.append(item["text"])
    if item["corrected_at"]:
        entry.rows.append((pgettext("copy", "Corrected"), moment(item["corrected_at"], zone)))
    entry.rows += [(pgettext("copy", "File"), _file(medium)) for medium in item["media"]]
    entry.rows += [(pgettext("copy", "Alert"), _step(step, zone)) for step in (item.get("alert") or {}).get("steps", ())]
    entry.earlier = [
        {"head": pgettext("copy", "Before, as of %(when)s") % {"when": moment(one["at"], zone)}, "text": one["text"]}
        for one in post.earlier
    ]
    entry.picture = [medium for medium in ready if medium["kind"] == "photo"]
    return entry


def _why(item: Item) -> str:
    retraction = item.get("retraction") or {}
    by = (retraction.get("by") or {}).get("name", "")
    return "".join(f" · {said}" for said in (by, retraction.get("reason", "")) if said)


def _file(medium: Item) -> str:
    said = [medium.get("name", ""), medium.get("caption", ""), (medium.get("transcript") or {}).get("text", "")]
    return _line(said) or str(medium["kind"])


def _step(step: Item, zone: str) -> str:
    who = [one["name"] for one in [step.get("member"), *step.get("members", ())] if one]
    return _line([worded(step["step"]), moment(step["at"], zone), ", ".join(who), step.get("reason", "")])


def record_entries(contents: Contents) -> dict[str, list[Entry]]:
    """Family → entries of what the rooms keep."""
    zone, found = contents.member.circle.zone, defaultdict(list)
    for family, record, item in contents.records:
        head, came_from = headed(family, item)
        by = record.author.person.name if record.author else ""
        changed = pgettext("copy", "changed on %(when)s by %(name)s") if record.changed_by and record.version > 1 else ""
        who = record.changed_by.person.name if record.changed_by else ""
        changed = changed and changed % {"when": moment(item["changed_at"], zone), "name": who}
        sub = _line([by, moment(item["made_at"], zone), changed, worded(item["audience"])])
        found[family].append(Entry(head, sub, rows=rows(item, zone, without=came_from)))
    return found

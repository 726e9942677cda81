"""The copy as a paper: one tagged PDF; a record of many thousands of posts comes out of several, joined."""

import io
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, ngettext, pgettext
from pypdf import PdfWriter

from care.exports import pictures
from care.exports.contents import Contents
from care.exports.entries import Entry, member_entry, post_entry, record_entries
from care.exports.words import FAMILIES, moment
from foundation import clock
from foundation.paper import printed

_TEMPLATE = Path(__file__).resolve().parent / "papers" / "record.typ"
_POSTS_AT_ONCE = 4000  # in one run of the typesetter: beyond them its memory is too much
Step = Callable[[int], None]
Patient = Callable[[Callable[[], bytes]], bytes]


def paper_of(contents: Contents, step: Step, patiently: Patient) -> bytes:
    """The PDF. `step(n)` is told of n more posts that are in; the typesetting goes through `patiently`, for it takes its time."""
    entries = list(_journal(contents, step))
    volumes = [entries[start : start + _POSTS_AT_ONCE] for start in range(0, len(entries), _POSTS_AT_ONCE)] or [[]]
    made = [_volume(contents, volume, number, patiently) for number, volume in enumerate(volumes)]
    return made[0] if len(made) == 1 else _joined(made)


def _volume(contents: Contents, entries: list[Entry], number: int, patiently: Patient) -> bytes:
    shown = pictures.of(entry.picture for entry in entries)
    for entry in entries:
        entry.show(shown)
    first, zone, name = number == 0, contents.member.circle.zone, contents.member.circle.patient.traits.name
    volume = "" if first else pgettext("copy", "part %(number)s") % {"number": number + 1}
    data = {
        "language": get_language() or "fr", "title": pgettext("copy", "Copy of the record"), "patient": name,
        "volume": volume, "lead": _lead(contents), "about": _about(contents),
        "footer": pgettext("copy", "Cercle, copied on %(when)s") % {"when": moment(clock.now(), zone)},
        "sections": [*(_rooms(contents) if first else []), _posts(entries, zone)],
    }  # fmt: skip
    return patiently(lambda: printed(_TEMPLATE, data, {name: one.given for name, one in shown.items()}))


def _lead(contents: Contents) -> list[str]:
    person = contents.member.person
    return [
        pgettext("copy", "Copied by %(name)s on %(when)s.")
        % {"name": person.name, "when": moment(clock.now(), contents.member.circle.zone)},
        pgettext("copy", "It holds what this person may read, and nothing else. What was withdrawn stands there without its words."),
        pgettext("copy", "It is a health record: keep it where nobody else reads it."),
    ]


def _about(contents: Contents) -> list[tuple[str, str]]:
    patient = contents.member.circle.patient
    traits = patient.traits
    given = {
        pgettext("copy", "Name in use"): traits.family_name,
        pgettext("copy", "Birth name"): traits.birth_name,
        pgettext("copy", "Given names"): " ".join(traits.given_names),
        pgettext("copy", "Born on"): traits.birth_date,
        pgettext("copy", "Sex"): traits.sex,
        pgettext("copy", "Identity"): patient.get_identity_status_display(),
        pgettext("copy", "Messages"): str(len(contents.order)),
    }  # fmt: skip
    return [(name, said) for name, said in given.items() if said]


def _rooms(contents: Contents) -> Iterator[dict[str, Any]]:
    zone = contents.member.circle.zone
    yield _section(pgettext("copy", "Who is around the patient"), [_part("", [member_entry(one, zone) for one in contents.people])])
    written = record_entries(contents)
    for family in [*FAMILIES, *(set(written) - set(FAMILIES))]:
        if family in written:
            yield _section(str(FAMILIES.get(family, family)), [_part("", written[family])])


def _posts(entries: list[Entry], zone: str) -> dict[str, Any]:
    months = groupby(entries, key=lambda entry: dateformat.format(entry.at.astimezone(ZoneInfo(zone)), "F Y") if entry.at else "")
    lead = ngettext("%(count)s message, the oldest first.", "%(count)s messages, the oldest first.", len(entries)) % {"count": len(entries)}
    return _section(pgettext("copy", "Journal"), [_part(month, list(group)) for month, group in months], lead if entries else "")


def _section(head: str, parts: list[dict[str, Any]], lead: str = "") -> dict[str, Any]:
    return {"head": head, "lead": lead, "parts": [part for part in parts if part["entries"]], "empty": pgettext("copy", "Nothing here.")}


def _part(head: str, entries: list[Entry]) -> dict[str, Any]:
    return {"head": head, "entries": [entry.told() for entry in entries]}


def _journal(contents: Contents, step: Step) -> Iterator[Entry]:
    for post in contents.posts():
        yield post_entry(post, contents.note(post), contents.member.circle.zone)
        step(1)


def _joined(volumes: list[bytes]) -> bytes:
    writer, out = PdfWriter(), io.BytesIO()
    for volume in volumes:
        writer.append(io.BytesIO(volume))
    writer.write(out)
    return out.getvalue()

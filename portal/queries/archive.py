"""One's own data as an archive: a ZIP of JSON files. It holds what its owner may read now, and nothing of anybody else's words."""
import datetime as dt
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from allauth.usersessions.models import UserSession

from foundation import clock
from foundation.clock import rfc3339
from foundation.vault.spool import SealedSpool
from journal.items import told, versions_of
from journal.models import Post
from journal.queries import full
from people.accounts.models import Person
from people.audit.queries import own_lines
from people.circles.access import reader_of
from people.circles.items import access_items
from people.circles.queries import memberships_of
from portal.queries.deeds import by_right, deed

Told = dict[str, Any]
_OTHERS = ("seq", "reply_to", "alert")  # of a post: what others wrote or did
_OF_A_SCREEN = ("heard_by", "placeholder")  # of a file: what others did, and what only fills a place until the picture is there
_READ_ME = Path(__file__).resolve().parents[1] / "papers" / "archive.txt"


class _OneWay:
    """Takes a ZIP from its beginning to its end: what rests sealed is written nowhere else."""

    def __init__(self, file: SealedSpool) -> None:
        self._file = file

    def write(self, data: bytes) -> int:
        """Adds at the end."""
        return self._file.write(data)

    def flush(self) -> None:
        """Nothing waits."""

    def close(self) -> None:
        """The file stays open, to be read."""


def archive_of(person: Person) -> SealedSpool:
    """The ZIP, in a file that goes when it is closed and holds nothing in plain meanwhile."""
    file = SealedSpool()
    parts: dict[str, Callable[[Person], Any]] = {
        "account": _account, "memberships": _memberships, "posts": lambda owner: list(_posts(owner)), "accesses": _accesses,
        "sessions": _sessions,
    }  # fmt: skip
    with ZipFile(_OneWay(file), "w", ZIP_DEFLATED) as archive:
        archive.writestr("LISEZ-MOI.txt", _READ_ME.read_text())
        for name, made in parts.items():
            archive.writestr(f"{name}.json", json.dumps(made(person), ensure_ascii=False, indent=1))
    file.seek(0)
    return file


def _account(person: Person) -> Told:
    places = person.affiliations.select_related("structure").order_by("since")
    return {
        "id": str(person.pk), "given_name": person.given_name, "family_name": person.family_name, "email": person.email,
        "profession": person.profession or None, "confirmed_at": rfc3339(person.confirmed_at), "rpps": person.rpps or None,
        "gender": person.gender or None, "language": person.language, "joined_at": rfc3339(person.joined_at),
        "made_at": rfc3339(clock.now()),
        "structures": [{"name": at.structure.name, "since": rfc3339(at.since), "until": rfc3339(at.until)} for at in places],
    }  # fmt: skip


def _memberships(person: Person) -> list[Told]:
    """All there ever were; the patient is named only where one is still inside."""
    inside = {member.pk: member.circle.patient.traits.name for member in memberships_of(person, by_force=False)}
    return [
        {"circle": str(member.circle_id), "patient": inside.get(member.pk), "role": member.role, "ended_at": rfc3339(member.ended_at),
         "grants": [{"since": rfc3339(one.since), "until": rfc3339(one.until), "source": one.source} for one in member.grants.all()]}
        for member in person.memberships.prefetch_related("grants").order_by("pk")
    ]  # fmt: skip


def _posts(person: Person) -> Iterator[Told]:
    """What the person wrote in circles that they still may read, as they read it there."""
    for member in memberships_of(person, by_force=False):
        reader = reader_of(member)
        mine = list(full(Post.objects.visible_to(reader).filter(circle=member.circle_id, author__person=person)).order_by("care_seq"))
        shown = told(mine)
        for post in mine:
            item = {key: value for key, value in shown.item(post, reader).items() if key not in _OTHERS}
            yield {**item, "media": [_file(medium) for medium in item["media"]], "versions": versions_of(post, reader.standing)}


def _file(medium: Told) -> Told:
    return {key: value for key, value in medium.items() if key not in _OF_A_SCREEN}


def _accesses(person: Person) -> list[Told]:
    lines = own_lines(person.pk)
    items = access_items(lines)
    return [
        {**item, "circle": str(line.circle), "device": line.device, "words": f"{deed(line.what)} ({by_right(line.right)})"}
        for item, line in zip(items, lines, strict=True)
    ]


def _sessions(person: Person) -> list[Told]:
    return [
        {"signed_in_at": _moment(one.created_at), "last_seen_at": _moment(one.last_seen_at), "address": one.ip, "browser": one.user_agent}
        for one in UserSession.objects.filter(user=person).order_by("created_at")
    ]


def _moment(at: dt.datetime) -> str | None:
    return rfc3339(at)

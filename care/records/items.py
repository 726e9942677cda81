"""How records are written for the API and the socket: each as it is now, for one reader."""
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from care.records.models import Record, RecordRows, Version
from care.records.services import version_place
from foundation.clock import rfc3339
from foundation.vault.seal import unseal, warm
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.circles.access import reader_of
from people.circles.models import Membership


def who(member: Membership | None) -> Item | None:
    """A member as records name one."""
    if member is None:
        return None
    person = member.person
    return {
        "member": str(member.pk), "name": person.name, "profession": person.profession or None, "gender": person.gender or None,
        "role": member.role,
    }


def record_item(record: Record, reader: Reader) -> Item:
    """What every record says of itself. `seq` is the number of its latest change in the reader's standing."""
    return {
        "id": str(record.pk), "seq": record.seq(reader.standing), "circle": str(record.circle_id), "audience": record.audience,
        "author": who(record.author), "made_at": rfc3339(record.made_at), "changed_at": rfc3339(record.changed_at),
        "changed_by": who(record.changed_by), "version": record.version,
    }  # fmt: skip


def versions_of(record: Record, reader: Reader) -> list[tuple[Version, dict[str, Any]]]:
    """Replaced words, oldest first, those that this reader may know: who was admitted "from now" sees none from before."""
    column = f"{reader.standing.column}_seq"
    kept = Version.objects.filter(record=record.pk, **{f"{column}__gte": reader.first}).select_related("by__person").order_by("of")
    return [(one, json.loads(unseal(record.vault, version_place(record, one.of), one.sealed_words))) for one in kept]


Written = Callable[[Any, Reader], Item]
Render = Callable[[Sequence[Any]], Written]
_families: dict[str, tuple[type[Record], Render]] = {}


def everything_of(member: Membership, *, until: dt.datetime | None = None) -> Iterator[tuple[str, Record, Item]]:
    """(family, record, its item) of all that a member may read in the rooms around the journal, made `until` a moment: for exports, and
    for tests that count.
    """
    reader = reader_of(member)
    for family, (model, render) in _families.items():
        rows = _readable(model, member, until).whole().order_by("made_at", "pk")
        records: list[Any] = list(rows)
        written = render(records)
        for record in records:
            yield family, record, written(record, reader)


def counts_of(member: Membership, *, until: dt.datetime | None = None) -> dict[str, int]:
    """Family → how many records a member may read, asked of the database alone: the check on `everything_of`."""
    return {family: _readable(model, member, until).count() for family, (model, _render) in _families.items()}


def _readable(model: type[Record], member: Membership, until: dt.datetime | None) -> RecordRows:
    rows = model.objects.visible_to(reader_of(member)).filter(circle=member.circle_id)
    return rows.filter(made_at__lte=until) if until is not None else rows


def tell(family: str, model: type[Record], render: Render, *, whole: Render | None = None) -> None:
    """Registers how the lines of a family are told: `{family: item}`, the record as it is now for this reader.

    `render` gets all records of a batch, so that it asks the database once, and gives back how one of them is written for a reader.
    `whole`: the same for who gets everything, where a line leaves out what is long ago.
    """

    def load(lines: Sequence[FeedLine]) -> tuple[dict[UUID, Record], Written]:
        found = loaded(model, {line.subject for line in lines})
        return {record.pk: record for record in found}, render(found)

    def one(line: FeedLine, content: Any, reader: Reader) -> Item | None:
        records, written = content
        record = records.get(line.subject)
        if record is None or not record.seen_by(reader) or line.number(reader.standing) < reader.first:
            return None
        return {family: written(record, reader)}

    _families[family] = (model, whole or render)
    register([family], Teller(load, one))


def loaded(model: type[Record], records: Iterable[UUID]) -> list[Any]:
    """Records with all that their items need, their patients' keys unwrapped with one query."""
    found: list[Any] = list(model.objects.whole().filter(pk__in=set(records)))
    warm({record.vault for record in found})
    return found

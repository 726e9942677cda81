"""How the plan, its editions and agreements, and requests for a stay are written for the API and the socket."""
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from care.plan.differences import Changed, Content, Difference
from care.plan.editions import Agreed, Review, named_members, publications, states_of
from care.plan.models import Agreement, Edition, Planned, Publication, StayRequest
from care.records.items import Written, loaded, record_item, tell, who
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader, Teller, register
from messaging.feed.models import FeedLine
from people.accounts.models import Person, Unit

_WORDS = ("text", "act", "call", "role", "due_on", "problem", "objective")


def planned_items(records: Sequence[Planned]) -> Written:
    """How entries of one batch are written: members named in them are asked for once."""
    words = {one.pk: one.words() for one in records}
    members, states = named_members(words.values()), states_of(records)

    def carried(made: UUID | None) -> Item | None:
        return {"id": str(made), "state": states[made]} if made in states else None

    def written(record: Planned, reader: Reader) -> Item:
        said = words[record.pk]
        return {
            **record_item(record, reader), "part": record.part, **{name: said.get(name) for name in _WORDS}, "text": said.get("text", ""),
            "member": who(members.get(said.get("member", ""))), "ended_at": rfc3339(record.ended_at), "reason": said.get("ended"),
            "task": carried(record.task), "appointment": carried(record.appointment),
        }  # fmt: skip

    return written


def edition_item(edition: Edition) -> Item:
    """An edition without its content: its number in the reader's standing, when and by whom it was published."""
    made = edition.publication
    return {"number": edition.number, "seq": edition.seq, "at": rfc3339(made.at), "by": who(made.by)}


def content_items(content: Content) -> list[Item]:
    """An edition's entries, with who is named in them."""
    members = named_members(content)
    return [{**{name: one.get(name) for name in ("id", "part", "audience", *_WORDS)}, "member": who(members.get(one.get("member", "")))}
            for one in content]  # fmt: skip


def difference_item(found: Difference) -> Item:
    """What changed, with the words before and after."""
    named: list[Mapping[str, Any]] = [*found.added, *found.ended, *(side for one in found.changed for side in (one.before, one.after))]
    members = named_members(named)

    def told(name: str, value: Any) -> Any:
        return who(members.get(value or "")) if name == "member" else value

    def changed(one: Changed) -> Item:
        fields = [{"field": name, "before": told(name, old), "after": told(name, new)} for name, old, new in one.fields]
        return {"id": one.after["id"], "part": one.after["part"], "text": one.after.get("text", ""), "fields": fields}

    return {
        "added": content_items(found.added), "changed": [changed(one) for one in found.changed], "ended": content_items(found.ended),
    }


def agreement_item(one: Agreed) -> Item:
    """Who agreed, to which edition, and whether a newer one has come since."""
    said = one.agreement
    return {
        "id": str(said.pk), "by": who(said.member), "of_patient": said.of_patient, "how": said.how, "at": rfc3339(said.at),
        "number": one.number, "latest": one.latest,
    }  # fmt: skip


def review_item(review: Review | None) -> Item | None:
    """Who refers for the plan, and when it is reviewed."""
    if review is None:
        return None
    day = review.due_on.isoformat() if review.due_on else None
    return {"referent": who(review.referent), "left": review.left, "due_on": day, "due": review.due}


def unit_of(unit: Unit) -> Item:
    """A unit with its hospital. Needs the structure."""
    return {"id": str(unit.pk), "name": unit.name, "structure": {"id": str(unit.structure_id), "name": unit.structure.name}}


def asked_items(records: Sequence[StayRequest]) -> Written:
    """How requests for a stay are written for the circle."""
    wanted = {one.unit_id for one in records}
    units = Unit.objects.select_related("structure").in_bulk(wanted) if wanted else {}
    people = Person.objects.in_bulk({one.answered_by_id for one in records if one.answered_by_id})

    def written(record: StayRequest, reader: Reader) -> Item:
        answerer = people.get(record.answered_by_id)
        return {**record_item(record, reader), **asked_words(record), "unit": unit_of(units[record.unit_id]),
                "answered_by": answerer.name if answerer else None}  # fmt: skip

    return written


def asked_words(record: StayRequest) -> Item:
    """What both sides read of a request."""
    words = record.words()
    return {
        "state": record.state, "soon": record.soon, "reason": words["reason"], "said": words.get("said", []),
        "wished_from": _day(record.wished_from), "wished_until": _day(record.wished_until), "planned_for": _day(record.planned_for),
        "answered_at": rfc3339(record.answered_at),
    }  # fmt: skip


def _day(day: Any) -> str | None:
    return day.isoformat() if day else None


def _load(lines: Sequence[FeedLine]) -> tuple[dict[UUID, Planned], Written, dict[UUID, Publication], dict[UUID, Agreement]]:
    subjects = {line.subject for line in lines}
    entries: list[Planned] = loaded(Planned, subjects)
    rest = subjects - {one.pk for one in entries}
    agreed = Agreement.objects.select_related("member__person").in_bulk(rest) if rest else {}
    made = publications([*rest, *(one.publication_id for one in agreed.values())]) if rest else {}
    return {one.pk: one for one in entries}, planned_items(entries), made, agreed


def _one(line: FeedLine, content: Any, reader: Reader) -> Item | None:
    """An entry as it is now, an edition, or an agreement with the number of the edition in the reader's standing."""
    entries, written, made, agreed = content
    if line.number(reader.standing) < reader.first:
        return None
    if line.subject in entries:
        record = entries[line.subject]
        return {"plan": written(record, reader)} if record.seen_by(reader) else None
    said = agreed.get(line.subject)
    edition = _edition(made.get(said.publication_id if said else line.subject), reader)
    if edition is None:
        return None
    if said is None:
        return {"edition": edition_item(edition)}
    return {"agreement": {"id": str(said.pk), "by": who(said.member), "of_patient": said.of_patient, "how": said.how,
                          "at": rfc3339(said.at), "number": edition.number}}  # fmt: skip


def _edition(made: Publication | None, reader: Reader) -> Edition | None:
    if made is None:
        return None
    found = next((one for one in made.editions.all() if one.standing == reader.standing), None)
    if found is not None:
        found.publication = made
    return found


def tell_plan() -> None:
    """Registers the families `plan` and `stay`. Lines of the plan are about entries, publications and agreements."""
    tell("stay", StayRequest, asked_items)
    tell("plan", Planned, planned_items)
    register(["plan"], Teller(_load, _one))

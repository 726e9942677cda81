"""The care plan over HTTP."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from care.plan import carrying_out, planning, publishing
from care.plan.bodies import AgreementBody, EndBody, PlanBody, PlanChange
from care.plan.differences import difference
from care.plan.editions import agreements_for, content_of, editions_for, entries_for, publications, review_of
from care.plan.models import Edition, Planned
from care.plan.telling import agreement_item, content_items, difference_item, edition_item, planned_items, review_item
from care.records.access import RecordDoor
from care.records.services import was_kept
from foundation import ids
from foundation.errors import NotFound
from people.circles.access import Door, KeyedDoor, member_of, reader_of
from people.circles.models import Membership
from people.circles.policy import Act

router = Router(tags=["plan"])
Told = dict[str, Any]


def _shown(request: HttpRequest, entry: Planned) -> Told:
    return planned_items([entry])(entry, reader_of(member_of(request)))


def _key(request: HttpRequest) -> UUID | None:
    return ids.parse(request.headers.get("Idempotency-Key"))


def _entry(request: HttpRequest) -> UUID:
    found: UUID = request.record.pk  # type: ignore[attr-defined]
    return found


@router.get("circles/{circle_id}/plan", auth=Door(Act.READ, opens=True), response=Told)
def plan(request: HttpRequest, circle_id: str) -> Told:
    """The plan as it stands, its newest edition, who agreed, when it is reviewed, and what is not published yet."""
    member = member_of(request)
    entries, editions = entries_for(member), editions_for(member)
    written, reader = planned_items(entries), reader_of(member)
    return {
        "items": [written(one, reader) for one in entries], "edition": edition_item(editions[0]) if editions else None,
        "editions": [edition_item(one) for one in editions], "agreements": [agreement_item(one) for one in agreements_for(editions)],
        "review": review_item(review_of(entries)), "unpublished": publishing.unpublished(member).count,
    }  # fmt: skip


@router.post("circles/{circle_id}/plan", auth=KeyedDoor(Act.KEEP_PLAN, was_kept), response={200: Told, 201: Told})
def add(request: HttpRequest, circle_id: str, body: PlanBody) -> Status[Told]:
    """One more entry; the header `Idempotency-Key` makes a second sending the same entry."""
    entry, new = planning.plan_entry(member_of(request), key=_key(request), body=body)
    return Status(201 if new else 200, _shown(request, entry))


@router.get("circles/{circle_id}/plan/unpublished", auth=Door(Act.READ, opens=True), response=Told)
def unpublished(request: HttpRequest, circle_id: str) -> Told:
    """What the newest edition does not say yet, for this reader."""
    return difference_item(publishing.unpublished(member_of(request)))


@router.post("circles/{circle_id}/plan/editions", auth=KeyedDoor(Act.KEEP_PLAN, was_kept), response={201: Told})
def publish(request: HttpRequest, circle_id: str) -> Status[Told]:
    """Publishes: an edition for each standing in whose view something changed."""
    member = member_of(request)
    made = publishing.publish_plan(member, key=_key(request))
    return Status(201, edition_item(_of(member, list(publications([made.pk])[made.pk].editions.select_related("publication__by__person")))))


def _of(member: Membership, editions: list[Edition]) -> Edition:
    return next(one for one in editions if one.standing == member.stands)


@router.get("circles/{circle_id}/plan/editions/{number}", auth=Door(Act.READ, opens=True), response=Told)
def edition(request: HttpRequest, circle_id: str, number: int, since: int | None = None) -> Told:
    """An edition with what changed since the one before it that the reader knows, or since edition `since`."""
    editions = editions_for(member_of(request))
    found = _numbered(editions, number)
    before = _numbered(editions, since) if since is not None else next((one for one in editions if one.number < number), None)
    changed = difference(content_of(before), content_of(found))
    return {**edition_item(found), "items": content_items(content_of(found)), "since": before.number if before else None,
            "difference": difference_item(changed)}  # fmt: skip


def _numbered(editions: list[Edition], number: int) -> Edition:
    found = next((one for one in editions if one.number == number), None)
    if found is None:
        raise NotFound
    return found


@router.post("circles/{circle_id}/plan/editions/{number}/agreement", auth=Door(Act.AGREE_PLAN), response=Told)
def agree(request: HttpRequest, circle_id: str, number: int, body: AgreementBody | None = None) -> Told:
    """The caller agrees to their newest edition, or writes down that the patient did."""
    member, said = member_of(request), body or AgreementBody()
    made = publishing.agree_plan(member, number=number, of_patient=said.of_patient, how=said.how)
    told = agreements_for(editions_for(member))
    return next(agreement_item(one) for one in told if one.agreement.pk == made.pk)


@router.get("circles/{circle_id}/plan/{entry_id}", auth=RecordDoor(Act.READ, Planned, "entry_id", opens=True), response=Told)
def one(request: HttpRequest, circle_id: str, entry_id: str) -> Told:
    """An entry as it is now."""
    return _shown(request, request.record)  # type: ignore[attr-defined]


@router.post("circles/{circle_id}/plan/{entry_id}/task", auth=RecordDoor(Act.KEEP_PLAN, Planned, "entry_id"), response=Told)
def make_task(request: HttpRequest, circle_id: str, entry_id: str) -> Told:
    """An action becomes a task, once."""
    return _shown(request, carrying_out.make_task(member_of(request), entry=_entry(request)))


@router.post("circles/{circle_id}/plan/{entry_id}/appointment", auth=RecordDoor(Act.KEEP_PLAN, Planned, "entry_id"), response=Told)
def make_appointment(request: HttpRequest, circle_id: str, entry_id: str) -> Told:
    """An action becomes an appointment of its day, once."""
    return _shown(request, carrying_out.make_appointment(member_of(request), entry=_entry(request)))


@router.patch("circles/{circle_id}/plan/{entry_id}", auth=RecordDoor(Act.KEEP_PLAN, Planned, "entry_id"), response=Told)
def change(request: HttpRequest, circle_id: str, entry_id: str, body: PlanChange) -> Told:
    """Changes what the body names."""
    return _shown(request, planning.change_entry(member_of(request), entry=_entry(request), body=body))


@router.delete("circles/{circle_id}/plan/{entry_id}", auth=RecordDoor(Act.KEEP_PLAN, Planned, "entry_id"), response=Told)
def end(request: HttpRequest, circle_id: str, entry_id: str, body: EndBody | None = None) -> Told:
    """Ends an entry; the record keeps it."""
    return _shown(request, planning.end_entry(member_of(request), entry=_entry(request), reason=body.reason if body else ""))

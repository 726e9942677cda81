"""Entries of the summary over HTTP. The whole of it, made of several rooms, is answered by `portal.summary_api` on the same router."""
from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from care.plan import summaries
from care.plan.items import entry_item, entry_with_past
from care.plan.models import Entry
from care.plan.protocol import EntryBody, EntryChange
from care.records.access import RecordDoor
from care.records.services import was_kept
from foundation import ids
from people.circles.access import KeyedDoor, member_of, reader_of
from people.circles.policy import Act
from people.circles.protocol import ReasonBody

router = Router(tags=["summary"])


def _entry(request: HttpRequest) -> Entry:
    entry: Entry = request.record  # type: ignore[attr-defined]
    return entry


@router.post("circles/{circle_id}/summary", auth=KeyedDoor(Act.KEEP_SUMMARY, was_kept), response={200: dict[str, Any], 201: dict[str, Any]})
def add(request: HttpRequest, circle_id: str, body: EntryBody) -> Status[dict[str, Any]]:
    """Adds an entry to a field; with an `Idempotency-Key` a second sending is the same entry."""
    key = ids.parse(request.headers.get("Idempotency-Key"))
    entry, new = summaries.add_entry(member_of(request), key=key, body=body)
    return Status(201 if new else 200, entry_item(entry, reader_of(member_of(request))))


@router.get("circles/{circle_id}/summary/{entry_id}", auth=RecordDoor(Act.READ, Entry, "entry_id", opens=True), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, entry_id: str) -> dict[str, Any]:
    """An entry with its past."""
    return entry_with_past(_entry(request), reader_of(member_of(request)))


@router.patch("circles/{circle_id}/summary/{entry_id}", auth=RecordDoor(Act.KEEP_SUMMARY, Entry, "entry_id"), response=dict[str, Any])
def change(request: HttpRequest, circle_id: str, entry_id: str, body: EntryChange) -> dict[str, Any]:
    """Changes what an entry says, or takes its end back."""
    entry = summaries.change_entry(member_of(request), entry=_entry(request).pk, body=body)
    return entry_item(entry, reader_of(member_of(request)))


@router.delete("circles/{circle_id}/summary/{entry_id}", auth=RecordDoor(Act.KEEP_SUMMARY, Entry, "entry_id"), response=dict[str, Any])
def end(request: HttpRequest, circle_id: str, entry_id: str, body: ReasonBody | None = None) -> dict[str, Any]:
    """Ends an entry; the record keeps it."""
    entry = summaries.end_entry(member_of(request), entry=_entry(request).pk, reason=body.reason if body else "")
    return entry_item(entry, reader_of(member_of(request)))

"""Measures over HTTP."""
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Status

from care.measures import services
from care.measures.enums import MeasureKind
from care.measures.items import kind_items, measure_item, series_item
from care.measures.models import Measure
from care.measures.protocol import MeasureBody
from care.measures.queries import latest, measures_of, place_of
from care.records.access import RecordDoor
from care.records.services import was_kept
from foundation import ids
from foundation.http import page_limit
from people.circles.access import Door, KeyedDoor, member_of, reader_of
from people.circles.policy import Act
from people.circles.protocol import ReasonBody

router = Router(tags=["measures"])
_NOTED = {200: dict[str, Any], 201: dict[str, Any]}


def _shown(request: HttpRequest, measure: Measure) -> dict[str, Any]:
    return measure_item(measure, reader_of(member_of(request)))


@router.get("circles/{circle_id}/measures", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def measures(
    request: HttpRequest, circle_id: str,
    kind: MeasureKind | None = None, days: Literal["7", "30", "90"] = "7", before: str | None = None, limit: int = 50,
) -> dict[str, Any]:
    """Measures, newest first; with each kind's newest value, its points of 7, 30 or 90 days, and what is usual."""
    member, size = member_of(request), page_limit(limit)
    reader = reader_of(member)
    found = measures_of(member, kind, before, size + 1)
    series = [series_item(one, reader) for one in latest(member, int(days)).values() if kind in {None, one.kind}]
    older = place_of(found[size - 1]) if len(found) > size else None
    return {"items": [measure_item(one, reader) for one in found[:size]], "next": older, "series": series, "kinds": kind_items()}


@router.post("circles/{circle_id}/measures", auth=KeyedDoor(Act.NOTE_MEASURE, was_kept), response=_NOTED)
def note(request: HttpRequest, circle_id: str, body: MeasureBody) -> Status[dict[str, Any]]:
    """Notes a measure; with an `Idempotency-Key` a second sending is the same measure."""
    measure, new = services.note_measure(member_of(request), key=ids.parse(request.headers.get("Idempotency-Key")), body=body)
    return Status(201 if new else 200, _shown(request, measure))


_door = RecordDoor(Act.WITHDRAW_ENTRY, Measure, "measure_id")


@router.post("circles/{circle_id}/measures/{measure_id}/withdrawal", auth=_door, response=dict[str, Any])
def withdraw(request: HttpRequest, circle_id: str, measure_id: str, body: ReasonBody | None = None) -> dict[str, Any]:
    """Withdraws a measure, one's own or as a coordinator."""
    measure: Measure = request.record  # type: ignore[attr-defined]
    return _shown(request, services.withdraw_measure(member_of(request), measure=measure.pk, reason=body.reason if body else ""))


@router.delete("circles/{circle_id}/measures/{measure_id}/withdrawal", auth=_door, response=dict[str, Any])
def restore(request: HttpRequest, circle_id: str, measure_id: str) -> dict[str, Any]:
    """Takes a withdrawal back."""
    measure: Measure = request.record  # type: ignore[attr-defined]
    return _shown(request, services.restore_measure(member_of(request), measure=measure.pk))

"""The whole of the summary over HTTP: what several rooms say of one patient, as the caller may see it."""
from typing import Any

from django.http import HttpRequest

from care.agenda.items import occurrence_item
from care.agenda.queries import next_occurrences
from care.measures.items import series_item
from care.measures.queries import latest
from care.plan.items import entry_item
from care.plan.queries import entries_of
from care.plan.summary_api import router  # one path, one view: adding an entry is the room's own
from care.tasks.items import rendered
from messaging.feed.items import Reader
from notifications.reach import reach_item
from people.circles.access import Door, reader_of
from people.circles.models import Membership
from people.circles.policy import Act
from portal.queries.ahead import tasks_open
from portal.queries.circles import patient_item
from portal.queries.people import Seat, seats_of
from portal.queries.stay import stay_item
from portal.queries.summary import open_posts

__all__ = ["router"]


@router.get("circles/{circle_id}/summary", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def summary(request: HttpRequest, circle_id: str) -> dict[str, Any]:
    """Entries by field, people, identity, measures of seven days, what is open, what comes next, the stay."""
    member: Membership = request.auth  # type: ignore[attr-defined]
    reader, (tasks, open_tasks) = reader_of(member), tasks_open(member)
    task_item = rendered(tasks)
    return {
        "entries": _entries(member, reader), "people": [_person(seat) for seat in seats_of(member)],
        "identity": patient_item(member.circle), "measures": [series_item(series, reader) for series in latest(member).values()],
        "alerts": [
            {"post": str(one.post), "excerpt": one.words, "urgency": "urgent" if one.urgent else "todo", "taken": one.taken}
            for one in open_posts(member)
        ],
        "tasks": [task_item(task, reader) for task in tasks], "open_tasks": open_tasks,
        "next": [occurrence_item(one, reader) for one in next_occurrences(member)],
        "stay": stay_item(member),
    }  # fmt: skip


def _entries(member: Membership, reader: Reader) -> dict[str, list[dict[str, Any]]]:
    """By field: entries that were not ended."""
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries_of(member):
        found.setdefault(entry.field, []).append(entry_item(entry, reader))
    return found


def _person(seat: Seat) -> dict[str, Any]:
    """A member, or a contact who is known by telephone only."""
    return {
        "contact" if seat.contact else "member": str(seat.id), "name": seat.name, "role": seat.role, "standing": seat.standing,
        "via": seat.via or None, "phone": seat.phone or None, "kinship": seat.kinship or None,
        "reach": reach_item(seat.reach) if seat.reach else None,
    }  # fmt: skip

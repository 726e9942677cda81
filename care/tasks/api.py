"""Tasks over HTTP."""
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from care.records.access import RecordDoor
from care.records.services import was_kept
from care.tasks import services
from care.tasks.enums import TaskState
from care.tasks.items import rendered, task_item
from care.tasks.models import Task
from care.tasks.protocol import CancelBody, TaskBody, TaskChange
from care.tasks.queries import tasks_of
from foundation import ids
from people.circles.access import Door, KeyedDoor, member_of, reader_of
from people.circles.policy import Act
from people.circles.queries import epoch_of

router = Router(tags=["tasks"])


def _wanted(request: HttpRequest) -> UUID:
    task: UUID = request.record.pk  # type: ignore[attr-defined]
    return task


def _shown(request: HttpRequest, task: Task) -> dict[str, Any]:
    return task_item(task, reader_of(member_of(request)))


@router.post("circles/{circle_id}/tasks", auth=KeyedDoor(Act.ADD_TASK, was_kept), response={200: dict[str, Any], 201: dict[str, Any]})
def add(request: HttpRequest, circle_id: str, body: TaskBody) -> Status[dict[str, Any]]:
    """Adds a task; the header `Idempotency-Key` (a UUID) makes a second sending the same task."""
    task, new = services.add_task(member_of(request), key=ids.parse(request.headers.get("Idempotency-Key")), body=body)
    return Status(201 if new else 200, _shown(request, task))


@router.get("circles/{circle_id}/tasks", auth=Door(Act.READ, opens=True), response=dict[str, Any])
def listed(
    request: HttpRequest, circle_id: str,
    state: TaskState | None = None, mine: bool = False, late: bool = False, post: UUID | None = None, posts: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Tasks by their time, then the newest hundred that are over. `posts`: those alone that were made from a message."""
    member = member_of(request)
    tasks = tasks_of(member, state=state, mine=mine, late=late, post=post, posts=posts)
    written, reader = rendered(tasks), reader_of(member)
    return {"items": [written(task, reader) for task in tasks], "head": member.head_number, "epoch": epoch_of(member)}


@router.get("circles/{circle_id}/tasks/{task_id}", auth=RecordDoor(Act.READ, Task, "task_id", opens=True), response=dict[str, Any])
def one(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """The task as it is now."""
    return _shown(request, request.record)  # type: ignore[attr-defined]


@router.patch("circles/{circle_id}/tasks/{task_id}", auth=RecordDoor(Act.CHANGE_TASK, Task, "task_id"), response=dict[str, Any])
def change(request: HttpRequest, circle_id: str, task_id: str, body: TaskChange) -> dict[str, Any]:
    """Changes what is said of it."""
    return _shown(request, services.change_task(member_of(request), task=_wanted(request), body=body))


@router.post("circles/{circle_id}/tasks/{task_id}/taking", auth=RecordDoor(Act.TAKE_TASK, Task, "task_id"), response=dict[str, Any])
def take(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """"I do this": the first taker has it."""
    return _shown(request, services.take_task(member_of(request), task=_wanted(request)))


@router.delete("circles/{circle_id}/tasks/{task_id}/taking", auth=RecordDoor(Act.FINISH_TASK, Task, "task_id"), response=dict[str, Any])
def hand_back(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """To do again."""
    return _shown(request, services.hand_back_task(member_of(request), task=_wanted(request)))


@router.post("circles/{circle_id}/tasks/{task_id}/completion", auth=RecordDoor(Act.FINISH_TASK, Task, "task_id"), response=dict[str, Any])
def finish(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """Done; of what repeats the next is made."""
    return _shown(request, services.finish_task(member_of(request), task=_wanted(request)))


@router.delete("circles/{circle_id}/tasks/{task_id}/completion", auth=RecordDoor(Act.FINISH_TASK, Task, "task_id"), response=dict[str, Any])
def undo(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """Not done after all."""
    return _shown(request, services.reopen_task(member_of(request), task=_wanted(request)))


@router.post("circles/{circle_id}/tasks/{task_id}/cancellation", auth=RecordDoor(Act.CHANGE_TASK, Task, "task_id"), response=dict[str, Any])
def cancel(request: HttpRequest, circle_id: str, task_id: str, body: CancelBody) -> dict[str, Any]:
    """Not to be done, for a reason."""
    return _shown(request, services.cancel_task(member_of(request), task=_wanted(request), reason=body.reason, ends=body.ends))


@router.delete(
    "circles/{circle_id}/tasks/{task_id}/cancellation", auth=RecordDoor(Act.CHANGE_TASK, Task, "task_id"), response=dict[str, Any]
)
def restore(request: HttpRequest, circle_id: str, task_id: str) -> dict[str, Any]:
    """To be done after all."""
    return _shown(request, services.reopen_task(member_of(request), task=_wanted(request)))

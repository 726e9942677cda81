"""How tasks are told by API and socket: each as it is now, for one reader."""
from collections.abc import Sequence
from typing import Any

from care.records.items import Written, record_item, who
from care.records.items import tell as tell_records
from care.tasks.models import Task
from care.tasks.queries import posts_seen, sees_post
from foundation import clock
from foundation.clock import rfc3339
from messaging.feed.items import Item, Reader


def rendered(tasks: Sequence[Task]) -> Written:
    """How one of these tasks is written for a reader; one statement for all."""
    posts, now = posts_seen(tasks), clock.now()

    def written(task: Any, reader: Reader) -> Item:
        words = task.words()
        return {
            **record_item(task, reader), "title": words["title"], "note": words["note"], "urgency": task.urgency, "state": task.state,
            "to": task.to, "taker": who(task.taker), "due_at": rfc3339(task.due_at),
            "late": task.is_open and task.due_at is not None and task.due_at < now,
            "post": str(task.post) if task.post and sees_post(posts.get(task.post), reader) else None,
            "repeat": task.repeat, "over_at": rfc3339(task.over_at), "reason": words.get("reason", ""),
        }  # fmt: skip

    return written


def task_item(task: Task, reader: Reader) -> Item:
    """One task for one reader."""
    return rendered([task])(task, reader)


def tell() -> None:
    """Registers the lines of tasks."""
    tell_records("task", Task, rendered)

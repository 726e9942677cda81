"""What follows from a sheet is done in its own transaction, by who filled it in and for the same readers."""
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from care.measures.enums import MeasureKind as Kind
from care.measures.protocol import MeasureBody
from care.measures.services import note_within
from care.sheets.rules import Following
from care.tasks.protocol import TaskBody
from care.tasks.services import add_within as add_task_within
from foundation import clock
from journal.enums import Urgency
from journal.protocol import PostBody
from journal.services import write_within
from messaging.feed.services import OpenFeed
from people.circles.access import require
from people.circles.enums import Audience
from people.circles.models import Membership
from people.circles.policy import Act


@dataclass
class Followed:
    """What was made."""

    post: UUID | None = None
    tasks: list[UUID] = field(default_factory=list)
    measures: list[UUID] = field(default_factory=list)


def carry_out(feed: OpenFeed, author: Membership, audience: Audience, follows: Following) -> Followed:
    """Posts, asks and notes what follows. Raises Invalid `journal.unknown_media` for photos that the author did not send."""
    done = Followed()
    if follows.posts:
        require(author, Act.POST, audience=audience)
        urgency = Urgency.URGENT if follows.urgent else Urgency.INFO
        body = PostBody(text=follows.words, media=list(follows.media), audience=audience, urgency=urgency, to=list(follows.to))
        done.post = write_within(feed, author, body).pk
    for todo in follows.tasks:
        require(author, Act.ADD_TASK, audience=audience)
        due = clock.now() + timedelta(hours=todo.due) if todo.due else None
        body_of_task = TaskBody(title=todo.title, audience=audience, to=list(todo.to), due_at=due, post=done.post)
        done.tasks.append(add_task_within(feed, author, body_of_task).pk)
    for kind, values in follows.measures:
        require(author, Act.NOTE_MEASURE, audience=audience)
        noted = MeasureBody(kind=Kind(kind), values=values, audience=audience, confirm=True)  # the form has its own bounds
        done.measures.append(note_within(feed, author, noted).pk)
    return done

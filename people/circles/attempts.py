"""Who knocked at a circle that is not theirs: one line per person, circle and hour in that circle's trail.

The door only puts a note into a queue, for circles that are there as for those that are not: one thread of the process
finds out afterwards, so that a refusal takes no longer and looks no different. What is queued when a process is killed is lost.
"""
import logging
import queue
import threading
from dataclasses import dataclass
from uuid import UUID

from django.db import DatabaseError, close_old_connections

from foundation import device
from people.audit.models import STRANGER
from people.audit.services import Access, record_opening
from people.circles.models import Circle

log = logging.getLogger("cercle.attempts")
_MOST_WAITING = 10_000


@dataclass(frozen=True)
class Attempt:
    """Somebody asked for a circle in which they have no right."""

    person: UUID
    circle: UUID
    device: str


_waiting: "queue.Queue[Attempt]" = queue.Queue(_MOST_WAITING)


def note_attempt(person: UUID, circle: UUID) -> None:
    """Leaves a note; never waits and never fails. Beyond the most that may wait, it is dropped."""
    try:
        _waiting.put_nowait(Attempt(person, circle, device.present()))
    except queue.Full:
        return


def write_attempts() -> int:
    """Writes what waits now; how many notes there were."""
    noted = 0
    while not _waiting.empty():
        _write(_waiting.get())
        noted += 1
    return noted


def begin_writing() -> None:
    """Starts the thread that writes, once per serving process."""
    threading.Thread(target=_go_on_writing, name="attempts", daemon=True).start()


def _go_on_writing() -> None:
    while True:
        attempt = _waiting.get()
        try:
            close_old_connections()
            _write(attempt)
        except DatabaseError as error:
            log.error("circles.attempt_unwritten error=%s", type(error).__name__)


def _write(attempt: Attempt) -> None:
    if Circle.objects.filter(pk=attempt.circle).exists():
        record_opening(Access(attempt.circle, attempt.person, "", STRANGER, "none", device=attempt.device))


"""What is done at its time by nobody: reminders, what becomes late, exports. Rooms register a round; the process `care` goes them.

A round does what is due, in small transactions that read everything again under its lock, and says how much it did. Rows are its
queue, so killing it at any time loses nothing, and two processes do nothing twice.
"""
import logging
import threading
from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import DatabaseError, close_old_connections

from foundation.http import log_unexpected
from foundation.pulse.beats import Beats
from foundation.retries import Retries

log = logging.getLogger("cercle.care")
Round = Callable[[], int]
_EVERY_S = 1.0
_FIRST_REST_S, _LONGEST_REST_S = 30.0, 60.0
_rounds: dict[str, Round] = {}
_failed: dict[str, Retries[UUID]] = {}  # by round, the rows that rest; each round is gone by one thread


def each(name: str, due: Iterable[tuple[UUID, UUID]], do: Callable[[UUID, UUID], bool]) -> int:
    """Does one (row, circle) after the other, those left out that failed a moment ago; how many were done.

    A row that can't be done rests for half a minute, then a minute, and keeps no other waiting. A broken database is no row's fault: raises
    DatabaseError. Rounds that take so many at once leave out what `resting(name)`.
    """
    done, failed = 0, _retries(name)
    out = failed.resting()
    for row, circle in due:
        if row in out:
            continue
        try:
            done += bool(do(row, circle))
            failed.done(row)
        except DatabaseError:
            raise
        except Exception as error:  # whatever it is, the other rows go on
            log.error("care.row_failed round=%s error=%s", name, type(error).__name__)
            log_unexpected(error)
            failed.failed(row)
    return done


def resting(name: str) -> set[UUID]:
    """The rows of a round that failed a moment ago."""
    return set(_retries(name).resting())


def _retries(name: str) -> Retries[UUID]:
    return _failed.setdefault(name, Retries(first_s=_FIRST_REST_S, longest_s=_LONGEST_REST_S))


def go_round(name: str, do: Round) -> None:
    """Registers a round under a name that logs may say."""
    _rounds[name] = do


def run(end: threading.Event) -> None:
    """Goes every round in a thread of its own, again and again, until `end` is set: what takes long keeps no reminder waiting."""
    pulse = Beats("care")
    threads = [threading.Thread(target=_walk, args=(name, do, end, pulse), name=name) for name, do in _rounds.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _walk(name: str, do: Round, end: threading.Event, pulse: Beats) -> None:
    while not end.is_set():
        close_old_connections()
        try:
            done = do()
            pulse.beat()
        except (DatabaseError, OSError) as error:
            log.error("care.round_failed round=%s error=%s", name, type(error).__name__)
            done = 0
        except Exception as error:  # whatever it is, the other rounds and the next turn of this one go on
            log.error("care.round_failed round=%s error=%s", name, type(error).__name__)
            log_unexpected(error)
            done = 0
        if not done:
            end.wait(_EVERY_S)

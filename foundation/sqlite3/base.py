"""SQLite as Django knows it, with a queue of this process's writers before the database's own lock.

SQLite has none: who finds the lock taken sleeps and asks again, up to a tenth of a second later, and whoever comes at the right moment
passes all who wait. Of eight people who write at once the last one waited over a second. Other processes still wait its way.
"""
import os
import threading
import time
from collections import defaultdict
from typing import Any

from django.db.backends.sqlite3 import base

from foundation.clock import Seconds

_LOOK_S: Seconds = 1.0  # between two looks whether the thread whose turn it is still lives


class Turns:
    """Whose turn it is to write to one database. A thread that ended without giving its turn back is passed over."""

    def __init__(self) -> None:
        self._lock, self._guard = threading.Lock(), threading.Lock()
        self._holder: threading.Thread | None = None

    def take(self, patience: Seconds) -> bool:
        """Waits for one's turn; whether it has come in time. Who goes on without it waits the database's way."""
        end, mine = time.monotonic() + patience, threading.current_thread()
        while not self._lock.acquire(timeout=_LOOK_S):
            with self._guard:
                if self._holder is not None and not self._holder.is_alive():
                    self._holder = mine
                    return True
            if time.monotonic() > end:
                return False
        self._holder = mine
        return True

    def give_back(self) -> None:
        """The next one's turn; nothing where it is not the calling thread's."""
        if self._holder is threading.current_thread():
            self._holder = None
            self._lock.release()


_turns: dict[str, Turns] = defaultdict(Turns)
os.register_at_fork(after_in_child=_turns.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """One thread's connection."""

    def _start_transaction_under_autocommit(self) -> None:
        if not self.is_in_memory_db():
            _turns[self._file].take(float(self.settings_dict["OPTIONS"].get("timeout", 5)))
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # the stubs know none of these four
        except BaseException:
            _turns[self._file].give_back()
            raise

    def _commit(self) -> Any:
        committed = super()._commit()  # type: ignore[misc]  # where it fails, a rollback or the connection's end follows and gives the turn back
        _turns[self._file].give_back()
        return committed

    def _rollback(self) -> Any:
        try:
            return super()._rollback()  # type: ignore[misc]
        finally:
            _turns[self._file].give_back()

    def _close(self) -> Any:
        try:
            return super()._close()  # type: ignore[misc]
        finally:
            _turns[self._file].give_back()

    @property
    def _file(self) -> str:
        return str(self.settings_dict["NAME"])

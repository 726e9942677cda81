"""Something that is looked at beside requests, by one thread: a database that is silent holds whoever asks for a moment only."""
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from django.db import close_old_connections

from foundation.clock import Seconds
from foundation.http import log_unexpected

T = TypeVar("T")
_FRESH_S: Seconds = 1.0  # many who ask cost one look a second
_PATIENCE_S: Seconds = 2.0


class Lookout(Generic[T]):
    """The latest look, and the thread that looks when it is asked to. A look that raises is none."""

    def __init__(self, look: Callable[[], T]) -> None:
        self._look = look
        self._news = threading.Condition()
        self._asked = threading.Event()
        self._found: tuple[float, T | None] = (float("-inf"), None)
        self._thread: threading.Thread | None = None

    def ask(self) -> T | None:
        """What was seen within the last second; None where nothing was seen within two."""
        with self._news:
            since = time.monotonic() - _FRESH_S
            if self._found[0] < since:
                self._begin()
                if not self._news.wait_for(lambda: self._found[0] >= since, _PATIENCE_S):
                    return None
            return self._found[1]

    def _begin(self) -> None:
        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=self._run, name="lookout", daemon=True)  # a silent database keeps no process alive
            self._thread.start()
        self._asked.set()

    def _run(self) -> None:
        while self._asked.wait():
            self._asked.clear()
            close_old_connections()
            began = time.monotonic()
            seen = self._seen()
            with self._news:
                self._found = (began, seen)
                self._news.notify_all()

    def _seen(self) -> T | None:
        try:
            return self._look()
        except Exception as error:
            log_unexpected(error)
            return None

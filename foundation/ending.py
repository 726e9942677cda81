"""Whether this process was told to end: what it still answers it finishes, and whoever asks is sent elsewhere."""
import signal
from threading import Event
from types import FrameType

_told = Event()

begin = _told.set
has_begun = _told.is_set


def told_by_signal(*others: Event) -> Event:
    """What is set when SIGTERM or SIGINT come, and `others` with it: what threads wait for who would not look otherwise.

    For the main thread of a process that does what nobody asks for.
    """
    end = Event()

    def stop(number: int, frame: FrameType | None) -> None:
        for event in (end, *others):
            event.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return end

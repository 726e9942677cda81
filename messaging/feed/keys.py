"""Hearing that a patient's key was destroyed, for processes that have no hub."""
from foundation.vault import seal
from messaging.feed.enums import Kind
from messaging.feed.queries import site_lines_since, site_position


class KeyWatch:
    """What a worker looks at in every round: no unwrapped key outlives its destruction, nor its minute."""

    def __init__(self) -> None:
        self._position = site_position()

    def look(self) -> None:
        """Reads the site's feed on from where it stood, and forgets."""
        seal.forget_old()
        for line in site_lines_since(self._position):
            self._position = line.care
            if line.kind == Kind.KEY_DESTROYED:
                seal.forget()
